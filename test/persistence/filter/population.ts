// Small random workspaces for the differential test, and the documents that clients see of them, made without the code under test.
import fc from 'fast-check';
import type { ScimObject } from '../../../src/scim/schema/attribute.ts';
import { core, enterprise, gadgets } from '../../scim/filter/gadget-type.ts';
import { baseUrl, idOf, type Person, type Team } from './tenant.ts';

const tokens = ['a', 'A', 'b', 'B', 'İ', 'ı', 'ß', 'ẞ', 'Σ', 'ς', 'é', 'e\u0301', 'K', '\\', '%', '_', '"', `'`, ' ', '$1', '😀', '\uffff'];

/** Texts that often contain, equal or nearly equal one another. */
export const texts = fc.array(fc.constantFrom(...tokens), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));

export const times = fc.constantFrom('2024-01-01T00:00:00Z', '2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00.123Z', '2024-01-01T00:00:00.123456Z', '2024-01-01T00:00:00.1234567',
  '2024-02-29T23:59:59-14:00', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z');
export const integers = fc.constantFrom(-3, 0, 1, 2, 9007199254740991);
export const decimals = fc.constantFrom(-0.5, 0, 0.1, 0.30000000000000004, 0.3, 1e-320, 1.7976931348623157e308);

/** What the schema would not let in: storage may hold it all the same. */
const odd = fc.constantFrom<unknown>(null, '', [], {}, 7, true, ['a'], { value: 'a' });

export function perhaps<T>(value: fc.Arbitrary<T>, oddness = 1): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: value }, { weight: 5, arbitrary: fc.constant(undefined) }, { weight: oddness, arbitrary: odd });
}

