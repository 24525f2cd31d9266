// Keeps the log of what connections send: a bounded queue that is written a second later, and the end of what is too old.
import type { Pool } from 'pg';
import type { RequestEntry, RequestLog } from '../domain/areas/request-log.ts';
import { usualConnectionPolicy } from '../domain/model/connection-policy.ts';
import { runBatch, type Row, type Statement } from './database/batch.ts';
import { lockedScopeOf, scopeOf } from './database/scope.ts';
import { withClient } from './database/transaction.ts';
import { uuidV7 } from './database/uuid-v7.ts';

const mostQueued = 5_000;
const mostAtOnce = 500;
const mostRemembered = 10_000;
const { retentionDays } = usualConnectionPolicy.log;

/** The log with its writer. */
export interface RequestLogWriter extends RequestLog {
  /** Writes what is there now. Never rejects: what cannot be written is dropped. */
  flush(): Promise<void>;
  /** Writes every so often until it is stopped, and once more then. */
  start(everyMs: number): () => Promise<void>;
}

/** Builds it on a pool; nothing is written before `start` or `flush`. */
export function createRequestLog(pool: Pool): RequestLogWriter {
  let queue: RequestEntry[] = [];
  let lost = 0;
  let writing: Promise<void> | undefined;
  const bodies = new Map<string, boolean>();

  const writeAll = async (): Promise<void> => {
    const entries = queue;
    queue = [];
    for (const ofTenant of Map.groupBy(entries, ({ workspaceId }) => workspaceId).values()) {
      for (let from = 0; from < ofTenant.length; from += mostAtOnce) {
        const part = ofTenant.slice(from, from + mostAtOnce);
        try {
          remember(bodies, await write(pool, part));
        } catch {
          // The database says elsewhere that it is away; a request must not wait for its own log.
          lost += part.length;
        }
      }
    }
  };
  const flush = async (): Promise<void> => {
    while (writing !== undefined) await writing;
    writing = writeAll().finally(() => {
      writing = undefined;
    });
    await writing;
  };

  return {
    record(entry) {
      if (queue.length < mostQueued) queue.push(entry);
      else lost += 1;
    },
    keepsBodies: (connectionId) => bodies.get(connectionId) ?? false,
    dropped: () => lost,
    flush,
    start(everyMs) {
      const timer = setInterval(() => void (queue.length > 0 && writing === undefined ? flush() : undefined), everyMs);
      timer.unref();
      return async () => {
        clearInterval(timer);
        await flush();
      };
    },
  };
}

function remember(bodies: Map<string, boolean>, rows: readonly Row[]): void {
  if (bodies.size > mostRemembered) bodies.clear();
  for (const row of rows) bodies.set(row['id'] as string, row['bodies'] as boolean);
}

/** Not while an erasure empties the log. In the order in which a connection is deleted: first its row, then its tokens. */
async function write(pool: Pool, entries: readonly RequestEntry[]): Promise<readonly Row[]> {
  const [first] = entries;
  if (first === undefined) return [];
  const { workspaceId, organizationId } = first;
  const scope = lockedScopeOf({ workspaceId, organizationId }, { organization: 'none', workspace: 'shared', account: false });
  const statements = [scope, seen(workspaceId, entries), used(workspaceId, entries), insert(workspaceId, organizationId, entries), policies(workspaceId, entries)];
  const rows = await withClient(pool, async (client) => await runBatch(client, statements));
  return rows.at(-1) ?? [];
}

function seen(workspaceId: string, entries: readonly RequestEntry[]): Statement {
  return {
    name: 'log_seen',
    text: `update idp_connection set last_seen_at = now() where workspace_id = $1 and id = any($2::uuid[]) and (last_seen_at is null or last_seen_at < now() - interval '1 minute')`,
    values: [workspaceId, [...new Set(entries.map(({ connectionId }) => connectionId))]],
  };
}

function used(workspaceId: string, entries: readonly RequestEntry[]): Statement {
  return {
    name: 'log_used',
    text: `update access_token set last_used_at = now() where workspace_id = $1 and id = any($2::uuid[]) and revoked_at is null and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    values: [workspaceId, [...new Set(entries.map(({ tokenId }) => tokenId))]],
  };
}

function policies(workspaceId: string, entries: readonly RequestEntry[]): Statement {
  return {
    name: 'log_policies',
    text: `select id, coalesce((policy -> 'log' ->> 'bodies')::boolean, false) and ${kept('idp_connection')} as bodies from idp_connection where workspace_id = $1 and id = any($2::uuid[])`,
    values: [workspaceId, [...new Set(entries.map(({ connectionId }) => connectionId))]],
  };
}

const kept = (c: string) => `coalesce((${c}.policy -> 'log' ->> 'retentionDays')::int, ${retentionDays}) > 0`;

/** Only of connections that there are and whose policy keeps requests; without the body where somebody was erased since the request came. */
function insert(workspaceId: string, organizationId: string, entries: readonly RequestEntry[]): Statement {
  const column = <T>(read: (entry: RequestEntry) => T) => entries.map(read);
  const text = (body: unknown) => (body === undefined ? null : JSON.stringify(body));
  return {
    name: 'log_insert',
    text: `insert into scim_request_log (workspace_id, id, connection_id, at, method, path, status, problem, duration_ms, request_id, request, response)
      select $1, e.id, c.id, e.at, e.method, e.path, e.status, e.problem, e.duration_ms, e.request_id, case when e.at > b.since then e.request end, case when e.at > b.since then e.response end
      from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::smallint[], $8::text[], $9::real[], $10::text[], $11::text[], $12::text[])
        as e (id, connection_id, at, method, path, status, problem, duration_ms, request_id, request, response)
      join idp_connection c on c.workspace_id = $1 and c.id = e.connection_id
      cross join (select coalesce(max(erased_at), '-infinity') as since from user_account where organization_id = $13 and erased_at is not null) b where ${kept('c')}`,
    values: [
      workspaceId,
      column(() => uuidV7()),
      column(({ connectionId }) => connectionId),
      column(({ at }) => at.toISOString()),
      column(({ method }) => method),
      column(({ path }) => path),
      column(({ status }) => status),
      column(({ problem }) => problem),
      column(({ durationMs }) => durationMs),
      column(({ requestId }) => requestId),
      column(({ request }) => text(request)),
      column(({ response }) => text(response)),
      organizationId,
    ],
  };
}

/** Workspaces that have a log, in order, after the given one. */
export async function loggedWorkspaces(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select workspace_id as id from usher_logged_workspaces($1, $2)', [most, beyond]);
  return rows.map((row) => row.id);
}

/** Deletes at most so many requests that are older than the policies of their connections keep them; two instances share the work. */
export async function forgetRequests(pool: Pool, workspaceId: string, most: number): Promise<number> {
  const forget: Statement = {
    name: 'log_forget',
    text: `with old as (select r.id from idp_connection c join scim_request_log r on r.workspace_id = c.workspace_id and r.connection_id = c.id
          and r.at < now() - make_interval(days => coalesce((c.policy -> 'log' ->> 'retentionDays')::int, ${retentionDays}))
        where c.workspace_id = $1 order by r.id limit $2 for update of r skip locked)
      delete from scim_request_log where workspace_id = $1 and id in (select id from old) returning id`,
    values: [workspaceId, most],
  };
  const rows = await withClient(pool, async (client) => await runBatch(client, [scopeOf({ workspaceId, organizationId: workspaceId }), forget]));
  return rows[1]?.length ?? 0;
}
