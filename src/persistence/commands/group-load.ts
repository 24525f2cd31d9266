// Loads what a change of a group mentions: the group, which ids exist, which are members already, and which a filter selects.
import type { GroupGround, Ground } from '../../domain/ports.ts';
import type { Group, GroupMember, MemberStep } from '../../domain/model/group.ts';
import type { Profile } from '../../domain/model/membership.ts';
import type { RoleKey } from '../../domain/model/role.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import type { Row, Statement } from '../database/batch.ts';
import type { FilterContext } from '../filter/common-places.ts';
import { compileMemberFilter } from '../filter/compile-filter.ts';
import { parameterList } from '../filter/parameters.ts';
import { memberDisplay } from '../reads/group-select.ts';
import { readSubjects, subjectsOf } from './role-columns.ts';

/** The statements of a load, those that lock and those that read under the locks, with the way to read their rows. */
export interface GroupLoad {
  readonly lock: readonly Statement[];
  readonly load: readonly Statement[];
  /** The members whom a change may touch in the role that the group gives, under the exclusive lock: without steps all of them. */
  readonly more: (loaded: readonly Row[][]) => readonly Statement[];
  readonly read: (ground: Ground, loaded: readonly Row[][], locked: readonly Row[][]) => GroupGround;
}

/** Members, and with them the person who acts, are locked before groups, so that nothing that is being removed can slip into a group. */
export function loadGroup(workspaceId: string, groupId: string | undefined, steps: readonly MemberStep[], actor: readonly string[], context: FilterContext & { readonly alone: boolean }): GroupLoad {
  // An id that several steps mention may be asked for several times: to find that out takes longer in a list of a hundred thousand.
  const mentioned = steps.flatMap((step) => (step.kind === 'removeMatching' ? [] : step.ids));
  const candidates = steps.flatMap((step) => (step.kind === 'add' || step.kind === 'replace' ? step.ids : []));
  const wholeList = steps.some((step) => step.kind === 'replace');
  const filters = steps.flatMap((step) => (step.kind === 'removeMatching' ? [step.match as Filter] : []));
  const own = groupId === undefined ? [] : [groupId];
  const load = own.flatMap((id) => [
    groupStatement(workspaceId, id, context.linkSpace),
    presentStatement(workspaceId, id, mentioned, wholeList),
    ...filters.map((filter) => matchStatement(workspaceId, id, mentioned, filter, context)),
  ]);
  const read = (ground: Ground, loaded: readonly Row[][], [users = [], groups = []]: readonly Row[][]): GroupGround => {
    const [[group] = [], present = [], ...others] = loaded;
    const [matched, [subjects = []]] = [others.slice(0, filters.length), others.slice(filters.length)];
    const known = new Map<string, GroupMember['type']>();
    for (const id of idsOf(users)) known.set(id, 'User');
    for (const id of idsOf(groups)) known.set(id, 'Group');
    const here = matched.flatMap((found) => found.filter((row) => row['present'] === true));
    return {
      ...ground,
      group: group && groupOf(group),
      existing: known,
      present: new Set([...idsOf(present), ...idsOf(here)]),
      matched: matched.map((found) => new Set(idsOf(found))),
      role: (group?.['role'] as RoleKey | null | undefined) ?? undefined,
      subjects: subjectsOf(subjects),
    };
  };
  const more = ([groups = [], , ...matched]: readonly Row[][]): Statement[] => {
    const [group] = groups;
    if (groupId === undefined || !context.alone || (steps.length > 0 && typeof group?.['role'] !== 'string')) return [];
    return [readSubjects(workspaceId, wholeList || steps.length === 0 ? groupId : undefined, [...mentioned, ...matched.flatMap(idsOf)])];
  };
  return { more, lock: [shareUsers(workspaceId, [...candidates, ...actor]), lockGroups(workspaceId, [...own, ...candidates], steps.length === 0 ? groupId : undefined)], load, read };
}

function shareUsers(workspaceId: string, ids: readonly string[]): Statement {
  return {
    name: 'group_share_users',
    text: 'select id from membership where workspace_id = $1 and id = any($2::uuid[]) and deleted_at is null order by id for share',
    values: [workspaceId, ids],
  };
}

/** A group without steps may be about to go: those that contain it change with it and are locked in the same order. */
function lockGroups(workspaceId: string, ids: readonly string[], contained: string | undefined): Statement {
  if (contained === undefined) {
    return { name: 'lock_groups', text: 'select id from scim_group where workspace_id = $1 and id = any($2::uuid[]) order by id for update', values: [workspaceId, ids] };
  }
  return {
    name: 'lock_groups_around',
    text: `select id from scim_group where workspace_id = $1
      and id = any($2::uuid[] || array(select group_id from group_member where workspace_id = $1 and member_id = $3)) order by id for update`,
    values: [workspaceId, ids, contained],
  };
}

function groupStatement(workspaceId: string, groupId: string, linkSpace: string): Statement {
  return {
    name: 'read_group',
    text: `select g.id, g.display_name, g.profile, g.version, l.external_id,
        (select r.role from group_role r where r.workspace_id = g.workspace_id and r.group_id = g.id) as role from scim_group g
      left join group_link l on l.workspace_id = g.workspace_id and l.group_id = g.id and l.link_space is not distinct from $3
      where g.workspace_id = $1 and g.id = $2`,
    values: [workspaceId, groupId, linkSpace],
  };
}

function presentStatement(workspaceId: string, groupId: string, mentioned: readonly string[], wholeList: boolean): Statement {
  const text = 'select member_id as id from group_member where workspace_id = $1 and group_id = $2';
  if (wholeList) return { name: 'group_present_all', text, values: [workspaceId, groupId] };
  return { name: 'group_present', text: `${text} and member_id = any($3::uuid[])`, values: [workspaceId, groupId, mentioned] };
}

/** Which of the members, and of the ids the request is about to add, the filter selects; `present` tells the two apart. */
function matchStatement(workspaceId: string, groupId: string, mentioned: readonly string[], filter: Filter, context: FilterContext): Statement {
  const parameters = parameterList([workspaceId, groupId, mentioned]);
  const condition = compileMemberFilter(filter, context, 'c', parameters);
  return {
    text: `select c.member_id as id, c.present from (
        select gm.member_id, gm.member_type, ${memberDisplay} as display, true as present
        from group_member gm where gm.workspace_id = $1 and gm.group_id = $2
        union all
        select m.id, 'User', coalesce(m.profile->>'displayName', m.user_name), false from membership m
        where m.workspace_id = $1 and m.id = any($3::uuid[]) and m.deleted_at is null
      ) c where ${condition}`,
    values: parameters.values,
  };
}

function groupOf(row: Row): Group {
  return {
    id: row['id'] as string,
    displayName: row['display_name'] as string,
    externalId: (row['external_id'] as string | null) ?? undefined,
    profile: row['profile'] as Profile,
    version: row['version'] as number,
  };
}

function idsOf(rows: readonly Row[]): string[] {
  return rows.map((row) => row['id'] as string);
}