export const lists = (element: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => perhaps(fc.array(element, { maxLength: 3 }));
const labels = { display: perhaps(texts), type: perhaps(fc.constantFrom('work', 'Work', 'home')), primary: perhaps(fc.boolean()) };

/** E-mails are as provisioning lets them in: the rows beside the document repeat their values. */
const email = fc.record({ ...labels, value: fc.option(texts, { nil: undefined }) });

const part = fc.record({
  value: perhaps(texts),
  label: perhaps(texts),
  count: perhaps(integers),
  fitted: perhaps(times),
  marks: lists(perhaps(texts)),
  primary: perhaps(fc.boolean()),
});

export const gadget = fc.record({
  level: perhaps(integers),
  weight: perhaps(decimals),
  bought: perhaps(times),
  broken: perhaps(fc.boolean()),
  serial: perhaps(texts),
  tags: lists(perhaps(texts)),
  box: perhaps(fc.record({ width: perhaps(integers), colour: perhaps(texts) })),
  parts: lists(part),
});

const managers = fc.oneof(
  fc.record({ value: fc.oneof(fc.nat({ max: 9 }).map(idOf), fc.nat({ max: 9 }).map((number) => idOf(number).toUpperCase()), texts) }),
  fc.constant(undefined),
);

const profile = fc.record({
  displayName: fc.option(texts, { nil: undefined }),
  title: perhaps(texts),
  profileUrl: perhaps(texts),
  name: perhaps(fc.record({ familyName: perhaps(texts), givenName: perhaps(texts) })),
  emails: fc.option(fc.array(email, { maxLength: 3 }), { nil: undefined }),
  phoneNumbers: lists(fc.record({ value: perhaps(texts), ...labels })),
  [enterprise]: fc.option(fc.record({ department: perhaps(texts), manager: managers }), { nil: undefined }),
  [gadgets]: fc.option(gadget, { nil: undefined }),
});

export const stamp = fc.constantFrom('2024-01-01T00:00:00Z', '2024-01-01T00:00:00.123456Z', '2024-01-01T00:00:00.1239Z', '2023-12-31T23:59:59.999999Z');

const person = (number: number): fc.Arbitrary<Person> =>
  fc.record({
    id: fc.constant(idOf(number)),
    userName: texts.map((text) => `${text}${number}`),
    externalId: fc.option(texts.map((text) => `${text}${number}`), { nil: undefined }),
    alienExternalId: fc.option(texts.map((text) => `${text}${number}`), { nil: undefined }),
    status: fc.constantFrom('invited', 'active', 'deactivated'),
    role: fc.constantFrom('owner', 'admin', 'member'),
    baseRole: fc.constantFrom('admin', 'member'),
    profile,
    version: fc.integer({ min: 1, max: 3 }),
    created: stamp,
    modified: stamp,
    seat: fc.boolean(),
    holds: fc.uniqueArray(fc.record({ source: fc.constantFrom('admin', 'policy', 'idp:A', 'idp:a'), since: stamp }), { selector: ({ source }) => source, maxLength: 2 }),
    removed: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  }) as fc.Arbitrary<Person>;

const team = (number: number): fc.Arbitrary<Team> =>
  fc.record({
    id: fc.constant(idOf(100 + number)),
    displayName: texts.map((text) => `${text}${number}`),
    externalId: fc.option(texts.map((text) => `${text}${number}`), { nil: undefined }),
    version: fc.integer({ min: 1, max: 3 }),
    created: stamp,
    modified: stamp,
    members: fc.uniqueArray(
      fc.oneof(
        fc.nat({ max: 12 }).map((n) => ({ id: idOf(n), type: 'User' })),
        fc.nat({ max: 5 }).map((n) => ({ id: idOf(100 + n), type: 'Group' })),
      ),
      { selector: ({ id }) => id, maxLength: 4 },
    ),
  }) as fc.Arbitrary<Team>;

export interface Population {
  readonly people: readonly Person[];
  readonly teams: readonly Team[];
}

export const populations: fc.Arbitrary<Population> = fc.record({
  people: fc.tuple(...Array.from({ length: 10 }, (_, number) => person(number))),
  teams: fc.tuple(...Array.from({ length: 4 }, (_, number) => team(number))),
});

export interface Document {
  readonly id: string;
  readonly content: ScimObject;
}

/** The users as clients see them, `undefined` and null left in; attributes of extensions that no filter here asks for are missing. */
export function userDocuments({ people, teams }: Population): Document[] {
  return people.filter(({ removed }) => removed !== true).map((one) => {
    const holder = (one.profile?.[enterprise] ?? {}) as { manager?: { value?: string } };
    const boss = people.find(({ id, removed }) => removed !== true && id === holder.manager?.value?.toLowerCase());
    const groups = teams.filter(({ members }) => members?.some(({ id }) => id === one.id) === true);
    const manager = boss === undefined ? holder.manager : { ...holder.manager, $ref: `${baseUrl}/Users/${boss.id}`, displayName: shownName(boss) };
    const content = {
      ...common('User', one),
      ...one.profile,
      userName: one.userName,
      active: one.status !== 'deactivated',
      groups: groups.map((group) => ({ value: group.id, $ref: `${baseUrl}/Groups/${group.id}`, display: group.displayName, type: 'direct' })),
      schemas: [core, ...[enterprise, gadgets].filter((urn) => Object.values(one.profile?.[urn] ?? {}).some((value) => value !== undefined))],
      enterprise: { ...holder, manager },
      gadgets: one.profile?.[gadgets] ?? {},
      membership: {
        status: one.status,
        role: one.role,
        roleSource: one.role === one.baseRole ? 'direct' : 'group',
        seatHeld: one.seat,
        holds: one.holds?.map(({ source, since }) => ({ source, since: inMilliseconds(since) })),
      },
    };
    return { id: one.id, content };
  });
}

/** The groups as clients see them. */
export function groupDocuments({ people, teams }: Population): Document[] {
  return teams.map((one) => {
    const members = one.members?.map(({ id, type }) => {
      const user = people.find((each) => each.id === id);
      const display = type === 'User' ? user && shownName(user) : teams.find((each) => each.id === id)?.displayName;
      return { value: id, type, display, $ref: `${baseUrl}/${type}s/${id}` };
    });
    return { id: one.id, content: { ...common('Group', one), displayName: one.displayName, members, schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] } };
  });
}

function common(type: 'User' | 'Group', one: Person | Team): ScimObject {
  const { created = '', modified = '' } = one;
  const stamps = { created: inMilliseconds(created), lastModified: inMilliseconds(modified) };
  const meta = { resourceType: type, ...stamps, location: `${baseUrl}/${type}s/${one.id}`, version: `W/"${one.version}"` };
  return { id: one.id, externalId: one.externalId, meta };
}

export function inMilliseconds(time: string): string {
  return time.replace(/(\.\d{3})\d*Z$/, '$1Z');
}

function shownName({ profile: { displayName } = {}, userName }: Person): string {
  return typeof displayName === 'string' ? displayName : userName;
}
