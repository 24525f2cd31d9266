// Columns that say what the rules ask about roles: the workspace's own, those that groups give a member, and who the owners are.
import type { Owner, RoleSubject } from '../../domain/model/membership.ts';
import { rolesWith, type Permission, type Role, type RoleBook } from '../../domain/model/role.ts';
import type { Row, Statement } from '../database/batch.ts';

/** The roles that the workspace $1 made for itself. */
export const customRoles = `(select json_agg(json_build_object('key', r.key, 'name', r.name, 'rank', r.rank, 'permissions', r.permissions, 'version', r.version) order by r.key)
    from workspace_role r where r.workspace_id = $1) as custom_roles`;

/**
 * The roles that groups give a row of `membership`; few groups give any, so they are looked at first. The limit keeps the planner from
 * turning it into a join, which would read all groups of the member at each command.
 */
export function groupRolesOf(alias: string): string {
  return `(select coalesce(json_agg(json_build_object('groupId', r.group_id, 'role', r.role) order by r.group_id), '[]') from group_role r where r.workspace_id = ${alias}.workspace_id
    and (select true from group_member gm where gm.workspace_id = r.workspace_id and gm.group_id = r.group_id and gm.member_id = ${alias}.id limit 1))`;
}

/** What the rules of roles ask about a row of `membership` with its account, as members of json_build_object. */
function subjectParts(member: string, account: string): string {
  return `'id', ${member}.id, 'accountId', ${member}.account_id, 'userName', ${member}.user_name, 'human', not ${account}.service, 'status', ${member}.status,
    'baseRole', ${member}.base_role, 'role', ${member}.role, 'groupRoles', ${groupRolesOf(member)}`;
}

/** Members `x` as the rules of roles see them. */
export const selectSubjects = `select json_build_object(${subjectParts('x', 'xa')}) as subject from membership x
    join user_account xa on xa.organization_id = x.organization_id and xa.id = x.account_id`;

const successor = `(select json_build_object(${subjectParts('y', 'ya')}, 'alsoAccount', n.also_account) from successor n
    join membership y on y.workspace_id = n.workspace_id and y.id = n.successor_id and y.deleted_at is null
    join user_account ya on ya.organization_id = y.organization_id and ya.id = y.account_id
    where n.workspace_id = x.workspace_id and n.owner_id = x.id)`;

/** All owners of the workspace $1 with the successors they have named, true only under the exclusive lock. */
export const ownersNow = `(select json_agg(json_build_object(${subjectParts('x', 'xa')}, 'successor', ${successor}) order by x.id) from membership x
    join user_account xa on xa.organization_id = x.organization_id and xa.id = x.account_id
    where x.workspace_id = $1 and x.role = 'owner' and x.deleted_at is null) as owners`;

/** All roles of the workspace in a row with `custom_roles`. */
export function rolesOf(row: Row): RoleBook {
  const custom = (row['custom_roles'] as (Omit<Role, 'permissions'> & { permissions: Permission[] })[] | null | undefined) ?? [];
  return rolesWith(custom.map((role) => ({ ...role, permissions: new Set(role.permissions) })));
}

/** The owners in a row with `owners`; undefined in one without. */
export function ownersOf(row: Row | undefined): readonly Owner[] | undefined {
  if (row === undefined || !Object.hasOwn(row, 'owners')) return undefined;
  const owners = (row['owners'] as (RoleSubject & { successor: Owner['successor'] | null })[] | null) ?? [];
  return owners.map((owner) => ({ ...owner, successor: owner.successor ?? undefined }));
}

/** The live members among some ids, and those of a group if one is named, with what the rules of roles ask of them. */
export function readSubjects(workspaceId: string, groupId: string | undefined, ids: readonly string[]): Statement {
  return {
    name: 'role_subjects',
    text: `${selectSubjects} where x.workspace_id = $1 and x.deleted_at is null and x.id = any($3::uuid[] || array(
        select gm.member_id from group_member gm where gm.workspace_id = $1 and gm.group_id = $2 and gm.member_type = 'User'))`,
    values: [workspaceId, groupId, ids],
  };
}

/** The rows of `selectSubjects` by id. */
export function subjectsOf(rows: readonly Row[]): ReadonlyMap<string, RoleSubject> {
  const subjects = rows.map((row) => row['subject'] as RoleSubject);
  return new Map(subjects.map((subject) => [subject.id, subject]));
}
