// Random filters as trees of their own, how they are written, and what they mean for a document: a second, slow reading of the rules.
import fc from 'fast-check';
import type { ScimObject } from '../../../src/scim/schema/attribute.ts';
import { core, enterprise, gadgets } from '../../scim/filter/gadget-type.ts';
import { decimals, integers, texts, times } from './population.ts';

type Kind = 'folded' | 'exact' | 'boolean' | 'number' | 'time' | 'complex';
type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** A thing to ask about: how it is written, of what kind it is, and its values in a document or an element. */
export interface Leaf {
  readonly name: string;
  readonly kind: Kind;
  readonly values: (of: ScimObject) => readonly unknown[];
  readonly literals: fc.Arbitrary<string | number | boolean>;
  readonly assumed?: boolean;
}

export type Tree =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Tree[] }
  | { readonly kind: 'not'; readonly term: Tree }
  | { readonly kind: 'test'; readonly leaf: Leaf; readonly operator: Operator; readonly literal: string | number | boolean }
  | { readonly kind: 'present'; readonly leaf: Leaf; readonly negated: boolean }
  | { readonly kind: 'elements'; readonly name: string; readonly elements: (of: ScimObject) => readonly ScimObject[]; readonly term: Tree };

const operators: Record<Kind, readonly Operator[]> = {
  folded: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'],
  exact: ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'],
  boolean: ['eq', 'ne'],
  number: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  time: ['eq', 'ne', 'gt', 'ge', 'lt', 'le'],
  complex: [],
};

export function print(tree: Tree): string {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return `(${tree.terms.map(print).join(` ${tree.kind} `)})`;
    case 'not':
      return `not (${print(tree.term)})`;
    case 'test':
      return `${tree.leaf.name} ${tree.operator} ${JSON.stringify(tree.literal)}`;
    case 'present':
      return `${tree.leaf.name} ${tree.negated ? 'eq null' : 'pr'}`;
    case 'elements':
      return `${tree.name}[${print(tree.term)}]`;
  }
}

export function evaluate(tree: Tree, of: ScimObject): boolean {
  switch (tree.kind) {
    case 'and':
      return tree.terms.every((term) => evaluate(term, of));
    case 'or':
      return tree.terms.some((term) => evaluate(term, of));
    case 'not':
      return !evaluate(tree.term, of);
    case 'present':
      return tree.leaf.values(of).some(isFilled) !== tree.negated;
    case 'elements':
      return tree.elements(of).some((element) => evaluate(tree.term, element));
    case 'test': {
      const { leaf, operator, literal } = tree;
      const values = leaf.values(of);
      return values.length === 0 ? operator === 'ne' : values.some((value) => test(leaf, operator, value, literal));
    }
  }
}

function isFilled(value: unknown): boolean {
  return !(value === undefined || value === null || value === '' || Array.isArray(value));
}

function test({ kind, assumed }: Leaf, operator: Operator, value: unknown, literal: unknown): boolean {
  const left = normal(kind, isFilled(value) ? value : assumed);
  if (left === undefined) return operator === 'ne';
  const right = normal(kind, literal);
  const order = inOrder(left, right ?? left);
  const holds: Record<Operator, () => boolean> = {
    eq: () => order === 0,
    ne: () => order !== 0,
    gt: () => order > 0,
    ge: () => order >= 0,
    lt: () => order < 0,
    le: () => order <= 0,
    co: () => String(left).indexOf(String(right)) >= 0,
    sw: () => String(left).indexOf(String(right)) === 0,
    ew: () => String(left).slice(-String(right).length) === String(right),
  };
  return holds[operator]();
}

