// Booked deactivations: the one of a member, taking it back, and the list of the workspace. Booking begins at the member's own deactivation.
import type { Context } from 'hono';
import { z } from 'zod';
import { bookDeactivation, cancelDeactivation, type Booking } from '../../../domain/commands/book-deactivation.ts';
import type { Call } from '../../../domain/model/caller.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { ScheduleReads, ScheduleView } from '../../../domain/records.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import type { CallEnv } from '../../request-frame.ts';
import { badRequest } from '../../../scim/errors.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { pageParameters, pageShape, readPaging } from '../paging.ts';
import { reasonFields } from '../shapes.ts';
import { scheduleShape, states } from './shapes.ts';

/** What the endpoints work with. */
export interface ScheduleContext {
  readonly store: CommandStore;
  readonly schedules: ScheduleReads;
  readonly seal: CursorSeal;
  readonly limitBytes: number;
}

const what = { kind: 'member', hint: 'Look it up with ?q=.' };

/** The addresses. */
export function scheduleEndpoints(context: ScheduleContext): AdminEndpoint[] {
  return [
    endpointAt(`${adminPath}/team/schedules`, { GET: list(context) }),
    endpointAt(`${adminPath}/team/members/:id/schedule`, { GET: read(context), DELETE: cancel(context) }),
  ];
}

/** Books a deactivation and answers it, 202. A preview shows what a deactivation does now, so that there is none of a booking. */
export async function book({ store, schedules }: Pick<ScheduleContext, 'store' | 'schedules'>, { c, call, query, body }: BookingRequest, id: string, booking: Booking): Promise<Response> {
  if (query.dryRun || body.previewToken !== undefined) throw badRequest('invalidValue', 'A booking has no preview: leave "on" out to see what a deactivation does, or "dryRun" and "previewToken" to book it.');
  const done = await bookDeactivation(store, call, id, booking);
  if (!done.ok) return c.get('fail')(done.refusal);
  const found = await schedules.ofMember(call, id);
  return found.ok ? answerJson(showSchedule(found.value), {}, 202) : c.get('fail')(found.refusal);
}

interface BookingRequest {
  readonly c: Context<CallEnv>;
  readonly call: Call;
  readonly query: { readonly dryRun: boolean };
  readonly body: { readonly previewToken?: string | undefined };
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Schedules', summary, answers, problems };
}

function list({ schedules, seal }: ScheduleContext): Operation {
  const told = about('listSchedules', 'List the booked deactivations', { 200: { description: 'One page of them, the next to run first.', shape: pageShape(scheduleShape) } }, ['permission-denied', 'invalidCursor', 'expiredCursor']);
  const query = z.strictObject({ status: z.enum(states, `must be one of ${states.join(', ')}`).optional(), ...pageParameters });
  return operation({ ...told, query }, async ({ c, call, query: { status, cursor, limit } }) => {
    const paging = readPaging(c, seal, { cursor, limit }, ['team/schedules', status]);
    const found = await schedules.list(call, { status, ...paging.cut });
    return found.ok ? paging.answer(found.value, showSchedule) : c.get('fail')(found.refusal);
  });
}

function read({ schedules }: ScheduleContext): Operation {
  const told = about('readSchedule', 'Read what is booked for a member', { 200: { description: 'The pending one, else the one that was booked last.', shape: scheduleShape } }, ['not-found']);
  return operation({ ...told, before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const found = await schedules.ofMember(call, idOf(what, id));
    return found.ok ? answerJson(showSchedule(found.value)) : c.get('fail')(found.refusal);
  });
}

function cancel({ store, limitBytes }: ScheduleContext): Operation {
  const told = about('cancelSchedule', 'Take a booked deactivation back', { 204: { description: 'Nothing is booked any more.' } }, ['not-found', 'role-not-manageable', 'permission-denied']);
  return operation({ ...told, before: ([id]) => idOf(what, id), body: { shape: reasonFields, limitBytes } }, async ({ c, call, ids: [id], body: { reason } }) => {
    const done = await cancelDeactivation(store, call, idOf(what, id), reason);
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

function showSchedule(view: ScheduleView): object {
  const { reason = null, bookedBy = null, endedAt = null, ...rest } = view;
  return { ...rest, reason, bookedBy, endedAt };
}
