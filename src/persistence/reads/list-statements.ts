// Statements of a list: one page in a stable order, whether anything lies behind it, and the exact number of matches, all from the same condition.
import { createHash } from 'node:crypto';
import type { MemberParts } from '../../domain/model/membership.ts';
import type { ResourceKind } from '../../domain/model/resource.ts';
import type { KindParts, ListQuery, PageCut, SearchQuery, Selection } from '../../domain/ports.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import type { Sort } from '../../scim/sort.ts';
import type { Statement } from '../database/batch.ts';
import type { Parameter } from '../database/parameter.ts';
import type { FilterContext } from '../filter/common-places.ts';
import { compileFilter } from '../filter/compile-filter.ts';
import { parameterList, type ParameterList } from '../filter/parameters.ts';
import { asSortType, commonSortType, sortKeyOf } from '../filter/sort-key.ts';
import type { Target } from '../filter/target.ts';
import { groupSelect } from './group-select.ts';
import { memberSelect } from './member-select.ts';
import { ahead, behind, orderBy, writtenKey, type Order } from './order.ts';
import { resourceSelect } from './resource-select.ts';

/** The page, the count, and for a step from a boundary whether there are rows on its other side. */
export interface PageStatements {
  readonly rows: Statement;
  readonly count: Statement;
  readonly behind: Statement | undefined;
}

/** What every statement of a list depends on besides the query. `only` restricts it to one member and to no other resource. */
export interface ListScope extends FilterContext {
  readonly workspaceId: string;
  readonly only?: string | undefined;
}

/** Where the resources of a kind are: the table under an alias that `compileFilter` knows, and which of its rows count at all. */
interface Source {
  readonly target: Target;
  readonly alias: 'm' | 'g' | 'r';
  readonly table: string;
  readonly live: (only: string | undefined, parameters: ParameterList) => readonly string[];
}

const members: Source = {
  target: 'User',
  alias: 'm',
  table: 'membership',
  live: (only, parameters) => ['m.deleted_at is null', ...(only === undefined ? [] : [`m.id = ${parameters.add(only, 'uuid')}`])],
};
const groups: Source = { target: 'Group', alias: 'g', table: 'scim_group', live: (only) => (only === undefined ? [] : ['false']) };

/** A new kind of resource has its case here. */
function sourceOf(kind: Kind): Source {
  switch (kind.kind) {
    case 'member':
      return members;
    case 'group':
      return groups;
    case 'resource': {
      const { type } = kind;
      const live: Source['live'] = (only, parameters) => [`r.resource_type = ${parameters.add(type.name, 'text')}`, ...(only === undefined ? [] : ['false'])];
      return { target: type, alias: 'r', table: 'scim_resource', live };
    }
  }
}

/** A kind without the parts that an answer needs. */
type Kind = { readonly kind: 'member' | 'group' } | Extract<KindParts, { kind: 'resource' }>;

/** A page of live members, oldest first unless sorted. */
export function memberPage(query: ListQuery<Filter, Sort>, scope: ListScope, parts: MemberParts): PageStatements {
  return pageOf(query, scope, { kind: 'member' }, (space, rows, also) => memberSelect(parts, space, rows, also));
}

/** A page of groups, oldest first unless sorted. */
export function groupPage(query: ListQuery<Filter, Sort>, scope: ListScope, withMembers: boolean): PageStatements {
  return pageOf(query, scope, { kind: 'group' }, (space, rows, also) => groupSelect(withMembers, space, rows, also));
}

/** A page of resources of one of the operator's types, oldest first unless sorted. */
export function resourcePage(query: ListQuery<Filter, Sort>, scope: ListScope, type: ResourceKind): PageStatements {
  return pageOf(query, scope, { kind: 'resource', type }, resourceSelect);
}

type Select = (linkSpace: string, rows: string, also: readonly string[]) => string;

function pageOf(query: ListQuery<Filter, Sort>, scope: ListScope, kind: Kind, select: Select): PageStatements {
  const { alias, table } = sourceOf(kind);
  const { walk } = query;
  const from = walk?.from;
  const reversed = from?.direction === 'backward';
  const page = parameterList([scope.workspaceId, scope.linkSpace, ...cutOf(query)]);
  const order = orderOf(query, scope, kind, page);
  const conditions = [...conditionsOf(query, scope, kind, page), ...(from === undefined ? [] : [ahead(order, from, page)])];
  // The page is cut out first: what stands in the columns would otherwise be worked out for every row that is skipped.
  const key = order.key === undefined ? '' : `, ${order.key.value} as sort_key`;
  const rows = `(select ${alias}.*${key} from ${table} ${alias} where ${conditions.join(' and ')} order by ${orderBy(order, reversed)} limit $3 offset $4)`;
  const shown: Order = { ...order, key: order.key && { ...order.key, value: `${alias}.sort_key` } };
  const also = walk === undefined ? [] : [`${writtenKey(shown, `${alias}.sort_key`)} as sort_key`];
  const counted = parameterList([scope.workspaceId]);
  return {
    rows: named(`${select('$2', rows, also)} order by ${orderBy(shown, reversed)}`, page.values),
    count: named(`select count(*) as total from ${table} ${alias} where ${conditionsOf(query, scope, kind, counted).join(' and ')}`, counted.values),
    behind: walk?.from && behindOf([{ ...query, ...kind }], query, scope),
  };
}

