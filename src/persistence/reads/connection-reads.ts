// Connections on PostgreSQL, as people look at them.
import type { Pool } from 'pg';
import type { ConnectionReads } from '../../domain/areas/connection-reads.ts';
import type { Actor, Call } from '../../domain/model/caller.ts';
import type { Page, PageCut } from '../../domain/ports.ts';
import { fail, refuse, refuseAll, succeed, type Outcome } from '../../domain/refusals.ts';
import { mayDo, permissionDenied } from '../../domain/rules/authority.ts';
import type { Row, Statement } from '../database/batch.ts';
import { connectionOf, driftOf, driftPage, intentOf, intentsPage, readConnections, readIntent, readRequest, requestOf, requestsPage } from './connection-select.ts';
import type { PageStatements } from './list-statements.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';

/** Builds the reads on a pool. */
export function createConnectionReads(pool: Pool): ConnectionReads {
  const rows = async (call: Call, statement: Statement): Promise<Outcome<readonly Row[]>> => {
    const read = await readAs(pool, call, [statement]);
    return read.ok ? forWriters(read.value.actor, () => read.value.rows[0] ?? []) : read;
  };
  const first = async (call: Call, statement: Statement, what: string): Promise<Outcome<Row>> => {
    const found = await rows(call, statement);
    if (!found.ok) return found;
    const [row] = found.value;
    return row === undefined ? fail(refuse('not-found', `There is no ${what} in this workspace. It may have been deleted: look at the list.`)) : succeed(row);
  };
  const page = async <T>(call: Call, cut: PageCut, statements: PageStatements, view: (row: Row) => T): Promise<Outcome<Page<T>>> => {
    const read = await readPage(pool, call, cut, true, statements);
    if (!read.ok) return read;
    const { actor, rows: found, ...rest } = read.value;
    return forWriters(actor, () => ({ ...rest, rows: found.map(view) }));
  };
  const one = async (call: Call, id: string) => await first(call, readConnections(tenantOf(call), id), `connection ${id}`);

  return {
    all: async (call) => {
      const found = await rows(call, readConnections(tenantOf(call)));
      return found.ok ? succeed(found.value.map(connectionOf)) : found;
    },
    one: async (call, id) => {
      const found = await one(call, id);
      return found.ok ? succeed(connectionOf(found.value)) : found;
    },
    intents: async (call, query) => await page(call, query, intentsPage(tenantOf(call), query), intentOf),
    intent: async (call, id) => {
      const found = await first(call, readIntent(tenantOf(call), id), `blocked intent ${id}`);
      return found.ok ? succeed(intentOf(found.value)) : found;
    },
    drift: async (call, id, cut) => {
      const known = await one(call, id);
      return known.ok ? await page(call, cut, driftPage(tenantOf(call), id, cut), driftOf) : known;
    },
    requests: async (call, id, query) => {
      const known = await one(call, id);
      return known.ok ? await page(call, query, requestsPage(tenantOf(call), id, query), requestOf) : known;
    },
    request: async (call, id, requestId) => {
      const found = await first(call, readRequest(tenantOf(call), id, requestId), `request ${requestId} of this connection`);
      return found.ok ? succeed(requestOf(found.value)) : found;
    },
  };
}

function tenantOf({ credential }: Call): string {
  return credential.tenant.workspaceId;
}

/** The one place where the permission for all these reads is asked for. */
function forWriters<T>(actor: Actor, show: () => T): Outcome<T> {
  return mayDo(actor, 'connections.write') ? succeed(show()) : fail(refuseAll([permissionDenied('connections.write')]));
}
