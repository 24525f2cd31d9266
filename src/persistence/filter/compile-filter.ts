// Compiles resolved filters to SQL that agrees with the rules at `Filter`: true or false, never NULL, never an error.
import type { Filter } from '../../scim/filter/ast.ts';
import type { AttributePath } from '../../scim/schema/attribute.ts';
import type { FilterContext } from './common-places.ts';
import { memberPart } from './group-places.ts';
import type { ParameterList } from './parameters.ts';
import { placeIn, type Target } from './target.ts';
import { compareAt, compareSlots, exists, presentAt, presentSlots, type Place } from './place.ts';

/** The three kinds of leaf, each relative to a resource or to one element. */
interface Leaves {
  readonly compare: (filter: Filter & { kind: 'compare' }) => string;
  readonly present: (path: AttributePath) => string;
  readonly some: (filter: Filter & { kind: 'some' }) => string;
}

/**
 * A condition on the alias `m` of membership, `g` of scim_group or `r` of scim_resource that holds for the resources that a filter selects. The statement around
 * it sets the tenant and leaves out removed memberships. Needs the ICU collation `und-x-icu`.
 */
export function compileFilter(filter: Filter, target: Target, context: FilterContext, parameters: ParameterList): string {
  const place = (path: AttributePath): Place => placeIn(target, context, parameters, path);
  return compile(filter, {
    compare: ({ path, operator, value }) => compareAt(place(path), path.sub, operator, value),
    present: (path) => presentAt(place(path), path.sub),
    some: (some) => compileSome(place(some.path), some.filter),
  });
}

/**
 * A condition on one member, for the filter inside `members[…]`. `alias` is a row with the columns member_id uuid, member_type text and
 * display text, which may be NULL.
 */
export function compileMemberFilter(filter: Filter, context: Pick<FilterContext, 'baseUrl'>, alias: string, parameters: ParameterList): string {
  const row = { id: `${alias}.member_id`, type: `${alias}.member_type`, display: `${alias}.display` };
  const part = memberPart(context, parameters, row);
  return compileInElement(filter, { kind: 'complex', part: (sub) => ({ slot: part(sub) }), filled: () => 'true' });
}

function compile(filter: Filter, leaves: Leaves): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.terms.map((term) => compile(term, leaves)).join(` ${filter.kind} `)})`;
    case 'not':
      return `(not ${compile(filter.term, leaves)})`;
    case 'compare':
      return `(${leaves.compare(filter)})`;
    case 'present':
      return `(${leaves.present(filter.path)})`;
    case 'some':
      return `(${leaves.some(filter)})`;
    case 'constant':
      return String(filter.value);
  }
}

/** One EXISTS for all terms, so that they speak of the same element; what an index can find is said beside it once more. */
function compileSome(place: Place, filter: Filter): string {
  if (place.kind === 'simple' || place.rows === undefined) throw new Error('only a list of objects has elements to select');
  const terms = filter.kind === 'and' ? filter.terms : [filter];
  const found = terms.flatMap((term) => {
    if (term.kind !== 'compare' || term.operator !== 'eq' || term.path.sub === undefined) return [];
    return place.equals?.(term.path.sub, term.value) ?? [];
  });
  return [...found, exists(place.rows, compileInElement(filter, place))].join(' and ');
}

/** A condition on one element, the one that `place` speaks of. */
function compileInElement(filter: Filter, place: Place & { kind: 'complex' }): string {
  const part = ({ sub }: AttributePath) => {
    if (sub === undefined) throw new Error('inside an element a path names a sub-attribute');
    return place.part(sub);
  };
  return compile(filter, {
    compare: ({ path, operator, value }) => compareSlots(part(path), operator, value),
    present: (path) => presentSlots(part(path)),
    some: () => {
      throw new Error('elements have no elements');
    },
  });
}
