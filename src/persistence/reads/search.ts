// The search over several kinds of resources: one exchange cuts the page, a second one reads its resources by kind.
import type { Pool } from 'pg';
import { linkSpaceOf, type Call } from '../../domain/model/caller.ts';
import type { AnyView, KindParts, Page, SearchQuery } from '../../domain/ports.ts';
import { succeed, type Outcome } from '../../domain/refusals.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import type { Sort } from '../../scim/sort.ts';
import type { Row, Statement } from '../database/batch.ts';
import { groupViewOf, readGroups } from './group-select.ts';
import { searchPage, type ListScope } from './list-statements.ts';
import { memberViewOf, readMembers } from './member-select.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';
import { readResources, resourceViewOf } from './resource-select.ts';

/** What is removed between the two exchanges is missing from the page. */
export async function search(pool: Pool, call: Call, query: SearchQuery<Filter, Sort>, scope: ListScope): Promise<Outcome<Page<AnyView & { readonly at: number }>>> {
  const filtered = query.kinds.some(({ filter }) => filter !== undefined);
  const found = await readPage(pool, call, query, filtered, searchPage(query, scope));
  if (!found.ok) return found;
  const { rows, actor: _, ...page } = found.value;
  const wanted = query.kinds.map((kind, index) => ({ kind, ids: rows.filter((row) => row['kind'] === index).map((row) => row['id'] as string) })).filter(({ ids }) => ids.length > 0);
  if (wanted.length === 0) return succeed({ ...page, rows: [] });
  const read = await readAs(pool, call, wanted.map(({ kind, ids }) => readKind(kind, ids, scope.workspaceId, linkSpaceOf(call.credential))));
  if (!read.ok) return read;
  const views = new Map(wanted.flatMap(({ kind }, index) => (read.value.rows[index] ?? []).map((row) => [row['id'] as string, viewOf(kind, row)])));
  return succeed({ ...page, rows: rows.flatMap((row) => foundAt(row['kind'] as number, views.get(row['id'] as string))) });
}

function foundAt(at: number, view: AnyView | undefined): (AnyView & { readonly at: number })[] {
  return view === undefined ? [] : [{ ...view, at }];
}

function readKind(kind: KindParts, ids: readonly string[], workspaceId: string, linkSpace: string): Statement {
  switch (kind.kind) {
    case 'member':
      return readMembers(workspaceId, ids, linkSpace, kind.parts);
    case 'group':
      return readGroups(workspaceId, ids, linkSpace, kind.members);
    case 'resource':
      return readResources(workspaceId, ids, linkSpace);
  }
}

function viewOf({ kind }: KindParts, row: Row): AnyView {
  switch (kind) {
    case 'member':
      return { kind, view: memberViewOf(row) };
    case 'group':
      return { kind, view: groupViewOf(row) };
    case 'resource':
      return { kind, view: resourceViewOf(row) };
  }
}
