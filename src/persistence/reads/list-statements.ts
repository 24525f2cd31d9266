// Statements of a list: one page in a stable order and the exact number of matches, both from the same condition.
import type { MemberParts } from '../../domain/model/membership.ts';
import type { ListQuery } from '../../domain/ports.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import type { Statement } from '../database/batch.ts';
import type { FilterContext } from '../filter/common-places.ts';
import { compileFilter } from '../filter/compile-filter.ts';
import { parameterList, type ParameterList } from '../filter/parameters.ts';
import { groupSelect } from './group-select.ts';
import { memberSelect, partsKey } from './member-select.ts';

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
  const name = query.filter === undefined && only === undefined ? `members_${partsKey(parts)}` : undefined;
  return pageOf(workspaceId, context.linkSpace, query, condition, { alias: 'm', table: 'membership m', select: (space) => memberSelect(parts, space), name });
}

/** A page of groups, oldest first. */
export function groupPage(workspaceId: string, query: ListQuery<Filter>, context: FilterContext, withMembers: boolean): PageStatements {
  const condition = (parameters: ParameterList) => [
    'g.workspace_id = $1',
    ...(query.filter === undefined ? [] : [compileFilter(query.filter, 'Group', context, parameters)]),
  ];
  const name = query.filter === undefined ? `groups_${withMembers ? 'members' : 'alone'}` : undefined;
  return pageOf(workspaceId, context.linkSpace, query, condition, { alias: 'g', table: 'scim_group g', select: (space) => groupSelect(withMembers, space), name });
}

interface Source {
  readonly alias: string;
  readonly table: string;
  readonly select: (linkSpace: string) => string;
  /** Set when the text is always the same, so that the statement stays prepared. */
  readonly name: string | undefined;
}

function pageOf(workspaceId: string, linkSpace: string, query: ListQuery<Filter>, condition: (parameters: ParameterList) => string[], source: Source): PageStatements {
  const { alias, table, select, name } = source;
  const page = parameterList([workspaceId, linkSpace, query.limit, query.offset]);
  const text = `${select('$2')} where ${condition(page).join(' and ')} order by ${alias}.workspace_id, ${alias}.id limit $3 offset $4`;
  const all = parameterList([workspaceId]);
  const counted = `select count(*) as total from ${table} where ${condition(all).join(' and ')}`;
  return {
    rows: { name, text, values: page.values },
    count: { name: name === undefined ? undefined : `count_${alias}`, text: counted, values: all.values },
  };
}
