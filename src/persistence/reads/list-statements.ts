// Statements of a list: one page in a stable order and the exact number of matches, both from the same condition.
import { createHash } from 'node:crypto';
import type { MemberParts } from '../../domain/model/membership.ts';
import type { ListQuery } from '../../domain/ports.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import type { Statement } from '../database/batch.ts';
import type { FilterContext } from '../filter/common-places.ts';
import { compileFilter } from '../filter/compile-filter.ts';
import { parameterList, type ParameterList } from '../filter/parameters.ts';
import { groupSelect } from './group-select.ts';
import { memberSelect } from './member-select.ts';

/** The page and the count. */
export interface PageStatements {
  readonly rows: Statement;
  readonly count: Statement;
}

/** A page of live members, oldest first; `only` restricts it to one member. */
export function memberPage(workspaceId: string, query: ListQuery<Filter>, context: FilterContext, parts: MemberParts, only: string | undefined): PageStatements {
  const condition = (parameters: ParameterList) => [
    'm.workspace_id = $1 and m.deleted_at is null',
    ...(only === undefined ? [] : [`m.id = ${parameters.add(only, 'uuid')}`]),
    ...(query.filter === undefined ? [] : [compileFilter(query.filter, 'User', context, parameters)]),
  ];
  return pageOf(workspaceId, context.linkSpace, query, condition, { alias: 'm', table: 'membership', select: (space, rows) => memberSelect(parts, space, rows) });
}

/** A page of groups, oldest first. */
export function groupPage(workspaceId: string, query: ListQuery<Filter>, context: FilterContext, withMembers: boolean): PageStatements {
  const condition = (parameters: ParameterList) => [
    'g.workspace_id = $1',
    ...(query.filter === undefined ? [] : [compileFilter(query.filter, 'Group', context, parameters)]),
  ];
  return pageOf(workspaceId, context.linkSpace, query, condition, { alias: 'g', table: 'scim_group', select: (space, rows) => groupSelect(withMembers, space, rows) });
}

interface Source {
  readonly alias: string;
  readonly table: string;
  readonly select: (linkSpace: string, rows: string) => string;
}

function pageOf(workspaceId: string, linkSpace: string, query: ListQuery<Filter>, condition: (parameters: ParameterList) => string[], source: Source): PageStatements {
  const { alias, table, select } = source;
  const page = parameterList([workspaceId, linkSpace, query.limit, query.offset]);
  // The page is cut out first: what stands in the columns would otherwise be worked out for every row that is skipped.
  const rows = `(select ${alias}.* from ${table} ${alias} where ${condition(page).join(' and ')} order by ${alias}.workspace_id, ${alias}.id limit $3 offset $4)`;
  const text = `${select('$2', rows)} order by ${alias}.id`;
  const all = parameterList([workspaceId]);
  const counted = `select count(*) as total from ${table} ${alias} where ${condition(all).join(' and ')}`;
  return { rows: { name: nameOf(text), text, values: page.values }, count: { name: nameOf(counted), text: counted, values: all.values } };
}

/** Clients send few shapes of filters over and over: one name for each keeps their statements prepared. */
function nameOf(text: string): string {
  return `list_${createHash('sha1').update(text).digest('base64url')}`;
}
