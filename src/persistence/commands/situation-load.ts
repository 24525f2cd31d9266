// Reads how members stand before an act on them, removed ones too, for the preview of it.
import type { Call } from '../../domain/model/caller.ts';
import type { HoldSource, MembershipStatus } from '../../domain/model/membership.ts';
import type { Counted, NamedThing, Situation } from '../../domain/model/preview.ts';
import type { Row, Statement } from '../database/batch.ts';
import { situationParts } from './situation-parts.ts';

const situations = `select m.id, m.account_id, m.user_name, m.status, m.role, m.version, m.deleted_at is not null as removed,
  exists (select from seat_claim s where s.organization_id = m.organization_id and s.account_id = m.account_id and s.workspace_id = m.workspace_id) as seat_held,
  array(select h.source from membership_hold h where h.workspace_id = m.workspace_id and h.membership_id = m.id order by h.source) as holds,
  array(select s.workspace_id from seat_claim s where s.organization_id = m.organization_id and s.account_id = m.account_id and s.workspace_id <> m.workspace_id
    order by s.workspace_id) as elsewhere,
  case when m.deleted_at is null
    then (select json_agg(json_build_object('id', g.id, 'name', g.display_name) order by g.id) from group_member gm
      join scim_group g on g.workspace_id = gm.workspace_id and g.id = gm.group_id where gm.workspace_id = m.workspace_id and gm.member_id = m.id)
    else (select json_agg(json_build_object('id', g.id, 'name', g.display_name) order by g.id) from scim_group g
      where g.workspace_id = m.workspace_id and g.id = any(m.former_group_ids))
  end as groups
  from membership m where m.workspace_id = $1 and m.id = any($2::uuid[]) order by m.id`;

/** The function visits other workspaces and comes back: it stands in a statement of its own. */
const names = `select n.id, n.name from usher_workspace_names(array(select distinct s.workspace_id from seat_claim s
  where s.organization_id = $3 and s.workspace_id <> $1
  and s.account_id = any(array(select m.account_id from membership m where m.workspace_id = $1 and m.id = any($2::uuid[]))))) n`;

/** The statements, and what their rows say in the order of the members' ids. */
export function situationLoad({ credential }: Call, ids: readonly string[]): { readonly statements: readonly Statement[]; readonly read: (rows: readonly Row[][]) => Situation[] } {
  const { workspaceId, organizationId } = credential.tenant;
  return {
    statements: [
      { name: 'situations', text: situations, values: [workspaceId, ids] },
      { name: 'situation_names', text: names, values: [workspaceId, ids, organizationId] },
      ...situationParts.map(({ name, text }) => ({ name: `situation_${name}`, text, values: [workspaceId, ids] })),
    ],
    read: ([rows = [], named = [], ...parts]) => {
      const nameOf = new Map(named.map((row) => [row['id'] as string, row['name'] as string]));
      const counted = situationParts.map(({ endsWithAccess }, index) => ({ endsWithAccess, of: Map.groupBy(parts[index] ?? [], (row) => row['membership_id'] as string) }));
      return rows.map((row) => {
        const countsOf = (access: boolean) => counted.filter(({ endsWithAccess }) => endsWithAccess === access).flatMap(({ of }) => (of.get(row['id'] as string) ?? []).map(countedOf));
        return situationOf(row, nameOf, countsOf(true), countsOf(false));
      });
    },
  };
}

function situationOf(row: Row, nameOf: ReadonlyMap<string, string>, access: readonly Counted[], belongings: readonly Counted[]): Situation {
  return {
    id: row['id'] as string,
    accountId: row['account_id'] as string,
    userName: row['user_name'] as string,
    removed: row['removed'] as boolean,
    status: row['status'] as MembershipStatus,
    role: row['role'] as string,
    version: row['version'] as number,
    seatHeld: row['seat_held'] as boolean,
    holds: row['holds'] as HoldSource[],
    groups: (row['groups'] as NamedThing[] | null) ?? [],
    elsewhere: (row['elsewhere'] as string[]).map((id) => ({ id, name: nameOf.get(id) ?? id })),
    access,
    belongings,
  };
}

function countedOf(row: Row): Counted {
  const used = row['last_used_at'] as Date | null | undefined;
  const samples = row['samples'] as Counted['samples'] | undefined;
  return { kind: row['kind'] as string, count: row['count'] as number, ...(used === undefined ? {} : { lastUsedAt: used?.toISOString() ?? null }), ...(samples === undefined ? {} : { samples }) };
}
