// Statements of the team's list: one page by keyset, whether anything lies behind it, and the exact number of matches, from one condition.
import { createHash } from 'node:crypto';
import { restorableDays, type MemberParts } from '../../domain/model/membership.ts';
import type { Boundary, TeamFilter, TeamOrder, TeamQuery } from '../../domain/ports.ts';
import type { Statement } from '../database/batch.ts';
import { parameterList, type ParameterList } from '../filter/parameters.ts';
import { textSlot } from '../filter/slot.ts';
import type { PageStatements } from './list-statements.ts';
import { managingConnections, memberSelect } from './member-select.ts';
import { ahead, behind, orderBy, writtenKey, type Order } from './order.ts';

/** Whose team it is; `only` restricts it to one member. */
export interface TeamScope {
  readonly workspaceId: string;
  readonly linkSpace: string;
  readonly only: string | undefined;
}

/** The parts of a name in which people search. */
const nameParts = [
  `m.profile ->> 'displayName'`,
  `m.profile -> 'name' ->> 'formatted'`,
  `concat_ws(' ', m.profile -> 'name' ->> 'givenName', m.profile -> 'name' ->> 'familyName')`,
];

/** The name that the list shows, which is the userName where there is no other. */
const shownName = `coalesce(${nameParts.map((part) => `nullif(${part}, '')`).join(', ')}, m.user_name)`;

/** A page of live members in the order that is asked for. */
export function teamPage(query: TeamQuery, scope: TeamScope, parts: MemberParts): PageStatements {
  const { limit, offset, walk } = query;
  const from = walk?.from;
  const reversed = from?.direction === 'backward';
  const page = parameterList([scope.workspaceId, scope.linkSpace, walk === undefined ? limit : limit + 1, offset]);
  const order = orderOf(query, page);
  const conditions = [...conditionsOf(query, scope, page), ...(from === undefined ? [] : [ahead(order, from, page)])];
  // The page is cut out first: what stands in the columns would otherwise be worked out for every row that is skipped.
  const rows = `(select m.*, ${order.key.value} as sort_key from membership m where ${conditions.join(' and ')} order by ${orderBy(order, reversed)} limit $3 offset $4)`;
  const shown: Order = { ...order, key: { ...order.key, value: 'm.sort_key' } };
  const counted = parameterList([scope.workspaceId]);
  return {
    rows: named(`${memberSelect(parts, '$2', rows, [`${writtenKey(shown, 'm.sort_key')} as sort_key`])} order by ${orderBy(shown, reversed)}`, page),
    count: named(`select count(*) as total from membership m where ${conditionsOf(query, scope, counted).join(' and ')}`, counted),
    behind: from && behindOf(query, scope, behind(from)),
  };
}

/** A row if there is any on the other side of the boundary. */
function behindOf(query: TeamQuery, scope: TeamScope, other: Boundary): Statement {
  const parameters = parameterList([scope.workspaceId]);
  const order = orderOf(query, parameters);
  const conditions = [...conditionsOf(query, scope, parameters), ahead(order, other, parameters)];
  return named(`select 1 from membership m where ${conditions.join(' and ')} limit 1`, parameters);
}

function conditionsOf(filter: TeamFilter, { only }: TeamScope, parameters: ParameterList): string[] {
  const { search, status, role, groupId, managed, hideDeactivated, removed = false } = filter;
  return [
    'm.workspace_id = $1',
    removed ? `m.deleted_at > now() - interval '${restorableDays} days' and m.status <> 'invited' and not exists (select from user_account a where a.organization_id = m.organization_id and a.id = m.account_id and a.erased_at is not null)` : 'm.deleted_at is null',
    ...(only === undefined ? [] : [`m.id = ${parameters.add(only, 'uuid')}`]),
    ...(search === undefined ? [] : [mentions(search, parameters)]),
    ...(status === undefined ? [] : [`m.status = ${parameters.add(status, 'text')}`]),
    ...(role === undefined ? [] : [`m.role = ${parameters.add(role, 'text')}`]),
    ...(groupId === undefined ? [] : [`exists (select from group_member x where x.workspace_id = m.workspace_id and x.member_id = m.id and x.group_id = ${parameters.add(groupId, 'uuid')})`]),
    ...(managed === undefined ? [] : [`${managed ? '' : 'not '}exists (select from ${managingConnections})`]),
    ...(hideDeactivated ? [`m.status <> 'deactivated'`] : []),
  ];
}

function mentions(search: string, parameters: ParameterList): string {
  const contains = (value: string, folding: 'keyed' | 'folded') => textSlot(parameters, folding, { value: () => value }).holds('co', search);
  const mail = `exists (select from membership_email e where e.workspace_id = m.workspace_id and e.membership_id = m.id and ${contains('e.value_key', 'keyed')})`;
  return `(${[contains('m.user_name_key', 'keyed'), mail, ...nameParts.map((part) => contains(`(${part})`, 'folded'))].join(' or ')})`;
}

function orderOf({ order, descending }: Pick<TeamQuery, 'order' | 'descending'>, parameters: ParameterList): Order & { readonly key: NonNullable<Order['key']> } {
  return { key: keyOf(order, parameters), id: 'm.id', descending };
}

function keyOf(order: TeamOrder, parameters: ParameterList): NonNullable<Order['key']> {
  switch (order) {
    case 'name': {
      const sorted = textSlot(parameters, 'folded', { value: () => shownName }).sorted();
      if (sorted === undefined) throw new Error('texts can be sorted');
      return { ...sorted, unique: false };
    }
    case 'userName':
      return { value: 'm.user_name_key', type: 'text', unique: true };
    case 'createdAt':
      return { value: 'm.created_at', type: 'timestamptz', unique: false };
    case 'lastLoginAt':
      return { value: 'm.last_login_at', type: 'timestamptz', unique: false };
  }
}

/** Few shapes of queries come over and over: one name for each keeps their statements prepared. */
function named(text: string, { values }: ParameterList): Statement {
  return { name: `team_${createHash('sha1').update(text).digest('base64url')}`, text, values };
}
