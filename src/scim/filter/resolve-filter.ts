// Looks the names and literals of a parsed filter up in the schema and so makes the AST of it.
import type { Attribute, AttributePath, ResourceType } from '../schema/attribute.ts';
import { findAttribute } from '../schema/resolve.ts';
import type { Filter } from './ast.ts';
import { checkLiteral } from './check-literal.ts';
import { findPath } from './find-path.ts';
import { conjunction, junction, negation } from './junction.ts';
import { invalidFilter, show } from './refuse.ts';
import type { Name, Syntax, Test } from './syntax.ts';

/** Where names are looked up. `find` gives undefined for an attribute that only another type of the same search has. */
interface Scope {
  readonly find: (name: Name) => AttributePath | undefined;
  readonly inside: (name: Name) => Scope;
}

/**
 * The filter for one type of a search over `types`, which must contain it. An attribute that only another of them has is an attribute
 * without value here (https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1). Refuses with invalidFilter: attributes unknown to all,
 * attributes never returned, and values and operators that do not fit.
 */
export function resolveFilter(syntax: Syntax, type: ResourceType, types: readonly ResourceType[]): Filter {
  return resolve(syntax, typeScope(type, types));
}

/** The filter inside the brackets behind `path`, whose own paths carry `path`'s attribute and a sub-attribute. Refuses with invalidFilter. */
export function resolveInElement(syntax: Syntax, path: AttributePath): Filter {
  return resolve(syntax, elementScope(path, [path]));
}

function resolve(syntax: Syntax, scope: Scope): Filter {
  switch (syntax.kind) {
    case 'and':
    case 'or':
      return junction(
        syntax.kind,
        syntax.terms.map((term) => resolve(term, scope)),
      );
    case 'not':
      return negation(resolve(syntax.term, scope));
    case 'test':
      return resolveTest(syntax.test, scope);
    case 'elements':
      return resolveElements(syntax, scope);
  }
}

function resolveElements(syntax: Syntax & { kind: 'elements' }, scope: Scope): Filter {
  const path = scope.find(syntax.name);
  if (path === undefined) return { kind: 'constant', value: false };
  checkFilterable(path, syntax.name);
  if (path.sub !== undefined || path.attribute.type !== 'complex') {
    throw invalidFilter(syntax.name.at, `${show(syntax.name.text)} has no sub-attributes, so no [ ] can follow. Compare it directly.`);
  }
  const inside = scope.inside(syntax.name);
  const terms = [resolve(syntax.filter, inside)];
  if (syntax.then !== undefined) terms.push(resolveTest(syntax.then, inside));
  const filter = conjunction(terms);
  const present: Filter = { kind: 'present', path };
  if (!path.attribute.multiValued) return conjunction([present, filter]);
  if (filter.kind === 'constant') return filter.value ? present : filter;
  return { kind: 'some', path, filter };
}

function resolveTest(test: Test, scope: Scope): Filter {
  const path = scope.find(test.name);
  if (path !== undefined) checkFilterable(path, test.name);
  if (test.operator === 'pr') return presence(path);
  const { operator, literal, name } = test;
  if (literal.value === null) {
    if (operator === 'eq') return negation(presence(path));
    if (operator === 'ne') return presence(path);
    throw invalidFilter(literal.at, `null can be compared with eq and ne only, not with ${operator}.`);
  }
  if (path === undefined) return { kind: 'constant', value: operator === 'ne' };
  const compared = withValue(path, name);
  return { kind: 'compare', path: compared, operator, value: checkLiteral(compared.sub ?? compared.attribute, name, operator, literal) };
}

function presence(path: AttributePath | undefined): Filter {
  return path === undefined ? { kind: 'constant', value: false } : { kind: 'present', path };
}

/** A complex attribute is compared by its `value` (https://www.rfc-editor.org/rfc/rfc7643#section-2.4; Figure 2 of RFC 7644 does so). */
function withValue(path: AttributePath, name: Name): AttributePath {
  if (path.sub !== undefined || path.attribute.type !== 'complex') return path;
  const subs = path.attribute.subAttributes ?? [];
  const sub = findAttribute(subs, 'value');
  if (sub !== undefined) return { ...path, sub };
  const first = subs[0]?.name ?? 'value';
  throw invalidFilter(name.at, `${show(name.text)} is complex. Name one of its sub-attributes, as in ${path.attribute.name}.${first}.`);
}

function checkFilterable(path: AttributePath, name: Name): void {
  // Not 403 "sensitive": that one promises that a POST would do, and no request may compare a secret.
  if (path.attribute.returned === 'never' || path.sub?.returned === 'never') {
    throw invalidFilter(name.at, `${show(name.text)} is never returned and cannot be used in a filter.`);
  }
}

function typeScope(type: ResourceType, types: readonly ResourceType[]): Scope {
  return {
    find: (name) => {
      const found = findPath(type, name.text, 'invalidFilter');
      if (found !== undefined || types.some((other) => findPath(other, name.text, 'invalidFilter') !== undefined)) return found;
      const where = types.map((each) => each.name).join(' or ');
      throw invalidFilter(name.at, `${where} has no attribute ${show(name.text)}. Check its spelling and schema URN against /Schemas.`);
    },
    inside: (name) => {
      const paths = types.flatMap((other) => findPath(other, name.text, 'invalidFilter') ?? []);
      return elementScope(findPath(type, name.text, 'invalidFilter'), paths);
    },
  };
}

function elementScope(parent: AttributePath | undefined, parents: readonly AttributePath[]): Scope {
  const find = (name: Name): AttributePath | undefined => {
    const sub = parent && subAttribute(parent, name);
    if (parent !== undefined && sub !== undefined) return { ...parent, sub };
    if (parents.some((other) => subAttribute(other, name) !== undefined)) return undefined;
    const known = (parent?.attribute.subAttributes ?? []).map((each) => each.name).join(', ');
    throw invalidFilter(name.at, `${parent?.attribute.name ?? 'The attribute'} has no sub-attribute ${show(name.text)}. It has: ${known}.`);
  };
  return { find, inside: () => elementScope(undefined, []) };
}

function subAttribute(path: AttributePath, name: Name): Attribute | undefined {
  return findAttribute(path.attribute.subAttributes ?? [], name.text);
}
