// Reads on PostgreSQL: the tenant, the credential's standing and the data in one exchange, and nothing in memory beyond a page.
import type { Pool } from 'pg';
import { linkSpaceOf, scopeFor, type Actor, type Call } from '../../domain/model/caller.ts';
import type { Page, Reads } from '../../domain/ports.ts';
import { resourceNotFound } from '../../domain/rules/resource-not-found.ts';
import { fail, refuse, refuseAll, succeed, type Outcome } from '../../domain/refusals.ts';
import { admit } from '../../domain/rules/admit.ts';
import { canSee, mayDo, memberNotFound, permissionDenied } from '../../domain/rules/authority.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import type { Sort } from '../../scim/sort.ts';
import { standingOf } from '../commands/ground-statement.ts';
import type { Row } from '../database/batch.ts';
import type { QuickRead } from '../database/quick-reads.ts';
import { createSnapshots } from '../database/snapshot.ts';
import { groupViewOf, readGroup } from './group-select.ts';
import { openLongGroup } from './long-group.ts';
import { isLookUp } from './is-look-up.ts';
import { groupPage, memberPage, resourcePage, type ListScope } from './list-statements.ts';
import { memberViewOf, readMember } from './member-select.ts';
import { readAs } from './read-as.ts';
import { readPage, type PageOfRows } from './read-page.ts';
import { readResource, resourceViewOf } from './resource-select.ts';
import { search } from './search.ts';

/** Builds the reads on a pool, look-ups by key on `quick` where there is one; `baseUrl` begins the addresses that filters may compare (`meta.location`, `$ref`). */
export function createReads(pool: Pool, baseUrl: string, quick?: QuickRead): Reads<Filter, Sort> {
  // Long answers leave most of the connections to everybody else.
  const snapshots = createSnapshots(pool, { most: Math.max(1, Math.floor(pool.options.max / 3)), waitMs: 5_000, stallMs: 8_000 });
  return {
    member: async (call, id, parts) => {
      const { workspaceId } = call.credential.tenant;
      const read = await readAs(pool, call, [readMember(workspaceId, id, linkSpaceOf(call.credential), parts)], quick);
      if (!read.ok) return read;
      const [row] = read.value.rows[0] ?? [];
      return row === undefined || !canSee(read.value.actor, id) ? fail(refuseAll([memberNotFound(id)])) : succeed(memberViewOf(row));
    },
    members: async (call, query, parts) => {
      const scope = await visibleScope(pool, call, baseUrl);
      if (!scope.ok) return scope;
      const read = await readPage(pool, call, query, query.filter !== undefined, memberPage(query, scope.value, parts), isLookUp(query.filter) ? quick : undefined);
      return read.ok ? succeed(pageOf(read.value, memberViewOf)) : read;
    },
    group: async (call, id, withMembers) => {
      const { workspaceId } = call.credential.tenant;
      const read = await readAs(pool, call, [readGroup(workspaceId, id, linkSpaceOf(call.credential), withMembers)], withMembers ? undefined : quick);
      if (!read.ok) return read;
      const found = groupIn(read.value.actor, id, read.value.rows[0]?.[0]);
      return found.ok ? succeed(groupViewOf(found.value)) : found;
    },
    longGroup: async (call, id) => await openLongGroup(snapshots, call, id, (standing, row) => admitToGroup(call, id, standing, row)),
    groups: async (call, query, withMembers) => {
      const read = await readPage(pool, call, query, query.filter !== undefined, groupPage(query, scopeOf(call, baseUrl), withMembers));
      if (!read.ok) return read;
      if (!mayDo(read.value.actor, 'members.read')) return fail(refuseAll([permissionDenied('members.read')]));
      return succeed(pageOf(read.value, groupViewOf));
    },
    resource: async (call, type, id) => {
      const read = await readAs(pool, call, [readResource(call.credential.tenant.workspaceId, type.name, id, linkSpaceOf(call.credential))], quick);
      if (!read.ok) return read;
      if (!mayDo(read.value.actor, 'members.read')) return fail(refuseAll([permissionDenied('members.read')]));
      const [row] = read.value.rows[0] ?? [];
      return row === undefined ? fail(resourceNotFound(type, id)) : succeed(resourceViewOf(row));
    },
    resources: async (call, type, query) => {
      const read = await readPage(pool, call, query, query.filter !== undefined, resourcePage(query, scopeOf(call, baseUrl), type));
      if (!read.ok) return read;
      if (!mayDo(read.value.actor, 'members.read')) return fail(refuseAll([permissionDenied('members.read')]));
      return succeed(pageOf(read.value, resourceViewOf));
    },
    search: async (call, query) => {
      const scope = await visibleScope(pool, call, baseUrl);
      return scope.ok ? await search(pool, call, query, scope.value) : scope;
    },
    admitted: async (call) => {
      const read = await readAs(pool, call, [], quick);
      return read.ok ? succeed(undefined) : read;
    },
  };
}

function admitToGroup(call: Call, id: string, standing: Row | undefined, row: Row | undefined): Outcome<Row> {
  const { credential } = call;
  const admitted = admit(credential, standingOf(credential, standing), scopeFor(call, 'read'));
  return admitted.ok ? groupIn(admitted.value, id, row) : admitted;
}

function groupIn(actor: Actor, id: string, row: Row | undefined): Outcome<Row> {
  if (!mayDo(actor, 'members.read')) return fail(refuseAll([permissionDenied('members.read')]));
  return row === undefined ? fail(refuse('not-found', `There is no group ${id} in this workspace. It may have been deleted: look it up by displayName.`)) : succeed(row);
}

function scopeOf({ credential }: Call, baseUrl: string): ListScope {
  return { workspaceId: credential.tenant.workspaceId, linkSpace: linkSpaceOf(credential), baseUrl };
}

/** A person without `members.read` finds itself only; its role must be known before the query is made. */
async function visibleScope(pool: Pool, call: Call, baseUrl: string): Promise<Outcome<ListScope>> {
  const scope = scopeOf(call, baseUrl);
  const { credential } = call;
  if (credential.kind !== 'person') return succeed(scope);
  const asked = await readAs(pool, call, []);
  if (!asked.ok) return asked;
  return succeed(mayDo(asked.value.actor, 'members.read') ? scope : { ...scope, only: credential.membershipId });
}

function pageOf<T>({ total, rows, next, previous }: PageOfRows, view: (row: Row) => T): Page<T> {
  return { total, rows: rows.map(view), next, previous };
}
