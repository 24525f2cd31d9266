// Plans of filters for the property tests: made by fast-check, and known to mean what `expectedFilter` says before any text exists.
import fc from 'fast-check';
import type { CompareOperator, Filter } from '../../../src/scim/filter/ast.ts';
import type { AttributePath, AttributeType } from '../../../src/scim/schema/attribute.ts';
import { core, enterprise, gadgets, pathOf } from './gadget-type.ts';

/** A literal as it will be written and the value that the AST must hold; null for the literal null. */
export type PlannedValue =
  | { readonly written: 'string'; readonly text: string; readonly means: string | boolean }
  | { readonly written: 'bare'; readonly text: string; readonly means: string | number | boolean | null };

export type Plan =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Plan[] }
  | { readonly kind: 'no'; readonly of: Plan }
  | { readonly kind: 'present'; readonly name: string; readonly path: AttributePath }
  | {
      readonly kind: 'compare';
      readonly name: string;
      readonly path: AttributePath;
      readonly operator: CompareOperator;
      readonly value: PlannedValue;
    }
  | { readonly kind: 'element'; readonly name: string; readonly path: AttributePath; readonly inner: Plan; readonly then: Plan | undefined };

interface Named {
  readonly name: string;
  readonly path: AttributePath;
}

const named = (name: string, extension: string | undefined, attribute: string, sub?: string): Named => ({
  name,
  path: pathOf(extension, attribute, sub),
});

const topLevel: readonly Named[] = [
  named('userName', undefined, 'userName'),
  named('externalId', undefined, 'externalId'),
  named('active', undefined, 'active'),
  named('name.givenName', undefined, 'name', 'givenName'),
  named(`${core}:name.familyName`, undefined, 'name', 'familyName'),
  named('emails', undefined, 'emails', 'value'),
  named('emails.type', undefined, 'emails', 'type'),
  named('emails.primary', undefined, 'emails', 'primary'),
  named('groups.$ref', undefined, 'groups', '$ref'),
  named('meta.created', undefined, 'meta', 'created'),
  named('schemas', undefined, 'schemas'),
  named('manager', enterprise, 'manager', 'value'),
  named(`${enterprise}:department`, enterprise, 'department'),
  named(`${gadgets}:level`, gadgets, 'level'),
  named('weight', gadgets, 'weight'),
  named('picture', gadgets, 'picture'),
  named('tags', gadgets, 'tags'),
  named('box.width', gadgets, 'box', 'width'),
];

const lists: readonly (Named & { readonly inside: readonly Named[] })[] = [
  {
    ...named('emails', undefined, 'emails'),
    inside: [
      named('value', undefined, 'emails', 'value'),
      named('type', undefined, 'emails', 'type'),
      named('primary', undefined, 'emails', 'primary'),
    ],
  },
  {
    ...named(`${gadgets}:parts`, gadgets, 'parts'),
    inside: ['value', 'label', 'count', 'fitted', 'marks', 'primary'].map((sub) => named(sub, gadgets, 'parts', sub)),
  },
];

/** The last of `lists`, whose elements have sub-attributes of all types. */
const partsInside: readonly Named[] = lists[1]?.inside ?? [];

const orderingAndEquality = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
const operatorsFor: Record<AttributeType, readonly CompareOperator[]> = {
  string: [...orderingAndEquality, 'co', 'sw', 'ew'],
  reference: [...orderingAndEquality, 'co', 'sw', 'ew'],
  binary: ['eq', 'ne', 'co', 'sw', 'ew'],
  boolean: ['eq', 'ne'],
  integer: orderingAndEquality,
  decimal: orderingAndEquality,
  dateTime: orderingAndEquality,
  complex: [],
};

const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom('"', '\\', '/', '\n', '\u0001', 'a', ')', ']', '😀', '\u2028', ' and ', 'é'), maxLength: 8 }),
  )
  .filter((value) => !value.includes('\0'));

