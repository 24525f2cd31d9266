// Statements that write connections, their breaker, and what guards refused them.
import type { ConnectionChange } from '../../domain/areas/connections.ts';
import { keyOf } from '../../domain/model/keys.ts';
import type { Statement } from '../database/batch.ts';
import type { StatementTable } from './statement-table.ts';

/** The statements of each change of a connection; those of tokens stand by themselves. */
export const connectionStatements: StatementTable<Exclude<ConnectionChange, { kind: `token.${string}` }>> = {
  'connection.insert': ({ kind, id, label, policy }, { workspaceId }) => [
    {
      name: kind,
      text: `insert into idp_connection (workspace_id, id, label, label_key, policy) values ($1, $2, $3, $4, coalesce($5::jsonb, '{}'))`,
      values: [workspaceId, id, label, keyOf(label), policy && JSON.stringify(policy)],
    },
  ],
  'connection.rename': ({ kind, id, label }, { workspaceId }) => [
    { name: kind, text: 'update idp_connection set label = $3, label_key = $4 where workspace_id = $1 and id = $2', values: [workspaceId, id, label, keyOf(label)] },
  ],
  // What was counted under the old limit must not violate the new one.
  'connection.policy': ({ kind, id, policy }, { workspaceId }) => [
    { name: kind, text: 'update idp_connection set policy = $3, departures_most = null where workspace_id = $1 and id = $2', values: [workspaceId, id, JSON.stringify(policy)] },
  ],
  'connection.pause': ({ kind, id }, { workspaceId }) => [
    { name: kind, text: 'update idp_connection set paused_at = now() where workspace_id = $1 and id = $2', values: [workspaceId, id] },
  ],
  'connection.resume': ({ kind, id }, { workspaceId }) => [
    { name: kind, text: 'update idp_connection set paused_at = null where workspace_id = $1 and id = $2', values: [workspaceId, id] },
  ],
  'connection.delete': ({ id }, { workspaceId }) => deleteConnection(workspaceId, id),
  'connection.departures': ({ kind, id, count, most, holds, windowMinutes }, { workspaceId }) => [
    {
      name: kind,
      text: `update idp_connection set departures = case when ${inWindow} then departures + $3::int else $3::int end,
          departures_since = case when ${inWindow} then departures_since else now() end,
          tripped_at = case when ${inWindow} or $6::boolean then tripped_at end, departures_most = $4::int
        where workspace_id = $1 and id = $2`,
      values: [workspaceId, id, count, most, windowMinutes, holds],
    },
  ],
  'connection.removed': ({ kind, ids }, { workspaceId }) => [
    { name: kind, text: 'update membership set idp_removed_at = deleted_at where workspace_id = $1 and id = any($2::uuid[])', values: [workspaceId, ids] },
  ],
  // The check on the column refuses the second of two: see the migration.
  'connection.trip': ({ kind, id }, { workspaceId }) => [
    { name: kind, text: `update idp_connection set tripped_at = case when tripped_at is null then now() else 'infinity' end where workspace_id = $1 and id = $2`, values: [workspaceId, id] },
  ],
  'connection.release': ({ kind, id }, { workspaceId }) => [
    { name: kind, text: 'update idp_connection set tripped_at = null, departures = 0, departures_since = now(), departures_most = null where workspace_id = $1 and id = $2', values: [workspaceId, id] },
  ],
  'intent.note': ({ kind, connectionId, membershipId, act, rule }, { workspaceId }) => [
    {
      name: kind,
      // A refusal is noted when its locks are gone: a removal at this moment is waited for, and who has left is asked about no more.
      text: `insert into blocked_intent (workspace_id, id, connection_id, membership_id, act, rule)
          select $1, gen_random_uuid(), $2::uuid, m.id, $4, $5 from membership m where m.workspace_id = $1 and m.id = $3 and m.deleted_at is null for key share
        on conflict (workspace_id, membership_id, connection_id, act) where status = 'open'
        do update set times = blocked_intent.times + 1, last_at = now(), rule = excluded.rule`,
      values: [workspaceId, connectionId, membershipId, act, rule],
    },
    ...(act === 'demote' ? [] : [assertActive(workspaceId, membershipId, connectionId, false)]),
  ],
  'intent.end': ({ kind, id, as }, { workspaceId }) => [
    { name: kind, text: `update blocked_intent set status = $3, ended_at = now() where workspace_id = $1 and id = $2`, values: [workspaceId, id, as] },
  ],
  'intent.withdraw': ({ kind, membershipId, linkSpace }, { workspaceId }) => [
    {
      name: kind,
      text: `update blocked_intent set status = 'resolved', ended_at = now() where workspace_id = $1 and membership_id = $2 and connection_id = $3 and status = 'open' and act <> 'demote'`,
      values: [workspaceId, membershipId, linkSpace],
    },
    assertActive(workspaceId, membershipId, linkSpace, true),
  ],
};

const inWindow = `(departures > 0 and departures_since > now() - make_interval(mins => $5::int))`;

function assertActive(workspaceId: string, membershipId: string, linkSpace: string, active: boolean): Statement {
  return {
    name: 'link_assert',
    text: 'update membership_link set asserted_active = $4 where workspace_id = $1 and membership_id = $2 and link_space = $3 and asserted_active <> $4',
    values: [workspaceId, membershipId, linkSpace, active],
  };
}

/** Under the exclusive lock on the workspace: nobody else writes members or groups meanwhile. Holds become the admins', who are left to lift them. */
function deleteConnection(workspaceId: string, id: string): Statement[] {
  const values = [workspaceId, id];
  return [
    { name: 'connection_end_tokens', text: 'update access_token set revoked_at = now() where workspace_id = $1 and connection_id = $2 and revoked_at is null', values },
    {
      name: 'connection_end_holds',
      text: `with gone as (delete from membership_hold where workspace_id = $1 and source = 'idp:' || $2::uuid returning membership_id, placed_at, event_id),
          kept as (insert into membership_hold (workspace_id, membership_id, source, placed_at, event_id) select $1, membership_id, 'admin', placed_at, event_id from gone on conflict do nothing)
        update membership set version = version + 1, updated_at = now() where workspace_id = $1 and id in (select membership_id from gone) and deleted_at is null`,
      values,
    },
    { name: 'connection_end_links', text: 'delete from membership_link where workspace_id = $1 and link_space = $2', values },
    { name: 'connection_end_group_links', text: 'delete from group_link where workspace_id = $1 and link_space = $2', values },
    { name: 'connection_end_resource_links', text: 'delete from resource_link where workspace_id = $1 and link_space = $2', values },
    { name: 'connection_end_intents', text: `update blocked_intent set status = 'resolved', ended_at = now() where workspace_id = $1 and connection_id = $2 and status = 'open'`, values },
    { name: 'connection_end', text: 'update idp_connection set deleted_at = now() where workspace_id = $1 and id = $2', values },
  ];
}
