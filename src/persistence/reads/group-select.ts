// The one SELECT that shows groups; members are read only for answers that show them.
import type { GroupMember, GroupView, ShownMember } from '../../domain/model/group.ts';
import type { Profile } from '../../domain/model/membership.ts';
import type { Row, Statement } from '../database/batch.ts';

/**
 * What a row `gm` of a member shows: its display name, else its userName, else the name of the group. One look-up by primary key for each
 * row, because a join planned while the tables were small reads the whole tenant for every member.
 */
export const memberDisplay = `case gm.member_type
      when 'User' then (select coalesce(mm.profile->>'displayName', mm.user_name) from membership mm where mm.workspace_id = gm.workspace_id and mm.id = gm.member_id)
      else (select mg.display_name from scim_group mg where mg.workspace_id = gm.workspace_id and mg.id = gm.member_id) end`;

/** Members that a row holds at most; a group with more is read in pieces. */
const mostMembers = 1_000;

/** One member more than a row may hold says that there are more. */
const members = `(select coalesce(json_agg(json_build_object('id', gm.member_id, 'type', gm.member_type, 'display', ${memberDisplay}) order by gm.member_id), '[]')
    from (select x.* from group_member x where x.workspace_id = g.workspace_id and x.group_id = g.id order by x.member_id limit ${mostMembers + 1}) gm) as members`;

/** `select … from scim_group g …` without a WHERE; `linkSpace` is the parameter that holds the caller's externalId space. `rows` stands for the table, `also` for more columns. */
export function groupSelect(withMembers: boolean, linkSpace: string, rows = 'scim_group', also: readonly string[] = []): string {
  // One look-up by the key for each group that is shown. A join would be planned as a hash of the whole tenant's links, and with = the index
  // by externalId might serve, which passes all links of the connection.
  const externalId = `(select l.external_id from group_link l where l.workspace_id = g.workspace_id and l.group_id = g.id and l.link_space is not distinct from ${linkSpace}) as external_id`;
  const columns = [`g.id, g.display_name, ${externalId}, g.profile, g.version, g.created_at, g.updated_at`, ...(withMembers ? [members] : []), ...also];
  return `select ${columns.join(', ')} from ${rows} g`;
}

/** One group by id. */
export function readGroup(workspaceId: string, id: string, linkSpace: string, withMembers: boolean): Statement {
  return {
    name: `group_${withMembers ? 'members' : 'alone'}`,
    text: `${groupSelect(withMembers, '$3')} where g.workspace_id = $1 and g.id = $2`,
    values: [workspaceId, id, linkSpace],
  };
}

/** Some groups by their ids, in no order. */
export function readGroups(workspaceId: string, ids: readonly string[], linkSpace: string, withMembers: boolean): Statement {
  return {
    name: `groups_${withMembers ? 'members' : 'alone'}`,
    text: `${groupSelect(withMembers, '$3')} where g.workspace_id = $1 and g.id = any ($2::uuid[])`,
    values: [workspaceId, ids, linkSpace],
  };
}

/** A row of the SELECT as a view. */
export function groupViewOf(row: Row): GroupView {
  return {
    id: row['id'] as string,
    displayName: row['display_name'] as string,
    externalId: (row['external_id'] as string | null) ?? undefined,
    profile: row['profile'] as Profile,
    members: membersOf(row['members'] as readonly Row[] | undefined),
    version: row['version'] as number,
    createdAt: (row['created_at'] as Date).toISOString(),
    updatedAt: (row['updated_at'] as Date).toISOString(),
  };
}

function membersOf(rows: readonly Row[] | undefined): GroupView['members'] {
  return rows !== undefined && rows.length > mostMembers ? 'many' : rows?.map(shownMemberOf);
}

/** A row with `id`, `type` and `display` of a member. */
export function shownMemberOf(row: Row): ShownMember {
  return { id: row['id'] as string, type: row['type'] as GroupMember['type'], display: (row['display'] as string | null) ?? undefined };
}