/** The page over several kinds: only which resources they are, to be read by kind afterwards. */
export function searchPage(query: SearchQuery<Filter, Sort>, scope: ListScope): PageStatements {
  const from = query.walk?.from;
  const reversed = from?.direction === 'backward';
  const page = parameterList([scope.workspaceId, ...cutOf(query)]);
  const orders = ordersOf(query.kinds, scope, page);
  const branches = query.kinds.map((each, index) => {
    const { alias, table } = sourceOf(each);
    const order = orderAt(orders, index);
    const conditions = [...conditionsOf(each, scope, each, page), ...(from === undefined ? [] : [ahead(order, from, page)])];
    const columns = `${index} as kind, ${alias}.id, ${order.key?.value ?? 'null::text'} as sort_key`;
    return `(select ${columns} from ${table} ${alias} where ${conditions.join(' and ')} order by ${orderBy(order, reversed)} limit $2::bigint + $3::bigint)`;
  });
  const { key, descending } = orderAt(orders, 0);
  const whole: Order = { key: key && { ...key, value: 'k.sort_key' }, id: 'k.id', descending };
  const columns = `k.kind, k.id, ${writtenKey(whole, 'k.sort_key')} as sort_key`;
  const counted = parameterList([scope.workspaceId]);
  const counts = query.kinds.map((each) => {
    const { alias, table } = sourceOf(each);
    return `(select count(*) from ${table} ${alias} where ${conditionsOf(each, scope, each, counted).join(' and ')})`;
  });
  return {
    rows: named(`select ${columns} from (${branches.join(' union all ')}) k order by ${orderBy(whole, reversed)} limit $2 offset $3`, page.values),
    count: named(`select ${counts.join(' + ')} as total`, counted.values),
    behind: from && behindOf(query.kinds, query, scope),
  };
}

type Chosen = Selection<Filter, Sort> & Kind;

/** Rows if there are any on the other side of the boundary, found by walking away from it. */
function behindOf(kinds: readonly Chosen[], { walk }: PageCut, scope: ListScope): Statement | undefined {
  if (walk?.from === undefined) return undefined;
  const other = behind(walk.from);
  const parameters = parameterList([scope.workspaceId]);
  const orders = kinds.length === 1 ? kinds.map((each) => orderOf(each, scope, each, parameters)) : ordersOf(kinds, scope, parameters);
  const found = kinds.map((each, index) => {
    const { alias, table } = sourceOf(each);
    const order = orderAt(orders, index);
    const conditions = [...conditionsOf(each, scope, each, parameters), ahead(order, other, parameters)];
    return `(select 1 from ${table} ${alias} where ${conditions.join(' and ')} order by ${orderBy(order, other.direction === 'backward')} limit 1)`;
  });
  return named(found.join(' union all '), parameters.values);
}

function conditionsOf({ filter }: Selection<Filter, Sort>, scope: ListScope, kind: Kind, parameters: ParameterList): string[] {
  const { alias, target, live } = sourceOf(kind);
  const asked = filter === undefined ? [] : [compileFilter(filter, target, scope, parameters)];
  return [`${alias}.workspace_id = $1`, ...live(scope.only, parameters), ...asked];
}

function orderOf({ sort }: Selection<Filter, Sort>, scope: ListScope, kind: Kind, parameters: ParameterList): Order {
  const { alias, target } = sourceOf(kind);
  const key = sort && sortKeyOf(target, scope, parameters, sort.path);
  return { key, id: `${alias}.id`, descending: sort?.descending ?? false };
}

/** Orders of several kinds in one type; across kinds no value is unique. */
function ordersOf(kinds: readonly Chosen[], scope: ListScope, parameters: ParameterList): Order[] {
  const orders = kinds.map((each) => orderOf(each, scope, each, parameters));
  const type = commonSortType(orders.flatMap(({ key }) => key ?? []));
  return orders.map(({ key, ...order }) => ({ ...order, key: key && { value: asSortType(key, type), type, unique: false } }));
}

function orderAt(orders: readonly Order[], index: number): Order {
  const order = orders[index];
  if (order === undefined) throw new Error('a search is over one kind at least');
  return order;
}

/** How many rows are read, one more than the page has on a walk, and how many are skipped. */
function cutOf({ limit, offset, walk }: PageCut): Parameter[] {
  return walk === undefined ? [limit, offset] : [limit + 1, 0];
}

/** Longest text that is kept prepared: a connection of PostgreSQL holds some thirty times its length for each of them. */
const longestPrepared = 4_096;

/** Clients send few shapes of queries over and over: one name for each keeps their statements prepared. */
function named(text: string, values: readonly Parameter[]): Statement {
  if (text.length > longestPrepared) return { text, values };
  return { name: `list_${createHash('sha1').update(text).digest('base64url')}`, text, values };
}
