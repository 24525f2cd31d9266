// Statements that write memberships with their e-mails and links.
import type { Change, MembershipSet } from '../../domain/changes.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import { keyOf, type Email } from '../../domain/model/keys.ts';
import type { Statement } from '../database/batch.ts';
import { endedSessions, endSessionsOf } from './host-statements.ts';
import { insertUniqueValues, removeUniqueValues, replaceUniqueValues } from './resource-statements.ts';

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>;

/** A new membership with its e-mails. */
export function insertMember(change: ChangeOf<'membership.insert'>, tenant: Tenant): Statement[] {
  const { id, accountId, status, accepted, role, particulars } = change;
  const { userName, managerId, profile, emails } = particulars;
  const insert: Statement = {
    name: 'membership_insert',
    text: `insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, manager_id, profile, status, base_role, role, accepted_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, case when $11::boolean then now() end)`,
    values: [tenant.workspaceId, id, tenant.organizationId, accountId, userName, keyOf(userName), managerId, JSON.stringify(profile), status, role, accepted],
  };
  const found = emails.length === 0 ? [] : [insertEmails(tenant.workspaceId, id, emails)];
  return [insert, ...found, ...insertUniqueValues(tenant.workspaceId, 'User', id, particulars.keys)];
}

/** Changed columns of a membership; e-mail rows are rewritten only when they differ from those it has `now`. */
export function updateMember({ id, set }: ChangeOf<'membership.update'>, tenant: Tenant, now: readonly Email[] | undefined): Statement[] {
  const { workspaceId } = tenant;
  const { particulars } = set;
  const updates = [...updateMembers(tenant, [id], set), ...replaceUniqueValues(workspaceId, 'User', id, particulars?.keys)];
  if (particulars === undefined || (now !== undefined && sameEmails(now, particulars.emails))) return updates;
  const { emails } = particulars;
  return [...updates, deleteEmails(workspaceId, [id]), ...(emails.length === 0 ? [] : [insertEmails(workspaceId, id, emails)])];
}

/** The same columns of memberships, as many as there are; with the access end the sessions. */
export function updateMembers({ workspaceId, organizationId }: Tenant, ids: readonly string[], set: MembershipSet): Statement[] {
  const { status, roles, accepted = false, endAccess = false, particulars } = set;
  const ended = endAccess ? `with ended as (${endedSessions('$12', '$2')}) ` : '';
  const update: Statement = {
    name: endAccess ? 'membership_update_end' : 'membership_update',
    text: `${ended}update membership set version = version + 1, updated_at = now(), status = coalesce($3, status), base_role = coalesce($4, base_role),
      role = coalesce($11, role), accepted_at = case when $5::boolean then coalesce(accepted_at, now()) else accepted_at end,
      epoch = epoch + $6::boolean::int, user_name = coalesce($7, user_name), user_name_key = coalesce($8, user_name_key),
      profile = coalesce($9, profile), manager_id = case when $9::jsonb is null then manager_id else $10::uuid end
      where workspace_id = $1 and id = any($2::uuid[])`,
    values: [
      workspaceId,
      ids,
      status,
      roles?.base,
      accepted,
      endAccess,
      particulars?.userName,
      particulars && keyOf(particulars.userName),
      particulars && JSON.stringify(particulars.profile),
      particulars?.managerId,
      roles?.effective,
      ...(endAccess ? [organizationId] : []),
    ],
  };
  return [update];
}

/** Removed memberships, as many as there are: out of every group, whose versions rise, without sessions, and their userNames, e-mails and links free for others. */
export function removeMembers({ workspaceId, organizationId }: Tenant, ids: readonly string[]): Statement[] {
  const values = [workspaceId, ids];
  return [
    {
      // Before their rows of these members, as changes of a group do it; nobody can add a member while its own row is locked.
      name: 'membership_lock_groups',
      text: `select from scim_group where workspace_id = $1
        and id = any(array(select group_id from group_member where workspace_id = $1 and member_id = any($2::uuid[]))) order by id for update`,
      values,
    },
    {
      name: 'membership_remove',
      text: `with ended as (delete from group_member where workspace_id = $1 and member_id = any($2::uuid[]) returning member_id, group_id),
          former as (select member_id, array_agg(group_id) as group_ids from ended group by member_id)
        update membership m set deleted_at = now(), updated_at = now(), version = m.version + 1, epoch = m.epoch + 1,
          former_group_ids = coalesce((select f.group_ids from former f where f.member_id = m.id), '{}')
        where m.workspace_id = $1 and m.id = any($2::uuid[])`,
      values,
    },
    {
      name: 'membership_remove_groups',
      text: `update scim_group set version = version + 1, updated_at = now() where workspace_id = $1
        and id = any(array(select unnest(former_group_ids) from membership where workspace_id = $1 and id = any($2::uuid[])))`,
      values,
    },
    deleteEmails(workspaceId, ids),
    removeUniqueValues(workspaceId, ids),
    endSessionsOf(organizationId, ids),
    { name: 'membership_remove_links', text: 'update membership_link set live = false where workspace_id = $1 and membership_id = any($2::uuid[])', values },
  ];
}

/** The externalId in the caller's space; undefined takes it away. */
export function setLink(workspaceId: string, { membershipId, linkSpace, externalId }: ChangeOf<'link.put'>): Statement {
  if (externalId === undefined) {
    return {
      name: 'link_delete',
      text: 'delete from membership_link where workspace_id = $1 and membership_id = $2 and link_space = $3',
      values: [workspaceId, membershipId, linkSpace],
    };
  }
  return {
    name: 'link_put',
    text: `insert into membership_link (workspace_id, membership_id, link_space, external_id) values ($1, $2, $3, $4)
      on conflict (workspace_id, membership_id, link_space) do update set external_id = excluded.external_id, live = true`,
    values: [workspaceId, membershipId, linkSpace, externalId],
  };
}

/** The e-mails of a membership that has none. */
export function insertEmails(workspaceId: string, membershipId: string, emails: readonly Email[]): Statement {
  return {
    name: 'emails_insert',
    text: `insert into membership_email (workspace_id, membership_id, ordinal, value, value_key, type, display, is_primary)
      select $1, $2, e.ordinal, e.value, e.key, e.type, e.display, e.is_primary
      from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[]) with ordinality as e (value, key, type, display, is_primary, ordinal)`,
    values: [
      workspaceId,
      membershipId,
      emails.map(({ value }) => value),
      emails.map(({ value }) => keyOf(value)),
      emails.map(({ type }) => type),
      emails.map(({ display }) => display),
      emails.map(({ primary }) => primary),
    ],
  };
}

function deleteEmails(workspaceId: string, membershipIds: readonly string[]): Statement {
  return { name: 'emails_delete', text: 'delete from membership_email where workspace_id = $1 and membership_id = any($2::uuid[])', values: [workspaceId, membershipIds] };
}

function sameEmails(one: readonly Email[], other: readonly Email[]): boolean {
  const same = (a: Email, b: Email | undefined) => b !== undefined && a.value === b.value && a.type === b.type && a.primary === b.primary && a.display === b.display;
  return one.length === other.length && one.every((email, index) => same(email, other[index]));
}
