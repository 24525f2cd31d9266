// Divides a PATCH of a group into what happens to its attributes and what happens to its members, which are never loaded.
import { badRequest } from '../errors.ts';
import type { Filter } from '../filter/ast.ts';
import type { ScimObject } from '../schema/attribute.ts';
import { isObject } from '../schema/check-value.ts';
import { elementOf } from './select-elements.ts';
import { nameTarget } from './strict-operation.ts';
import type { StrictOperation } from './strict-operation.ts';

/** One step on the members of a group. Ids are those of users or groups, each once; `types` holds `type` of members sent with one. */
export type MemberStep =
  | { readonly kind: 'add' | 'replace'; readonly ids: readonly string[]; readonly types: ReadonlyMap<string, string> }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'removeAll' }
  | { readonly kind: 'removeMatching'; readonly filter: Filter };

/** Both lists keep the order of the request; the two do not depend on each other. */
export interface GroupPatch {
  readonly attributes: readonly StrictOperation[];
  readonly members: readonly MemberStep[];
}

/**
 * Turns operations on `members` into steps: a list adds, removes or replaces by id; a filter of `value eq` (also joined by `or`) names ids,
 * any other is left to storage; a `remove` with neither empties the group. Neighbouring steps of one kind are joined. As the members are
 * not at hand, a write to a selected member is one that leaves it as it is or adds it: refuses with mutability another id and any
 * sub-attribute that the filter does not state, with noTarget a filter that names no id, with invalidPath `members.value` without filter.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2, https://www.rfc-editor.org/rfc/rfc7643#section-4.2
 */
export function planGroupPatch(operations: readonly StrictOperation[]): GroupPatch {
  const attributes: StrictOperation[] = [];
  const members: Draft[] = [];
  for (const operation of operations) {
    if (operation.path.attribute.stored === 'members') join(members, planStep(operation));
    else attributes.push(operation);
  }
  return { attributes, members: members.map((draft) => ('ids' in draft ? { ...draft, ids: [...draft.ids] } : draft)) };
}

/** A step while it is collected: joining steps must not copy ids again and again. */
type Draft =
  | { readonly kind: 'add' | 'replace'; readonly ids: Set<string>; readonly types: Map<string, string> }
  | { readonly kind: 'remove'; readonly ids: Set<string> }
  | Extract<MemberStep, { kind: 'removeAll' | 'removeMatching' }>;

function planStep(operation: StrictOperation): Draft | undefined {
  const { op, filter, sub, value } = operation;
  if (filter === undefined) {
    if (sub !== undefined) throw badRequest('invalidPath', `"${nameTarget(operation)}" selects no member. Use "members", or members[value eq "…"].`);
    if (op !== 'remove') return write(op, value);
    return value === undefined ? { kind: 'removeAll' } : { kind: 'remove', ids: readMembers(value).ids };
  }
  if (op === 'add' && sub === undefined && value === undefined) return undefined;
  return op === 'remove' || value === undefined ? removeSelected(operation, filter) : addSelected(operation, filter);
}

function write(op: 'add' | 'replace', value: unknown): Draft | undefined {
  const { ids, types } = readMembers(value);
  return op === 'add' && ids.size === 0 ? undefined : { kind: op, ids, types };
}

/** Taking the `value` from a member takes the member: nothing would be left of it. */
function removeSelected({ sub }: StrictOperation, filter: Filter): Draft {
  if (sub !== undefined && sub.name !== 'value') throw immutable(sub.name);
  const ids = idsOf(filter);
  return ids === undefined ? { kind: 'removeMatching', filter } : { kind: 'remove', ids };
}

function addSelected({ sub, value }: StrictOperation, filter: Filter): Draft {
  const stated = elementOf(filter);
  const id = stated?.['value'];
  if (stated === undefined || typeof id !== 'string') {
    throw badRequest('noTarget', 'The filter behind "members" names no member to write. Select one with members[value eq "…"].');
  }
  if (sub !== undefined && value !== stated[sub.name]) throw immutable(sub.name);
  const parts: ScimObject = sub === undefined && isObject(value) ? value : {};
  if ((parts['value'] ?? id) !== id) throw immutable('value');
  return { kind: 'add', ...readMembers([{ ...stated, ...parts }]) };
}

function immutable(name: string): Error {
  return badRequest('mutability', `"members.${name}" cannot change once it is set. Remove the member and add the other.`);
}

function idsOf(filter: Filter): Set<string> | undefined {
  const terms = filter.kind === 'or' ? filter.terms : [filter];
  const ids = new Set<string>();
  for (const term of terms) {
    if (term.kind !== 'compare' || term.operator !== 'eq' || term.path.sub?.name !== 'value' || typeof term.value !== 'string') return undefined;
    ids.add(term.value);
  }
  return ids;
}

function readMembers(value: unknown): { ids: Set<string>; types: Map<string, string> } {
  const ids = new Set<string>();
  const types = new Map<string, string>();
  for (const member of Array.isArray(value) ? value : []) {
    const id: unknown = isObject(member) ? member['value'] : undefined;
    if (typeof id !== 'string' || id === '') throw badRequest('invalidValue', 'Each element of "members" needs a "value", the id of a user or group.');
    ids.add(id);
    const type: unknown = isObject(member) ? member['type'] : undefined;
    if (typeof type === 'string') types.set(id, type);
  }
  return { ids, types };
}

function join(steps: Draft[], step: Draft | undefined): void {
  const last = steps.at(-1);
  if (step === undefined) return;
  if (step.kind === 'add' && last?.kind === 'add') {
    for (const id of step.ids) last.ids.add(id);
    for (const [id, type] of step.types) last.types.set(id, type);
  } else if (step.kind === 'remove' && last?.kind === 'remove') {
    for (const id of step.ids) last.ids.add(id);
  } else {
    steps.push(step);
  }
}
