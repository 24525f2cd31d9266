// Statements of the team's list of groups: one page by name, whether anything lies behind it, and the exact number of matches.
import { createHash } from 'node:crypto';
import type { Boundary } from '../../domain/ports.ts';
import type { GroupQuery } from '../../domain/role-ports.ts';
import type { Statement } from '../database/batch.ts';
import { parameterList, type ParameterList } from '../filter/parameters.ts';
import { textSlot } from '../filter/slot.ts';
import type { PageStatements } from './list-statements.ts';
import { ahead, behind, orderBy, writtenKey, type Order } from './order.ts';

const columns = `g.id, g.display_name, g.created_at, g.updated_at,
  (select count(*) from group_member gm where gm.workspace_id = g.workspace_id and gm.group_id = g.id and gm.member_type = 'User') as member_count,
  (select r.role from group_role r where r.workspace_id = g.workspace_id and r.group_id = g.id) as role`;

/** A page of groups in the order of their names. */
export function groupListPage(query: GroupQuery, workspaceId: string): PageStatements {
  const { limit, offset, walk } = query;
  const from = walk?.from;
  const page = parameterList([workspaceId, walk === undefined ? limit : limit + 1, offset]);
  const order = orderOf(query, 'g.display_name_key');
  const conditions = [...conditionsOf(query, page), ...(from === undefined ? [] : [ahead(order, from, page)])];
  const reversed = from?.direction === 'backward';
  const rows = `select g.* from scim_group g where ${conditions.join(' and ')} order by ${orderBy(order, reversed)} limit $2 offset $3`;
  const counted = parameterList([workspaceId]);
  return {
    rows: named(`select ${columns}, ${writtenKey(order, 'g.display_name_key')} as sort_key from (${rows}) g order by ${orderBy(order, reversed)}`, page),
    count: named(`select count(*) as total from scim_group g where ${conditionsOf(query, counted).join(' and ')}`, counted),
    behind: from && behindOf(query, workspaceId, behind(from)),
  };
}

/** One group. */
export function readTeamGroup(workspaceId: string, id: string): Statement {
  return { name: 'team_group', text: `select ${columns} from scim_group g where g.workspace_id = $1 and g.id = $2`, values: [workspaceId, id] };
}

function behindOf(query: GroupQuery, workspaceId: string, other: Boundary): Statement {
  const parameters = parameterList([workspaceId]);
  const conditions = [...conditionsOf(query, parameters), ahead(orderOf(query, 'g.display_name_key'), other, parameters)];
  return named(`select 1 from scim_group g where ${conditions.join(' and ')} limit 1`, parameters);
}

function conditionsOf({ search, mapped }: GroupQuery, parameters: ParameterList): string[] {
  return [
    'g.workspace_id = $1',
    ...(search === undefined ? [] : [textSlot(parameters, 'keyed', { value: () => 'g.display_name_key' }).holds('co', search)]),
    ...(mapped === undefined ? [] : [`${mapped ? '' : 'not '}exists (select from group_role r where r.workspace_id = g.workspace_id and r.group_id = g.id)`]),
  ];
}

function orderOf({ descending }: GroupQuery, value: string): Order {
  return { key: { value, type: 'text', unique: true }, id: 'g.id', descending };
}

function named(text: string, { values }: ParameterList): Statement {
  return { name: `team_groups_${createHash('sha1').update(text).digest('base64url')}`, text, values };
}
