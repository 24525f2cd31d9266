// Places inside the JSON documents of resources; takes documents of any content, for they may be older than the schema.
import pg from 'pg';
import type { Attribute, AttributePath } from '../../scim/schema/attribute.ts';
import { presentSlots, type Place, type Rows, type Slots } from './place.ts';
import type { ParameterList } from './parameters.ts';
import { booleanSlot, incomparableSlot, numberSlot, textSlot, timeSlot, type Slot } from './slot.ts';

/** The place of an attribute in a document, a jsonb expression; attributes of extensions stand under the URN of their schema. */
export function documentPlace(parameters: ParameterList, document: string, { extension, attribute }: AttributePath): Place {
  const holder = extension === undefined ? document : member(document, extension);
  return valuePlace(parameters, attribute, member(holder, attribute.name));
}

/** The member of an object by a name of the schema; NULL where there is none. */
function member(object: string, name: string): string {
  return `${object} -> ${pg.escapeLiteral(name)}`;
}

function valuePlace(parameters: ParameterList, attribute: Attribute, value: string): Place {
  if (attribute.type !== 'complex') return { kind: 'simple', slots: valueSlots(parameters, attribute, value) };
  const rows = attribute.multiValued ? elements(value, 'e', hasPrimary(attribute)) : undefined;
  const element = rows === undefined ? value : 'e.v';
  const part = (sub: Attribute): Slots => {
    const at = member(element, sub.name);
    if (rows !== undefined && sub.name === 'primary' && sub.type === 'boolean') return { slot: primarySlot(at) };
    return valueSlots(parameters, sub, at);
  };
  return { kind: 'complex', rows, part, filled: () => anyFilled((attribute.subAttributes ?? []).map(part)) };
}

function valueSlots(parameters: ParameterList, attribute: Attribute, value: string): Slots {
  if (!attribute.multiValued) return { slot: valueSlot(parameters, attribute, value) };
  return { rows: elements(value, 's'), slot: valueSlot(parameters, attribute, 's.v') };
}

function anyFilled(parts: readonly Slots[]): string {
  return parts.length === 0 ? 'false' : `(${parts.map(presentSlots).join(' or ')})`;
}

/** The elements of a list, none where the value is no list. */
function elements(value: string, alias: string, primaryFirst = false): Rows {
  const list = `case jsonb_typeof(${value}) when 'array' then ${value} else '[]' end`;
  const order = `${alias}.n`;
  const isPrimary = `coalesce(${alias}.v -> 'primary' = 'true'::jsonb, false)`;
  return { from: `jsonb_array_elements(${list}) with ordinality ${alias}(v, n)`, order: primaryFirst ? `${isPrimary} desc, ${order}` : order };
}

function hasPrimary({ subAttributes = [] }: Attribute): boolean {
  return subAttributes.some(({ name, type }) => name === 'primary' && type === 'boolean');
}

/** null, "" and [] are absent (RFC 7643 section 2.5), and a list where one value belongs is none. */
function isFilled(value: string): string {
  return `coalesce(${value} not in ('null'::jsonb, '""'::jsonb) and jsonb_typeof(${value}) <> 'array', false)`;
}

function valueSlot(parameters: ParameterList, attribute: Attribute, value: string): Slot {
  const filled = (): string => isFilled(value);
  const read = (type: 'string' | 'number' | 'boolean', as: string): string => `case jsonb_typeof(${value}) when '${type}' then ${as} end`;
  const text = `(${read('string', `nullif(${value} #>> '{}', '')`)})`;
  switch (attribute.type) {
    case 'boolean':
      return booleanSlot({ filled, value: () => `(${read('boolean', isTrue(value))})` });
    case 'integer':
    case 'decimal':
      return numberSlot(parameters, { filled, value: () => `(${read('number', `(${value})::numeric`)})` });
    case 'dateTime':
      return timeSlot(parameters, { filled, value: () => moment(text) });
    case 'complex':
      return incomparableSlot(filled);
    default:
      return textSlot(parameters, attribute.caseExact ? 'exact' : 'folded', { filled, value: () => text });
  }
}

/** `primary` of an element: where it is absent it counts as false (RFC 7643 section 2.4). */
function primarySlot(value: string): Slot {
  const filled = (): string => isFilled(value);
  const read = (): string => `(case when jsonb_typeof(${value}) = 'boolean' then ${isTrue(value)} when not ${isFilled(value)} then false end)`;
  return booleanSlot({ filled, value: read });
}

function isTrue(value: string): string {
  return `${value} = 'true'::jsonb`;
}

const days = '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])';
const leapYear = '(?:[0-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const clock = 'T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]';
const offset = '(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))';

/** What `isDateTime` takes, as a pattern: a cast of anything else would be an error, and PostgreSQL 15 cannot ask beforehand. */
const dateTime = `^(?!0000)(?:[0-9]{4}-(?:${days})|${leapYear}-02-29)${clock}(?:[.][0-9]{1,12})?${offset}?$`;

/** The moment that `normaliseDateTime` reads out of a text: in UTC without an offset, digits beyond the sixth cut off, years 1 to 9999. */
function moment(text: string): string {
  const parts = `left(t.x, 19) || coalesce(left(substring(t.x from '[.][0-9]+'), 7), '') || coalesce(substring(t.x from '${offset}$'), 'Z')`;
  return `(select case when u.x >= '0001-01-01T00:00:00Z' and u.x < '10000-01-01T00:00:00Z' then u.x end
    from (select case when t.x ~ '${dateTime}' then (${parts})::timestamptz end from (select ${text}) t(x)) u(x))`;
}

/** A query for the URNs of the extensions of which a document holds something: names of attributes have no colon. */
export function extensionsOf(document: string): string {
  const members = `jsonb_each(case jsonb_typeof(${document}) when 'object' then ${document} else '{}' end) d(name, value)`;
  return `select d.name from ${members} where strpos(d.name, ':') > 0 and jsonb_typeof(d.value) = 'object' and d.value <> '{}'`;
}

