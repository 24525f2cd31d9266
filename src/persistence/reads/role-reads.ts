// Roles, groups as the team sees them, and successors on PostgreSQL.
import type { Pool } from 'pg';
import { roleNotFound } from '../../domain/commands/define-role.ts';
import type { Call } from '../../domain/model/caller.ts';
import { roleIn, type RoleBook } from '../../domain/model/role.ts';
import type { RoleReads, RoleView, TeamGroup } from '../../domain/role-ports.ts';
import { fail, refuse, refuseAll, succeed, type Outcome } from '../../domain/refusals.ts';
import { mayDo, permissionDenied } from '../../domain/rules/authority.ts';
import { customRoles, rolesOf } from '../commands/role-columns.ts';
import type { Row, Statement } from '../database/batch.ts';
import { groupListPage, readTeamGroup } from './group-list-page.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';

/** Builds the reads on a pool. */
export function createRoleReads(pool: Pool): RoleReads {
  const roles = async (call: Call): Promise<Outcome<RoleView[]>> => {
    const read = await readAllowed(pool, call, [...roleStatements(call.credential.tenant.workspaceId)]);
    return read.ok ? succeed(rolesIn(read.value)) : read;
  };
  return {
    roles,
    role: async (call, key) => {
      const found = await roles(call);
      if (!found.ok) return found;
      const role = found.value.find((one) => one.key === key);
      return role === undefined ? fail(roleNotFound(key)) : succeed(role);
    },
    groups: async (call, query) => {
      const read = await readPage(pool, call, query, true, groupListPage(query, call.credential.tenant.workspaceId));
      if (!read.ok) return read;
      if (!mayDo(read.value.actor, 'members.read')) return fail(refuseAll([permissionDenied('members.read')]));
      const { total, rows, next, previous } = read.value;
      return succeed({ total, rows: rows.map(groupOf), next, previous });
    },
    group: async (call, id) => {
      const read = await readAllowed(pool, call, [readTeamGroup(call.credential.tenant.workspaceId, id)]);
      if (!read.ok) return read;
      const [[row] = []] = read.value;
      return row === undefined ? fail(refuse('not-found', `There is no group ${id} in this workspace. It may have been deleted: look it up by displayName.`)) : succeed(groupOf(row));
    },
    successor: async (call) => {
      const { credential } = call;
      const own = credential.kind === 'person' ? [successorOf(credential.tenant.workspaceId, credential.membershipId)] : [];
      const read = await readAs(pool, call, own);
      if (!read.ok) return read;
      const [row] = read.value.rows[0] ?? [];
      return succeed(row && { successorId: row['successor_id'] as string, userName: row['user_name'] as string, alsoAccount: row['also_account'] as boolean });
    },
  };
}

async function readAllowed(pool: Pool, call: Call, statements: readonly Statement[]): Promise<Outcome<Row[][]>> {
  const read = await readAs(pool, call, statements);
  if (!read.ok) return read;
  return mayDo(read.value.actor, 'members.read') ? succeed(read.value.rows) : fail(refuseAll([permissionDenied('members.read')]));
}

function roleStatements(workspaceId: string): Statement[] {
  const values = [workspaceId];
  return [
    { name: 'roles_custom', text: `select ${customRoles} from workspace w where w.id = $1`, values },
    { name: 'roles_held', text: 'select m.role as key, count(*)::int as count from membership m where m.workspace_id = $1 and m.deleted_at is null group by m.role', values },
    { name: 'roles_given', text: 'select r.role as key, count(*)::int as count from group_role r where r.workspace_id = $1 group by r.role', values },
  ];
}

function rolesIn([custom = [], held = [], given = []]: readonly Row[][]): RoleView[] {
  const book: RoleBook = rolesOf(custom[0] ?? {});
  const [members, groups] = [countsOf(held), countsOf(given)];
  const views = [...book.keys()].map((key) => ({ ...roleIn(book, key), members: members.get(key) ?? 0, groups: groups.get(key) ?? 0 }));
  return views.toSorted((one, other) => other.rank - one.rank || (one.key < other.key ? -1 : 1));
}

function countsOf(rows: readonly Row[]): ReadonlyMap<string, number> {
  return new Map(rows.map((row) => [row['key'] as string, row['count'] as number]));
}

function successorOf(workspaceId: string, ownerId: string): Statement {
  return {
    name: 'successor_of',
    text: `select n.successor_id, n.also_account, m.user_name from successor n
      join membership o on o.workspace_id = n.workspace_id and o.id = n.owner_id and o.role = 'owner' and o.deleted_at is null
      join membership m on m.workspace_id = n.workspace_id and m.id = n.successor_id and m.deleted_at is null
      where n.workspace_id = $1 and n.owner_id = $2`,
    values: [workspaceId, ownerId],
  };
}

function groupOf(row: Row): TeamGroup {
  return {
    id: row['id'] as string,
    displayName: row['display_name'] as string,
    memberCount: Number(row['member_count']),
    role: (row['role'] as string | null) ?? undefined,
    createdAt: (row['created_at'] as Date).toISOString(),
    updatedAt: (row['updated_at'] as Date).toISOString(),
  };
}
