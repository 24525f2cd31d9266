// The audit log: pages by filters, everything as a file, the verification of the chain, and its signed head.
import type { Context } from 'hono';
import type { z } from 'zod';
import type { AuditFilter, AuditHead, AuditReads, AuditView } from '../../../domain/records.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import { csvType } from '../../csv.ts';
import type { CallEnv } from '../../request-frame.ts';
import { streamTexts } from '../../stream-texts.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { pageShape, readPaging } from '../paging.ts';
import { auditParameters, auditShape, exportParameters, headShape, memberAuditParameters, verdictShape } from './shapes.ts';
import { csvHeader, csvOf, showEvent } from './show-event.ts';

/** What the endpoints work with; `signHead` answers a JWS. */
export interface AuditContext {
  readonly audit: AuditReads;
  readonly signHead: (head: AuditHead) => Promise<string>;
  readonly seal: CursorSeal;
}

const jsonLines = 'application/jsonl';
const base = `${adminPath}/audit`;
const onePage = { 200: { description: 'One page, newest first; the total counts no further than 10,000.', shape: pageShape(auditShape) } };
const what = { kind: 'member', hint: 'Look it up with ?q=.' };

/** The addresses. */
export function auditEndpoints(context: AuditContext): AdminEndpoint[] {
  return [
    endpointAt(base, { GET: list(context) }),
    endpointAt(`${base}/export`, { GET: exportAll(context) }),
    endpointAt(`${base}/verify`, { GET: verify(context) }),
    endpointAt(`${base}/head`, { GET: head(context) }),
    endpointAt(`${adminPath}/team/members/:id/audit`, { GET: listOfMember(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = ['permission-denied']): Told {
  return { id, tag: 'Audit', summary, answers, problems };
}

type Filters = Omit<z.output<typeof auditParameters>, 'cursor' | 'limit'>;

function filterOf({ actor, target, action, outcome, source, batch, from, to }: Partial<Filters>): AuditFilter {
  return { actorId: actor, targetId: target, actions: action, outcome, source, batchId: batch, from, to };
}

function list(context: AuditContext): Operation {
  const told = about('listAudit', 'List the events of the audit log', onePage, ['permission-denied', 'invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: auditParameters }, async ({ c, query: { cursor, limit, ...filters } }) => await answerPage(context, c, { cursor, limit }, filterOf(filters)));
}

function listOfMember(context: AuditContext): Operation {
  const told = about('listMemberAudit', 'List what a member did and what was done to it', onePage, ['permission-denied', 'invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: memberAuditParameters, before: ([id]) => idOf(what, id) }, async ({ c, ids: [id], query: { cursor, limit, ...filters } }) =>
    await answerPage(context, c, { cursor, limit }, { ...filterOf(filters), memberId: idOf(what, id) }),
  );
}

async function answerPage({ audit, seal }: AuditContext, c: Context<CallEnv>, page: { cursor: string | undefined; limit: number }, filter: AuditFilter): Promise<Response> {
  const { actorId, targetId, memberId, actions, outcome, source, batchId, from, to } = filter;
  const paging = readPaging(c, seal, page, ['audit', actorId, targetId, memberId, actions?.toSorted().join(), outcome, source, batchId, from, to]);
  const found = await audit.list(c.get('call'), { ...filter, ...paging.cut });
  return found.ok ? paging.answer(found.value, showEvent) : c.get('fail')(found.refusal);
}

function exportAll({ audit }: AuditContext): Operation {
  const told = about('exportAudit', 'Export the audit log', { 200: { description: 'Every event that matches, newest first, as of one moment.', mediaTypes: [jsonLines, csvType] } }, ['permission-denied', 'busy']);
  return operation({ ...told, query: exportParameters }, async ({ c, call, query: { format, ...filters } }) => {
    const found = await audit.everything(call, filterOf(filters));
    if (!found.ok) return c.get('fail')(found.refusal);
    const [type, texts] = format === 'csv' ? [csvType, linesOf(found.value, csvHeader, csvOf)] : [jsonLines, linesOf(found.value, '', (event) => `${JSON.stringify(showEvent(event))}\n`)];
    const headers = { 'Content-Type': type, 'Content-Disposition': `attachment; filename="audit.${format}"` };
    return new Response(streamTexts(texts, c.get('breakOff'), found.value), { headers });
  });
}

async function* linesOf(pieces: AsyncIterableIterator<readonly AuditView[]>, first: string, line: (event: AuditView) => string): AsyncGenerator<string> {
  if (first !== '') yield first;
  for await (const events of pieces) yield events.map(line).join('');
}

function verify({ audit }: AuditContext): Operation {
  const told = about('verifyAudit', 'Recompute the chain of hashes', { 200: { description: 'Whether the log is whole, and where it first breaks.', shape: verdictShape } }, ['permission-denied', 'busy']);
  return operation(told, async ({ c, call }) => {
    const found = await audit.verify(call);
    if (!found.ok) return c.get('fail')(found.refusal);
    const { sealed, unsealed, head: hash, fault } = found.value;
    const shown = fault === undefined ? null : { seq: fault.seq, why: fault.why, eventId: fault.eventId ?? null };
    return answerJson({ intact: fault === undefined, sealed, unsealed, head: hash ?? null, fault: shown });
  });
}

function head({ audit, signHead }: AuditContext): Operation {
  const told = about('readAuditHead', 'Read the signed end of the log', { 200: { description: 'Number and hash of the last sealed event, signed with the key of the server.', shape: headShape } });
  return operation(told, async ({ c, call }) => {
    const found = await audit.head(call);
    if (!found.ok) return c.get('fail')(found.refusal);
    const { workspaceId, seq, hash = null, unsealed } = found.value;
    return answerJson({ workspaceId, seq, hash, unsealed, jws: await signHead(found.value) });
  });
}
