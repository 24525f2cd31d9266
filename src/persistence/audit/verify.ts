// Recomputes the audit chain of a workspace from its columns and says where it first breaks and why.
import type { Pool, PoolClient } from 'pg';
import { chainedHash, eventColumns, genesis, momentText, type EventText, type SealText } from './canonical-text.ts';
import { reasonDigest } from './reason-digest.ts';

export type AuditFault =
  | 'missing-seal'
  | 'unexpected-seal'
  | 'missing-event'
  /** An event, or the seal's pointer to it or its time, is not what was sealed. */
  | 'edited-event'
  /** The hash of the seal is not what the next seal was chained to. */
  | 'edited-seal'
  /** Nothing follows that would tell an edited event from an edited seal. */
  | 'edited-event-or-seal'
  /** The seal holds the hash of another event of the chain. */
  | 'wrong-order'
  /** The words beside the event are not those that were recorded. */
  | 'edited-reason';

/** How the chain stands; `fault` is the first break. `unsealed` counts the tail that no hash protects yet. */
export interface AuditVerdict {
  readonly sealed: number;
  readonly unsealed: number;
  readonly head: string | undefined;
  readonly fault: { readonly seq: number; readonly why: AuditFault; readonly eventId: string | undefined } | undefined;
}

interface Link extends SealText {
  readonly event_id: string;
  readonly hash: string;
  readonly event: EventText | undefined;
  readonly reason: { readonly salt: string; readonly reason: string } | undefined;
}

const pageSize = 500;

/** Verifies the whole chain as of one moment, page by page; other work goes on meanwhile. */
export async function verifyAudit(pool: Pool, workspaceId: string): Promise<AuditVerdict> {
  const client = await pool.connect();
  let finished = false;
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query(`select set_config('app.workspace', $1, true)`, [workspaceId]);
    const chain = await walk(client, workspaceId);
    const tail = await tailOf(client, workspaceId);
    await client.query('commit');
    finished = true;
    const lost = tail.lost === undefined ? undefined : { seq: chain.sealed + 1, ...tail.lost };
    return { sealed: chain.sealed, unsealed: tail.unsealed, head: chain.head, fault: chain.fault ?? lost };
  } finally {
    client.release(!finished);
  }
}

async function walk(client: PoolClient, workspaceId: string): Promise<Pick<AuditVerdict, 'sealed' | 'head' | 'fault'>> {
  let sealed = 0;
  let head: string | undefined;
  let after: string | undefined;
  for (;;) {
    const page = await readLinks(client, workspaceId, after);
    for (const [index, link] of page.entries()) {
      const previous = head ?? genesis;
      const why = breakOf(link, sealed + 1, previous);
      if (why !== undefined) {
        const seq = why === 'unexpected-seal' ? Number(link.seq) : sealed + 1;
        const around = [...page.slice(index), ...(await readLinks(client, workspaceId, page.at(-1)?.seq))];
        const fault = { seq, why: why === 'edited-event' ? explain(around, previous) : why, eventId: why === 'missing-seal' ? undefined : link.event_id };
        return { sealed, head, fault };
      }
      sealed += 1;
      head = link.hash;
    }
    if (page.length < pageSize) return { sealed, head, fault: undefined };
    after = page.at(-1)?.seq;
  }
}

/** How a link breaks the chain, if it does. */
function breakOf(link: Link, seq: number, previous: string): AuditFault | undefined {
  if (Number(link.seq) !== seq) return Number(link.seq) > seq ? 'missing-seal' : 'unexpected-seal';
  if (link.event === undefined) return 'missing-event';
  if (chainedHash(previous, link, link.event) !== link.hash) return 'edited-event';
  if (link.reason !== undefined && reasonDigest(link.reason.salt, link.reason.reason) !== link.event.reason_digest) return 'edited-reason';
  return undefined;
}

/** Tells from the links that follow which side of a broken link was edited. */
function explain(links: readonly Link[], previous: string): AuditFault {
  const [broken, next] = links;
  if (broken?.event === undefined) return 'missing-event';
  if (links.slice(1).some((other) => changedPlaces(broken, other, previous))) return 'wrong-order';
  if (next?.event === undefined || Number(next.seq) !== Number(broken.seq) + 1) return 'edited-event-or-seal';
  if (chainedHash(chainedHash(previous, broken, broken.event), next, next.event) === next.hash) return 'edited-seal';
  return chainedHash(broken.hash, next, next.event) === next.hash ? 'edited-event' : 'edited-event-or-seal';
}

/** Whether two seals carry each other's events, or stand in each other's place. */
function changedPlaces(broken: Link, other: Link, previous: string): boolean {
  if (other.event === undefined) return false;
  if (chainedHash(previous, broken, other.event) === broken.hash) return true;
  return chainedHash(previous, { seq: broken.seq, sealed_at: other.sealed_at }, other.event) === other.hash;
}

async function readLinks(client: PoolClient, workspaceId: string, after: string | undefined): Promise<Link[]> {
  const { rows } = await client.query<Record<string, string | null>>(
    `select s.seq::text as seq, s.event_id::text as event_id, encode(s.hash, 'hex') as hash, ${momentText('s.sealed_at')} as sealed_at,
        ${eventColumns}, r.salt, r.reason
      from audit_seal s left join audit_event e on e.workspace_id = s.workspace_id and e.id = s.event_id
      left join audit_reason r on r.workspace_id = s.workspace_id and r.event_id = s.event_id
      where s.workspace_id = $1 and ($2::bigint is null or s.seq > $2) order by s.seq limit ${pageSize}`,
    [workspaceId, after],
  );
  return rows.map((row) => {
    const event = row['id'] === null ? undefined : (row as unknown as EventText);
    const reason = typeof row['salt'] === 'string' && typeof row['reason'] === 'string' ? { salt: row['salt'], reason: row['reason'] } : undefined;
    return { ...(row as unknown as SealText & Pick<Link, 'event_id' | 'hash'>), event, reason };
  });
}

/** The length of the queue, and an event that is in neither the queue nor the chain, or only in the queue. */
async function tailOf(client: PoolClient, workspaceId: string): Promise<{ unsealed: number; lost: { why: AuditFault; eventId: string } | undefined }> {
  const { rows } = await client.query<{ unsealed: number; unqueued: string | null; vanished: string | null }>(
    `select (select count(*)::integer from audit_unsealed where workspace_id = $1) as unsealed,
      (select e.id from audit_event e where e.workspace_id = $1
        and not exists (select from audit_seal s where s.workspace_id = $1 and s.event_id = e.id)
        and not exists (select from audit_unsealed u where u.workspace_id = $1 and u.event_id = e.id) order by e.id limit 1) as unqueued,
      (select u.event_id from audit_unsealed u where u.workspace_id = $1
        and not exists (select from audit_event e where e.workspace_id = $1 and e.id = u.event_id) order by u.event_id limit 1) as vanished`,
    [workspaceId],
  );
  const { unsealed = 0, unqueued = null, vanished = null } = rows[0] ?? {};
  if (unqueued !== null) return { unsealed, lost: { why: 'missing-seal', eventId: unqueued } };
  return { unsealed, lost: vanished === null ? undefined : { why: 'missing-event', eventId: vanished } };
}
