// The seats of the organization: how many, who holds one and why, the ledger, and what is to come.
import { z } from 'zod';
import type { SeatReads } from '../../../domain/records.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { pageParameters, pageShape, readPaging } from '../paging.ts';

/** What the endpoints work with. */
export interface SeatContext {
  readonly seats: SeatReads;
  readonly seal: CursorSeal;
}

const base = `${adminPath}/organization/seats`;
const another = 'another workspace of the organization';
const workspace = z.object({ id: z.guid().nullable(), name: z.string() });

const countShape = z.object({ used: z.int().min(0), limit: z.int().nullable(), free: z.int().nullable() }).meta({ id: 'Seats' });
const holderShape = z
  .object({
    accountId: z.guid(),
    places: z.array(z.object({ workspace, here: z.boolean(), memberId: z.guid().nullable(), userName: z.string().nullable(), status: z.enum(['invited', 'active', 'deactivated']) })),
  })
  .meta({ id: 'SeatHolder' });
const stepShape = z
  .object({ id: z.guid(), at: z.iso.datetime(), delta: z.union([z.literal(-1), z.literal(1)]), balance: z.int().nullable(), accountId: z.guid(), workspace, here: z.boolean(), auditId: z.guid().nullable() })
  .meta({ id: 'SeatStep' });
const prospectShape = z
  .object({ at: z.iso.datetime(), kind: z.enum(['invitation', 'deactivation']), accountId: z.guid(), workspace, here: z.boolean(), change: z.union([z.literal(-1), z.literal(0)]) })
  .meta({ id: 'SeatProspect' });

/** The addresses. */
export function seatEndpoints(context: SeatContext): AdminEndpoint[] {
  return [
    endpointAt(base, { GET: count(context) }),
    endpointAt(`${base}/holders`, { GET: holders(context) }),
    endpointAt(`${base}/ledger`, { GET: ledger(context) }),
    endpointAt(`${base}/forecast`, { GET: forecast(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = ['permission-denied']): Told {
  return { id, tag: 'Seats', summary, answers, problems };
}

function count({ seats }: SeatContext): Operation {
  return operation(about('readSeats', 'Count the seats', { 200: { description: 'Persons of the organization that hold a seat; without a limit, limit and free are null.', shape: countShape } }), async ({ c, call }) => {
    const found = await seats.count(call);
    if (!found.ok) return c.get('fail')(found.refusal);
    const { used, limit = null, free = null } = found.value;
    return answerJson({ used, limit, free });
  });
}

function holders({ seats, seal }: SeatContext): Operation {
  const told = about('listSeatHolders', 'List who holds a seat and why', { 200: { description: 'One page of persons with the workspaces because of which they are counted.', shape: pageShape(holderShape) } }, ['permission-denied', 'invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: z.strictObject(pageParameters) }, async ({ c, call, query }) => {
    const paging = readPaging(c, seal, query, ['seats/holders']);
    const found = await seats.holders(call, paging.cut);
    if (!found.ok) return c.get('fail')(found.refusal);
    return paging.answer(found.value, ({ accountId, places }) => ({
      accountId,
      places: places.map(({ here, workspace: place, memberId = null, userName = null, status }) => ({ workspace: shown(place), here, memberId, userName, status })),
    }));
  });
}

function ledger({ seats, seal }: SeatContext): Operation {
  const told = about('listSeatLedger', 'List the steps of the seat ledger', { 200: { description: 'One page, newest first; the total counts no further than 10,000.', shape: pageShape(stepShape) } }, ['permission-denied', 'invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: z.strictObject(pageParameters) }, async ({ c, call, query }) => {
    const paging = readPaging(c, seal, query, ['seats/ledger']);
    const found = await seats.ledger(call, paging.cut);
    if (!found.ok) return c.get('fail')(found.refusal);
    return paging.answer(found.value, ({ id, at, delta, balance = null, accountId, workspace: place, here, auditId = null }) => ({ id, at, delta, balance, accountId, workspace: shown(place), here, auditId }));
  });
}

function forecast({ seats }: SeatContext): Operation {
  const told = about('readSeatForecast', 'Look ahead at the seats', { 200: { description: 'Invitations that will run out and booked deactivations, in the order of their time.', shape: z.object({ items: z.array(prospectShape) }) } });
  return operation(told, async ({ c, call }) => {
    const found = await seats.forecast(call);
    if (!found.ok) return c.get('fail')(found.refusal);
    return answerJson({ items: found.value.map(({ at, kind, accountId, workspace: place, here, change }) => ({ at, kind, accountId, workspace: shown(place), here, change })) });
  });
}

function shown(place: { readonly id: string; readonly name: string } | undefined): object {
  return place ?? { id: null, name: another };
}
