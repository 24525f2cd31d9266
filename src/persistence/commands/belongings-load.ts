// Loads what hangs on members, locked: what they own and their keys when they leave, what departures took from them when they come back.
import type { Belongings } from '../../domain/model/belonging.ts';
import type { Row, Statement } from '../database/batch.ts';
import type { RecordLoad } from './record-load.ts';

/** Resources in the order of their ids, then keys; behind the memberships, as everywhere. */
export const belongingsLoad: RecordLoad<'belongings'> = {
  statements: ({ credential }, { ids, way }) => {
    const values = [credential.tenant.workspaceId, ids];
    return way === 'leaving' ? [leavingWith(values)] : [...taken(values), keys(values)];
  },
  found: (rows, _call, { way }) => {
    const [counts = [], ofKeys = []] = way === 'leaving' ? apart(rows[0]) : rows.slice(1);
    const found = new Map<string, Belongings>();
    for (const [id, each] of Map.groupBy(counts, (row) => row['member_id'] as string)) found.set(id, countsOf(each, way));
    for (const [id, each] of Map.groupBy(ofKeys, (row) => row['member_id'] as string)) {
      const left = each.map((row) => ({ id: row['id'] as string, suspended: row['suspended'] as boolean }));
      found.set(id, { ...(found.get(id) ?? countsOf([], way)), keys: left });
    }
    return found;
  },
};

type Values = Statement['values'];

const keysOf = `select membership_id as member_id, id, suspended_at is not null as suspended from api_key
      where workspace_id = $1 and membership_id = any($2::uuid[]) and revoked_at is null order by id for no key update`;

/** One statement, since every departure asks it: the first half, and its locks, before the second. */
function leavingWith(values: Values): Statement {
  return {
    name: 'belongings_leaving',
    text: `with owned as (select owner_id, kind from owned_resource where workspace_id = $1 and owner_id = any($2::uuid[]) order by id for no key update), keys as (${keysOf})
      select owner_id as member_id, kind, count(*)::int as count, null::uuid as id, null::boolean as suspended from owned group by owner_id, kind
      union all select member_id, null, null, id, suspended from keys`,
    values,
  };
}

/** The rows of resources and those of keys. */
function apart(rows: readonly Row[] = []): Row[][] {
  return [rows.filter((row) => row['id'] === null), rows.filter((row) => row['id'] !== null)];
}

/** Two statements: only what is locked stays as it is counted. */
function taken(values: Values): Statement[] {
  return [
    {
      name: 'belongings_taken_lock',
      text: `select from owned_resource where workspace_id = $1
        and id = any(array(select resource_id from resource_taking where workspace_id = $1 and from_id = any($2::uuid[]) and live)) order by id for no key update`,
      values,
    },
    {
      name: 'belongings_taken',
      text: `select from_id as member_id, count(distinct resource_id)::int as count from resource_taking
        where workspace_id = $1 and from_id = any($2::uuid[]) and live group by from_id`,
      values,
    },
  ];
}

function keys(values: Values): Statement {
  return { name: 'belongings_keys', text: keysOf, values };
}

function countsOf(rows: readonly Row[], way: 'leaving' | 'returning'): Belongings {
  if (way === 'returning') return { owned: new Map(), taken: (rows[0]?.['count'] as number | undefined) ?? 0, keys: [] };
  return { owned: new Map(rows.map((row) => [row['kind'] as string, row['count'] as number])), taken: 0, keys: [] };
}