const moment = fc.date({ min: new Date('0002-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true });

function valueFor(type: AttributeType, texts: fc.Arbitrary<string>): fc.Arbitrary<PlannedValue> {
  switch (type) {
    case 'boolean':
      return fc.oneof(
        fc.boolean().map((means): PlannedValue => ({ written: 'bare', text: String(means), means })),
        fc.constantFrom('true', 'True', 'FALSE', 'fAlse').map((value): PlannedValue => ({
          written: 'string',
          text: value,
          means: value.length === 4,
        })),
      );
    case 'integer':
      return fc.integer({ min: -3, max: 9 }).map((means) => ({ written: 'bare', text: String(means), means }));
    case 'decimal':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ written: 'bare', text: String(value + 0), means: value + 0 }));
    case 'dateTime':
      return fc.tuple(moment, fc.integer({ min: -14 * 4, max: 14 * 4 })).map(([date, quarters]) => ({
        written: 'string',
        text: withOffset(date, quarters * 15),
        means: date.toISOString(),
      }));
    default:
      return texts.map((value) => ({ written: 'string', text: value, means: value }));
  }
}

function withOffset(date: Date, minutes: number): string {
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const size = Math.abs(minutes);
  return minutes === 0 ? `${local}Z` : `${local}${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}

/** A test of one of the given attributes; `texts` gives the values of strings. */
function leaf(choices: readonly Named[], texts: fc.Arbitrary<string>): fc.Arbitrary<Plan> {
  return fc.constantFrom(...choices).chain(({ name, path }): fc.Arbitrary<Plan> => {
    const { type } = path.sub ?? path.attribute;
    const compare = fc
      .tuple(fc.constantFrom(...operatorsFor[type]), valueFor(type, texts))
      .map(([operator, value]): Plan => ({ kind: 'compare', name, path, operator, value }));
    const nothing = fc
      .constantFrom('eq' as const, 'ne' as const)
      .map((operator): Plan => ({ kind: 'compare', name, path, operator, value: { written: 'bare', text: 'null', means: null } }));
    const present = fc.constant<Plan>({ kind: 'present', name, path });
    return fc.oneof({ weight: 8, arbitrary: compare }, { weight: 1, arbitrary: present }, { weight: 1, arbitrary: nothing });
  });
}

function tree(leaves: fc.Arbitrary<Plan>, maxDepth: number): fc.Arbitrary<Plan> {
  return fc.letrec<{ plan: Plan }>((tie) => ({
    plan: fc.oneof(
      { maxDepth, withCrossShrink: true },
      { weight: 3, arbitrary: leaves },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('plan'), { minLength: 2, maxLength: 3 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('no' as const), of: tie('plan') }) },
    ),
  })).plan;
}

/** Filters on the inside of `parts[…]`. */
export function elementPlan(texts: fc.Arbitrary<string> = text): fc.Arbitrary<Plan> {
  return tree(leaf(partsInside, texts), 3);
}

const element: fc.Arbitrary<Plan> = fc.constantFrom(...lists).chain(({ name, path, inside }) =>
  fc.record({
    kind: fc.constant('element' as const),
    name: fc.constant(name),
    path: fc.constant(path),
    inner: tree(leaf(inside, text), 2),
    then: fc.option(leaf(inside, text), { nil: undefined }),
  }),
);

/** Filters on the fixture type; all the grammar has. */
export const filterPlan: fc.Arbitrary<Plan> = tree(
  fc.oneof({ weight: 4, arbitrary: leaf(topLevel, text) }, { weight: 1, arbitrary: element }),
  3,
);

/** The AST that a plan must become. */
export function expectedFilter(plan: Plan): Filter {
  switch (plan.kind) {
    case 'all':
    case 'any':
      return joined(plan.kind === 'all' ? 'and' : 'or', plan.of.map(expectedFilter));
    case 'no':
      return { kind: 'not', term: expectedFilter(plan.of) };
    case 'present':
      return { kind: 'present', path: asPresent(plan) };
    case 'compare': {
      const { operator, path, value } = plan;
      if (value.means !== null) return { kind: 'compare', path, operator, value: value.means };
      const present: Filter = { kind: 'present', path: asPresent(plan) };
      return operator === 'ne' ? present : { kind: 'not', term: present };
    }
    case 'element': {
      const terms = [plan.inner, ...(plan.then === undefined ? [] : [plan.then])].map(expectedFilter);
      return { kind: 'some', path: plan.path, filter: joined('and', terms) };
    }
  }
}

/** Presence asks for the attribute named, not for the `value` that a comparison would mean. */
function asPresent({ name, path }: Named): AttributePath {
  return name === 'emails' || name === 'manager' ? { ...path, sub: undefined } : path;
}

function joined(kind: 'and' | 'or', terms: readonly Filter[]): Filter {
  const flat = terms.flatMap((term) => (term.kind === kind ? term.terms : [term]));
  return flat.length === 1 && flat[0] !== undefined ? flat[0] : { kind, terms: flat };
}
