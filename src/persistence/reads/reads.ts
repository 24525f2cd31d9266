// Reads on PostgreSQL: the tenant, the credential's standing and the data in one exchange, and nothing in memory beyond a page.
import type { Pool } from 'pg';
import { linkSpaceOf, type Actor, type Call } from '../../domain/model/caller.ts';
import type { MemberParts, MemberView } from '../../domain/model/membership.ts';
import type { ListQuery, Page, Reads } from '../../domain/ports.ts';
import { fail, refuse, refuseAll, succeed, type Outcome } from '../../domain/refusals.ts';
import { admit } from '../../domain/rules/admit.ts';
import { canSee, mayDo, memberNotFound, permissionDenied } from '../../domain/rules/authority.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import { standingOf, standingStatement } from '../commands/ground-statement.ts';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import { scopeOf } from '../database/scope.ts';
import { createSnapshots } from '../database/snapshot.ts';
import { retrying, withClient } from '../database/transaction.ts';
import { groupViewOf, readGroup } from './group-select.ts';
import { openLongGroup } from './long-group.ts';
import { groupPage, memberPage, type PageStatements } from './list-statements.ts';
import { memberViewOf, readMember } from './member-select.ts';

/** Builds the reads on a pool; `baseUrl` begins the addresses that filters may compare (`meta.location`, `$ref`). */
export function createReads(pool: Pool, baseUrl: string): Reads<Filter> {
  // Long answers leave most of the connections to everybody else.
  const snapshots = createSnapshots(pool, { most: Math.max(1, Math.floor(pool.options.max / 3)), waitMs: 5_000, stallMs: 8_000 });
  return {
    member: async (call, id, parts) => {
      const { workspaceId } = call.credential.tenant;
      const read = await readAs(pool, call, [readMember(workspaceId, id, linkSpaceOf(call.credential), parts)]);
      if (!read.ok) return read;
      const [row] = read.value.rows[0] ?? [];
      return row === undefined || !canSee(read.value.actor, id) ? fail(refuseAll([memberNotFound(id)])) : succeed(memberViewOf(row));
    },
    members: async (call, query, parts) => await members(pool, call, query, parts, baseUrl),
    group: async (call, id, withMembers) => {
      const { workspaceId } = call.credential.tenant;
      const read = await readAs(pool, call, [readGroup(workspaceId, id, linkSpaceOf(call.credential), withMembers)]);
      if (!read.ok) return read;
      const found = groupIn(read.value.actor, id, read.value.rows[0]?.[0]);
      return found.ok ? succeed(groupViewOf(found.value)) : found;
    },
    longGroup: async (call, id) => await openLongGroup(snapshots, call, id, (standing, row) => admitToGroup(call, id, standing, row)),
    groups: async (call, query, withMembers) => {
      const statements = groupPage(call.credential.tenant.workspaceId, query, { linkSpace: linkSpaceOf(call.credential), baseUrl }, withMembers);
      const read = await readPage(pool, call, query, statements);
      if (!read.ok) return read;
      if (!mayDo(read.value.actor, 'members.read')) return fail(refuseAll([permissionDenied('members.read')]));
      return succeed({ total: read.value.total, rows: read.value.rows.map(groupViewOf) });
    },
    admitted: async (call) => {
      const read = await readAs(pool, call, []);
      return read.ok ? succeed(undefined) : read;
    },
  };
}

function admitToGroup({ credential }: Call, id: string, standing: Row | undefined, row: Row | undefined): Outcome<Row> {
  const admitted = admit(credential, standingOf(credential, standing), 'scim.read');
  return admitted.ok ? groupIn(admitted.value, id, row) : admitted;
}

function groupIn(actor: Actor, id: string, row: Row | undefined): Outcome<Row> {
  if (!mayDo(actor, 'members.read')) return fail(refuseAll([permissionDenied('members.read')]));
  return row === undefined ? fail(refuse('not-found', `There is no group ${id} in this workspace. It may have been deleted: look it up by displayName.`)) : succeed(row);
}

/** A person without `members.read` lists itself only; its role must be known before the query is made. */
async function members(pool: Pool, call: Call, query: ListQuery<Filter>, parts: MemberParts, baseUrl: string): Promise<Outcome<Page<MemberView>>> {
  const { credential } = call;
  let only: string | undefined;
  if (credential.kind === 'person') {
    const asked = await readAs(pool, call, []);
    if (!asked.ok) return asked;
    only = mayDo(asked.value.actor, 'members.read') ? undefined : credential.membershipId;
  }
  const read = await readPage(pool, call, query, memberPage(credential.tenant.workspaceId, query, { linkSpace: linkSpaceOf(credential), baseUrl }, parts, only));
  return read.ok ? succeed({ total: read.value.total, rows: read.value.rows.map(memberViewOf) }) : read;
}

/** Rows first; the count only when the rows do not tell it already. */
async function readPage(pool: Pool, call: Call, query: ListQuery<Filter>, { rows, count }: PageStatements): Promise<Outcome<{ actor: Actor; total: number; rows: Row[] }>> {
  const together = query.filter === undefined || query.limit === 0;
  const read = await readAs(pool, call, [...(query.limit === 0 ? [] : [rows]), ...(together ? [count] : [])]);
  if (!read.ok) return read;
  const { actor } = read.value;
  const found = query.limit === 0 ? [] : (read.value.rows[0] ?? []);
  if (together) return succeed({ actor, total: totalOf(read.value.rows.at(-1)), rows: found });
  if (found.length < query.limit && (found.length > 0 || query.offset === 0)) return succeed({ actor, total: query.offset + found.length, rows: found });
  const counted = await readAs(pool, call, [count]);
  return counted.ok ? succeed({ actor, total: totalOf(counted.value.rows[0]), rows: found }) : counted;
}

function totalOf(rows: readonly Row[] | undefined): number {
  return Number(rows?.[0]?.['total'] ?? 0);
}

/** Reads as the caller: the credential's standing is read in the same exchange and decides whether the rows may be shown. */
async function readAs(pool: Pool, call: Call, statements: readonly Statement[]): Promise<Outcome<{ actor: Actor; rows: Row[][] }>> {
  const { credential } = call;
  const batch = [scopeOf(credential.tenant), standingStatement(credential), ...statements];
  const read = await retrying(async () => await withClient(pool, async (client) => await runBatch(client, batch)));
  if (!read.ok) return read;
  const [, standing = [], ...rows] = read.value;
  const admitted = admit(credential, standingOf(credential, standing[0]), 'scim.read');
  return admitted.ok ? succeed({ actor: admitted.value, rows }) : admitted;
}