function inOrder(left: string | number | boolean | bigint, right: string | number | boolean | bigint): number {
  if (typeof left === 'string') return Buffer.compare(Buffer.from(left), Buffer.from(String(right)));
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function normal(kind: Kind, value: unknown): string | number | boolean | bigint | undefined {
  if (kind === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (kind === 'number') return typeof value === 'number' ? value : undefined;
  if (typeof value !== 'string') return undefined;
  if (kind === 'time') return microseconds(value);
  return kind === 'folded' ? value.normalize('NFC').toLowerCase() : value;
}

function microseconds(text: string): bigint | undefined {
  const [, second, fraction = '', zone] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(.*)$/.exec(text) ?? [];
  const milliseconds = second === undefined ? NaN : Date.parse(`${second}${zone === '' ? 'Z' : zone}`);
  return Number.isNaN(milliseconds) ? undefined : BigInt(milliseconds) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

function at(of: unknown, ...names: string[]): unknown {
  const [name, ...rest] = names;
  if (name === undefined) return of;
  return typeof of === 'object' && of !== null && !Array.isArray(of) ? at((of as ScimObject)[name], ...rest) : undefined;
}

const listAt = (of: unknown, ...names: string[]): unknown[] => [at(of, ...names)].flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []));

const literalsOf: Record<Kind, fc.Arbitrary<string | number | boolean>> = {
  folded: texts,
  exact: texts,
  boolean: fc.boolean(),
  number: fc.oneof(integers, decimals),
  time: times,
  complex: texts,
};

export function one(name: string, kind: Kind, path: readonly string[], literals = literalsOf[kind]): Leaf {
  return { name, kind, literals, values: (of) => [at(of, ...path)] };
}

/** A complex value: filled when one of its parts is. */
function whole(name: string, values: (of: ScimObject) => readonly unknown[], parts: readonly Leaf[]): Leaf {
  const filled = (value: unknown) => parts.some((part) => part.values(value as ScimObject).some(isFilled)) || undefined;
  return { name, kind: 'complex', literals: texts, values: (of) => values(of).map(filled) };
}

/** A complex attribute with one value: its parts and itself. */
export function single(name: string, path: readonly string[], parts: readonly Leaf[]): Leaf[] {
  const value = (of: ScimObject) => at(of, ...path);
  const through = parts.map((part): Leaf => ({ ...part, name: `${name}.${part.name}`, values: (of) => part.values(value(of) as ScimObject) }));
  return [...through, whole(name, (of) => [value(of)], parts)];
}

interface ListGiven {
  readonly name: string;
  readonly path: readonly string[];
  readonly parts: readonly Leaf[];
}

/** The leaves that look at all elements of a list, and the filters that look at one. */
export function list({ name, path, parts }: ListGiven): { leaves: Leaf[]; elements: fc.Arbitrary<Tree> } {
  const elementsOf = (of: ScimObject) => listAt(of, ...path) as ScimObject[];
  const through = parts.map((part): Leaf => ({
    ...part,
    name: `${name}.${part.name}`,
    values: (of) => elementsOf(of).flatMap((element) => (part.values(element).length === 0 ? [undefined] : part.values(element))),
  }));
  const leaves = [...through, whole(name, elementsOf, parts)];
  const elements = treesOf(parts, []).map((term): Tree => ({ kind: 'elements', name, elements: elementsOf, term }));
  return { leaves, elements };
}

function leafTrees(leaf: Leaf): fc.Arbitrary<Tree> {
  const present = fc.boolean().map((negated): Tree => ({ kind: 'present', leaf, negated }));
  if (leaf.kind === 'complex') return present;
  const tests = fc.record({ kind: fc.constant('test' as const), leaf: fc.constant(leaf), operator: fc.constantFrom(...operators[leaf.kind]), literal: leaf.literals });
  return fc.oneof({ weight: 6, arbitrary: tests }, { weight: 1, arbitrary: present });
}

export function treesOf(leaves: readonly Leaf[], others: readonly fc.Arbitrary<Tree>[]): fc.Arbitrary<Tree> {
  const leaf = fc.oneof(...leaves.map(leafTrees), ...others, ...others);
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 2, depthIdentifier: `filter${leaves.length}` },
      { weight: 5, arbitrary: leaf },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), terms: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }) }) },
      { weight: 1, arbitrary: tie('tree').map((term): Tree => ({ kind: 'not', term })) },
    ),
  }));
  return tree;
}

const labels = [
  one('display', 'folded', ['display']),
  one('type', 'folded', ['type'], fc.constantFrom('work', 'WORK', 'home')),
  { ...one('primary', 'boolean', ['primary']), assumed: false },
];
export const each = (name: string, path: readonly string[]): Leaf => ({ name, kind: 'folded', literals: texts, values: (of) => listAt(of, ...path) });

