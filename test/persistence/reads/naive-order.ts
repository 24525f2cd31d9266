// The order of documents as RFC 7644 section 3.4.2.3 tells it, worked out in memory and without the code under test.
import type { ScimObject } from '../../../src/scim/schema/attribute.ts';
import { enterprise, gadgets } from '../../scim/filter/gadget-type.ts';

type Kind = 'folded' | 'exact' | 'number' | 'boolean' | 'time';

/** What a sort by a name looks at: the way to the value in the documents of population.ts, and how values compare. */
export interface Field {
  readonly sortBy: string;
  readonly way: readonly string[];
  readonly kind: Kind;
}

const field = (sortBy: string, kind: Kind = 'folded', way: readonly string[] = sortBy.split('.')): Field => ({ sortBy, kind, way });
const inside = (urn: string, holder: string) => (name: string, kind: Kind = 'folded', way: readonly string[] = name.split('.')): Field => field(`${urn}:${name}`, kind, [holder, ...way]);
const gadget = inside(gadgets, 'gadgets');
const membership = inside('urn:usher:params:scim:schemas:extension:membership:2.0:User', 'membership');

const common = [
  field('id', 'exact'),
  field('externalId', 'exact'),
  field('meta.created', 'time'),
  field('META.lastModified', 'time', ['meta', 'lastModified']),
  field('meta.version', 'exact'),
  field('meta.location', 'exact'),
  field('meta.resourceType', 'exact'),
  field('schemas', 'exact'),
];

export const userFields: readonly Field[] = [
  ...common,
  field('userName'),
  field('urn:ietf:params:scim:schemas:core:2.0:User:USERNAME', 'folded', ['userName']),
  field('displayName'),
  field('title'),
  field('profileUrl', 'exact'),
  field('name.familyName'),
  field('active', 'boolean'),
  field('emails', 'folded', ['emails', 'value']),
  field('emails.value'),
  field('emails.display'),
  field('emails.primary', 'boolean'),
  field('phoneNumbers.type'),
  field('groups', 'exact', ['groups', 'value']),
  field('groups.display'),
  field(`${enterprise}:department`, 'folded', ['enterprise', 'department']),
  field('manager', 'exact', ['enterprise', 'manager', 'value']),
  field('manager.displayName', 'folded', ['enterprise', 'manager', 'displayName']),
  field('manager.$ref', 'exact', ['enterprise', 'manager', '$ref']),
  gadget('level', 'number'),
  gadget('weight', 'number'),
  gadget('bought', 'time'),
  gadget('broken', 'boolean'),
  gadget('serial', 'exact'),
  gadget('tags'),
  gadget('box.width', 'number'),
  gadget('box.colour'),
  gadget('parts', 'exact', ['parts', 'value']),
  gadget('parts.label'),
  gadget('parts.count', 'number'),
  gadget('parts.fitted', 'time'),
  gadget('parts.marks'),
  membership('status'),
  membership('role'),
  membership('roleSource'),
  membership('seatHeld', 'boolean'),
  membership('holds.source', 'exact'),
  membership('holds.since', 'time'),
  membership('scheduledDeactivation', 'time'),
];

export const groupFields: readonly Field[] = [
  ...common,
  field('displayName'),
  field('members', 'exact', ['members', 'value']),
  field('members.display'),
  field('members.type'),
  field('members.$ref', 'exact'),
];

export interface Listed {
  readonly id: string;
  readonly content: ScimObject;
}

/** The documents in the order of a field; without one by id. */
export function inOrder(documents: readonly Listed[], by: Field | undefined, descending: boolean): Listed[] {
  const byId = (left: Listed, right: Listed): number => compareBytes(left.id, right.id);
  if (by === undefined) return documents.toSorted(byId);
  const values = new Map(documents.map((one) => [one.id, keyOf(one.content, by)]));
  const ascending = documents.toSorted((left, right) => compare(values.get(left.id), values.get(right.id)) || byId(left, right));
  return descending ? ascending.toReversed() : ascending;
}

function keyOf(content: ScimObject, { way, kind }: Field): string | number | undefined {
  let value: unknown = content;
  for (const name of way) {
    const next = ownMember(value, name);
    // An element that does not say whether it is primary is not (RFC 7643 section 2.4).
    value = name === 'primary' && value !== undefined && isUnassigned(next) ? false : chooseOne(name, next);
  }
  return keyOfValue(value, kind);
}

const lists = new Set(['schemas', 'emails', 'phoneNumbers', 'groups', 'tags', 'parts', 'marks', 'holds', 'members']);

/** Of a list the element that says it is primary, else the first; nothing where storage holds a list for one value or the opposite. */
function chooseOne(name: string, value: unknown): unknown {
  if (Array.isArray(value) !== lists.has(name)) return undefined;
  if (!Array.isArray(value)) return value;
  return value.find((element) => ownMember(element, 'primary') === true) ?? (value.length === 0 ? undefined : ((value[0] ?? null) as unknown));
}

function isUnassigned(value: unknown): boolean {
  return value === undefined || value === null || value === '' || Array.isArray(value);
}

function ownMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name) ? (value as ScimObject)[name] : undefined;
}

function keyOfValue(value: unknown, kind: Kind): string | number | undefined {
  if (kind === 'number') return typeof value === 'number' ? value : undefined;
  if (kind === 'boolean') return typeof value === 'boolean' ? Number(value) : undefined;
  if (typeof value !== 'string' || value === '') return undefined;
  if (kind === 'time') return microseconds(value);
  return kind === 'exact' ? value : value.normalize('NFC').toLowerCase();
}

/** Microseconds since 1970 as a number that is exact enough for the few times of the tests; NaN for none. */
function microseconds(text: string): number | undefined {
  const [, whole = '', fraction = '', zone = 'Z'] = /^(.{19})(?:\.(\d+))?(.*)$/.exec(text) ?? [];
  const seconds = Date.parse(`${whole}${zone === '' ? 'Z' : zone}`) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds + Number(`0.${fraction.slice(0, 6)}0`) / 1;
}

function compare(left: string | number | undefined, right: string | number | undefined): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  return typeof left === 'string' ? compareBytes(left, String(right)) : left - Number(right);
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