/** Filters on users; `ids` and `own` give literals worth asking for. */
export function userFilters(ids: fc.Arbitrary<string>, own: fc.Arbitrary<string>): fc.Arbitrary<Tree> {
  const urls = ids.map((id) => `https://usher.example/scim/v2/Users/${id}`);
  const groupUrls = ids.map((id) => `https://usher.example/scim/v2/Groups/${id}`);
  const values = fc.oneof(own, texts);
  const lists = [
    list({ name: 'emails', path: ['emails'], parts: [one('value', 'folded', ['value'], values), ...labels] }),
    list({ name: 'phoneNumbers', path: ['phoneNumbers'], parts: [one('value', 'folded', ['value'], values), ...labels] }),
    list({ name: 'groups', path: ['groups'], parts: [
      one('value', 'exact', ['value'], ids),
      one('$ref', 'exact', ['$ref'], groupUrls),
      one('display', 'folded', ['display'], values),
      one('type', 'folded', ['type'], fc.constantFrom('direct', 'Direct', 'x')),
    ] }),
    list({ name: 'holds', path: ['membership', 'holds'], parts: [
      one('source', 'exact', ['source'], fc.constantFrom('admin', 'idp:A', 'p', 'A')),
      one('since', 'time', ['since']),
    ] }),
    list({ name: 'parts', path: ['gadgets', 'parts'], parts: [
      one('value', 'exact', ['value'], values),
      one('label', 'folded', ['label'], values),
      one('count', 'number', ['count'], integers),
      one('fitted', 'time', ['fitted']),
      each('marks', ['marks']),
      { ...one('primary', 'boolean', ['primary']), assumed: false },
    ] }),
  ];
  const managerParts = [
    one('value', 'exact', ['value'], fc.oneof(ids, ids.map((id) => id.toUpperCase()), texts)),
    one('displayName', 'folded', ['displayName'], values),
    one('$ref', 'exact', ['$ref'], urls),
  ];
  const leaves = [
    one('id', 'exact', ['id'], ids),
    one('externalId', 'exact', ['externalId'], values),
    one('userName', 'folded', ['userName'], values),
    one('active', 'boolean', ['active']),
    one('displayName', 'folded', ['displayName'], values), one('title', 'folded', ['title'], values), one('profileUrl', 'exact', ['profileUrl'], values),
    ...single('name', ['name'], [one('familyName', 'folded', ['familyName'], values), one('givenName', 'folded', ['givenName'], values)]),
    one('department', 'folded', ['enterprise', 'department'], values),
    ...single('manager', ['enterprise', 'manager'], managerParts),
    one('status', 'folded', ['membership', 'status'], fc.constantFrom('active', 'Invited', 'a')),
    one('role', 'folded', ['membership', 'role'], fc.constantFrom('OWNER', 'm', 'admin')),
    one('seatHeld', 'boolean', ['membership', 'seatHeld']),
    one('roleSource', 'folded', ['membership', 'roleSource'], fc.constantFrom('direct', 'GROUP', 'g')),
    one('scheduledDeactivation', 'time', ['nothing']),
    one('level', 'number', ['gadgets', 'level'], integers),
    one('weight', 'number', ['gadgets', 'weight'], decimals),
    one('bought', 'time', ['gadgets', 'bought']),
    one('broken', 'boolean', ['gadgets', 'broken']), one('serial', 'exact', ['gadgets', 'serial'], values), each('tags', ['gadgets', 'tags']),
    ...single('box', ['gadgets', 'box'], [one('width', 'number', ['width'], integers), one('colour', 'folded', ['colour'])]),
    ...commonLeaves(urls), ...lists.flatMap(({ leaves: through }) => through),
  ];
  return treesOf(leaves, lists.map(({ elements }) => elements));
}

/** Filters on groups. */
export function groupFilters(ids: fc.Arbitrary<string>, own: fc.Arbitrary<string>): fc.Arbitrary<Tree> {
  const urls = fc.tuple(fc.constantFrom('Users', 'Groups'), ids).map(([type, id]) => `https://usher.example/scim/v2/${type}/${id}`);
  const values = fc.oneof(own, texts);
  const members = list({ name: 'members', path: ['members'], parts: [
    one('value', 'exact', ['value'], ids),
    one('$ref', 'exact', ['$ref'], urls),
    one('display', 'folded', ['display'], values),
    one('type', 'folded', ['type'], fc.constantFrom('User', 'group', 'u')),
  ] });
  const leaves = [
    one('id', 'exact', ['id'], ids),
    one('externalId', 'exact', ['externalId'], values),
    one('displayName', 'folded', ['displayName'], values),
    ...commonLeaves(urls),
    ...members.leaves,
  ];
  return treesOf(leaves, [members.elements]);
}

export function commonLeaves(urls: fc.Arbitrary<string>, ...more: readonly string[]): Leaf[] {
  const schemas = fc.constantFrom(core, enterprise, gadgets, 'urn:', ...more);
  return [
    one('meta.resourceType', 'exact', ['meta', 'resourceType'], fc.constantFrom('User', 'Group', 'user', 'U')),
    one('meta.created', 'time', ['meta', 'created']),
    one('meta.lastModified', 'time', ['meta', 'lastModified']),
    one('meta.location', 'exact', ['meta', 'location'], urls), one('meta.version', 'exact', ['meta', 'version'], fc.constantFrom('W/"1"', 'W/"2"', '"')),
    { name: 'schemas', kind: 'exact', literals: schemas, values: (of) => listAt(of, 'schemas') },
  ];
}
