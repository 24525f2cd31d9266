// Arbitrary requests for the fuzz test: from the schema, from the shapes of the RFC, and from garbage; each part may be right or wrong.
import fc from 'fast-check';
import { commonAttributes } from '../../src/scim/schema/common.ts';
import type { Attribute, ResourceType } from '../../src/scim/schema/attribute.ts';
import { loadResourceTypes } from '../../src/cli/load-resource-types.ts';
import { withExamples } from '../support/example-schemas.ts';

/** Ids that exist, as the requests name them. */
export interface Known {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly devices: readonly string[];
}

const resourceTypes = loadResourceTypes({ schemasDir: withExamples.SCHEMAS_DIR });

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const nasty: readonly string[] = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', ' ', '\0', '\ud800', '\u2028', 'ß', 'İ', '😀', `'`, '"', '\\', '%', '_', '$1', '${x}', '{{7*7}}', '../../etc', '%00', '%2f'],
  ...[`'; drop table membership; --`, '<script>', 'null', 'undefined', 'NaN', 'true', '-1', '1e999', 'bulkId:1', '\r\nX-Evil: 1', 'x'.repeat(3000), '('.repeat(500), '['.repeat(500)],
];

const schemaNames: readonly string[] = resourceTypes.flatMap((type) => [
  ...names('', [...commonAttributes, ...type.schema.attributes]),
  ...names(`${type.schema.id}:`, type.schema.attributes),
  ...type.extensions.flatMap(({ schema }) => [schema.id, ...names(`${schema.id}:`, schema.attributes)]),
]);

function names(prefix: string, attributes: readonly Attribute[]): string[] {
  return attributes.flatMap(({ name, subAttributes = [] }) => [`${prefix}${name}`, ...subAttributes.map((sub) => `${prefix}${name}.${sub.name}`)]);
}

const anyCase = (text: string) => fc.constantFrom(text, text, text, text.toLowerCase(), text.toUpperCase());
const word = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...nasty) }, { weight: 2, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }) }, { weight: 2, arbitrary: fc.string({ maxLength: 8 }) });
const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...schemaNames).chain(anyCase) }, { weight: 1, arbitrary: word });

const literal = fc.oneof(
  fc.string({ maxLength: 10 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('true', 'false', 'null', '1', '-2.5', '1e5', '"True"', '"work"', '"2026-01-31T08:00:00Z"', '"2026-13-01T00:00:00Z"', '"', 'nothing', '""', '"\\u0000"', '"\\ud83d\\ude00"'),
);
const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'Sw', 'is', '=', '');
const term = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(name, operator, literal).map((parts) => parts.join(' ')) },
  { weight: 2, arbitrary: name.map((text) => `${text} pr`) },
  { weight: 2, arbitrary: fc.tuple(name, name, operator, literal).map(([outer, inner, op, value]) => `${outer}[${inner.split('.').at(-1) ?? ''} ${op} ${value}]`) },
);
const filter = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.tuple(fc.constantFrom('', 'not ', '('), term, fc.constantFrom(' and ', ' or ', ') and ', ' ')), { minLength: 1, maxLength: 4 }).map((terms) => terms.flat().join('').replace(/( and | or | )$/, '')) },
  { weight: 2, arbitrary: term },
  { weight: 1, arbitrary: word },
);

function ids(known: Known): fc.Arbitrary<string> {
  return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known.users, ...known.groups, ...known.devices) }, { weight: 1, arbitrary: fc.uuid() }, { weight: 1, arbitrary: word });
}

const safeJson = fc.jsonValue({ maxDepth: 2 });
/** Texts that any attribute takes, however odd. */
const oddText = fc.oneof(fc.constantFrom(...nasty.filter((one) => one.isWellFormed() && !one.includes('\0') && one.trim() !== '' && one.length < 500)), fc.string({ minLength: 1, maxLength: 8 }));

/** A value as an attribute of the schema wants it; with `slips` sometimes anything else. */
function valueFor(attribute: Attribute, known: Known, slips: boolean): fc.Arbitrary<unknown> {
  const right = attribute.multiValued ? fc.array(oneFor(attribute, known, slips), { maxLength: 3 }) : oneFor(attribute, known, slips);
  if (!slips) return right;
  return fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: safeJson }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, '', [], {}, 'False', [[]], 0) });
}

function oneFor(attribute: Attribute, known: Known, slips: boolean): fc.Arbitrary<unknown> {
  if (attribute.type === 'boolean') return attribute.name === 'primary' ? fc.constantFrom<unknown>(false, 'False') : fc.constantFrom<unknown>(true, false, 'True', ...(slips ? ['maybe'] : []));
  if (attribute.type !== 'complex') return slips ? fc.oneof(word, ids(known), fc.integer()) : plainFor(attribute);
  if (attribute.stored === 'members' || attribute.stored === 'manager') {
    return fc.record({ value: slips ? ids(known) : fc.constantFrom(...known.users, ...known.groups), display: word }, { requiredKeys: ['value'] });
  }
  const subs = attribute.subAttributes ?? [];
  return fc.record<Record<string, unknown>>(Object.fromEntries(subs.map((sub) => [sub.name, oneFor(sub, known, slips)])), { requiredKeys: slips ? [] : namesOfRequired(subs) });
}

function plainFor({ type }: Attribute): fc.Arbitrary<unknown> {
  if (type === 'integer') return fc.constantFrom(0, -0, 7, -3, 2 ** 53 - 1);
  if (type === 'decimal') return fc.constantFrom(0, 1.5, -2, 1e300, 5e-324);
  return type === 'dateTime' ? fc.constantFrom('2026-01-31T08:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999999999-14:00') : oddText;
}

function namesOfRequired(attributes: readonly Attribute[]): string[] {
  return attributes.flatMap((each) => (each.required && each.mutability !== 'readOnly' ? each.name : []));
}

function resource(known: Known, type: ResourceType, slips: boolean): fc.Arbitrary<Record<string, unknown>> {
  const all = [...commonAttributes.filter(({ name: each }) => slips || each !== 'schemas'), ...type.schema.attributes].map((attribute) => [attribute.name, valueFor(attribute, known, slips)] as const);
  const extensions = type.extensions.map(({ schema }) => [schema.id, fc.record<Record<string, unknown>>(Object.fromEntries(schema.attributes.map((each) => [each.name, valueFor(each, known, slips)])), { requiredKeys: namesOfRequired(schema.attributes) })] as const);
  const required = namesOfRequired(type.schema.attributes);
  const optional = [...all.filter(([each]) => slips || !required.includes(each)), ...extensions];
  const chosen = fc.subarray(optional, { maxLength: Math.min(5, optional.length) });
  return fc.tuple(oddText, chosen).chain(([own, members]) =>
    fc.record<Record<string, unknown>>({ ...Object.fromEntries(required.map((each) => [each, fc.constant(own)])), ...Object.fromEntries(members) }, { requiredKeys: required }),
  );
}

function operation(known: Known, type: ResourceType, slips: boolean): fc.Arbitrary<unknown> {
  const writable = type.schema.attributes.filter(({ mutability }) => mutability !== 'readOnly');
  if (!slips) {
    const set = fc.constantFrom(...writable).chain((attribute) => fc.record({ op: fc.constantFrom('add', 'Replace'), path: fc.constant(attribute.name), value: valueFor(attribute, known, false) }));
    const take = fc.record({ op: fc.constantFrom('remove', 'Remove'), path: fc.constantFrom(...writable.filter(({ required, name: each }) => !required && each !== 'active').map(({ name: each }) => each)) });
    return fc.oneof({ weight: 4, arbitrary: set }, { weight: 1, arbitrary: take }, { weight: 1, arbitrary: resource(known, type, false).map((value) => ({ op: 'replace', value })) });
  }
  const filtered = fc.tuple(name, term, fc.constantFrom('', '.value', '.display', '.nonsense')).map(([attribute, inner, rest]) => `${attribute.split('.')[0] ?? ''}[${inner}]${rest}`);
  const target = fc.oneof({ weight: 4, arbitrary: name }, { weight: 2, arbitrary: filtered }, { weight: 1, arbitrary: ids(known).map((id) => `members[value eq "${id}"]`) }, { weight: 1, arbitrary: word });
  const members = fc.array(fc.record({ value: ids(known) }), { maxLength: 3 });
  const value = fc.oneof<fc.Arbitrary<unknown>[]>(word, resource(known, type, true), members, fc.boolean(), safeJson);
  return fc.record({ op: fc.constantFrom('add', 'Replace', 'remove', 'REMOVE', 'replace', 'move', ''), path: target, value }, { requiredKeys: ['op'] });
}

/** A bulk request over all types; ids that it refers to are those of its own operations, or of nothing. */
function bulk(known: Known, slips: boolean, patches: (slips: boolean) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const bulkId = fc.constantFrom('1', '2', '3');
  const at = fc.oneof(fc.constantFrom(...known.devices.map((id) => `/Devices/${id}`), ...known.users.map((id) => `/Users/${id}`), ...known.groups.map((id) => `/Groups/${id}`)), fc.tuple(fc.constantFrom(...resourceTypes), bulkId).map(([type, id]) => `${type.endpoint}/bulkId:${id}`));
  const one = fc.oneof(
    fc.constantFrom(...resourceTypes).chain((type) => fc.record<Record<string, unknown>>({ method: fc.constant('POST'), path: fc.constant(type.endpoint), bulkId, data: resource(known, type, slips) })),
    fc.record({ method: fc.constantFrom('PATCH', 'PUT', ...(slips ? ['GET', 'DELETE'] : [])), path: slips ? fc.oneof(at, word) : at, data: patches(slips), version: fc.constantFrom('W/"1"', 'W/"9"') }, { requiredKeys: ['method', 'path', 'data'] }),
  );
  return fc.record({ schemas: fc.constant(['urn:ietf:params:scim:api:messages:2.0:BulkRequest']), failOnErrors: fc.nat({ max: 3 }), Operations: fc.array(one, { maxLength: 5 }) }, { requiredKeys: ['schemas', 'Operations'] });
}

/** A body for a method on a resource type, right or wrong, or of something else altogether. */
function body(known: Known, method: string, address: string, type: ResourceType): fc.Arbitrary<string | undefined> {
  const patches = (slips: boolean) =>
    fc.record({ schemas: slips ? fc.constantFrom<unknown>(['urn:ietf:params:scim:api:messages:2.0:PatchOp'], [], 'x', null) : fc.constant([]), Operations: fc.array(operation(known, type, slips), { minLength: slips ? 0 : 1, maxLength: 4 }) }, { requiredKeys: ['Operations'] });
  const search = fc.record({ filter, sortBy: name, sortOrder: fc.constantFrom('ascending', 'descending', 'down'), cursor: fc.constantFrom('', 'x'), startIndex: fc.oneof(fc.integer(), word), count: fc.integer(), attributes: fc.array(name, { maxLength: 3 }), excludedAttributes: fc.array(name, { maxLength: 3 }) }, { requiredKeys: [] });
  const fitting = (slips: boolean): fc.Arbitrary<unknown> => {
    if (address.endsWith('/.search')) return slips ? search : fc.record({ filter: term, sortBy: fc.constantFrom('id', 'displayName', 'meta.created'), count: fc.nat({ max: 3 }), cursor: fc.constant('') }, { requiredKeys: [] });
    if (address === '/Bulk') return bulk(known, slips, patches);
    return method === 'PATCH' ? patches(slips) : resource(known, type, slips);
  };
  const json = fc.oneof({ weight: 5, arbitrary: fitting(false) }, { weight: 5, arbitrary: fitting(true) }, { weight: 1, arbitrary: search }, { weight: 1, arbitrary: patches(true) }, { weight: 1, arbitrary: safeJson }).map((value) => JSON.stringify(value));
  const broken = fc.tuple(json, fc.nat({ max: 400 }), word).map(([whole, at, extra]) => `${whole.slice(0, at)}${extra}${whole.slice(at)}`);
  return fc.oneof({ weight: 10, arbitrary: json }, { weight: 2, arbitrary: broken }, { weight: 1, arbitrary: word });
}

/** An address, mostly one that knows the method, and the resource type that stands there. */
function path(known: Known, method: string): fc.Arbitrary<readonly [string, ResourceType]> {
  const [user, group, device] = resourceTypes as readonly [ResourceType, ResourceType, ResourceType];
  const odd = fc.constantFrom('/Schemas', '/ResourceTypes', '/ServiceProviderConfig', '/Bulk', '/Me', '/.search', '/Nonsense', '', '/users', '/Users/.search', '/Groups/.search', '/Devices/.search');
  const shared: fc.Arbitrary<string> = method === 'POST' ? fc.constantFrom('/Bulk', '/.search', '/Users/.search', '/Devices/.search') : fc.constantFrom('/Me', '');
  const segment = fc.oneof(word.map(encode), fc.constantFrom('.search', '%2e%2e', '%', '%FF', '//', '%252f', '.'));
  return fc.oneof(
    { weight: method === 'POST' ? 14 : method === 'GET' ? 12 : 1, arbitrary: fc.constantFrom(...resourceTypes).map((type) => [type.endpoint, type] as const) },
    { weight: method === 'POST' ? 1 : 6, arbitrary: fc.constantFrom(...known.users).map((id) => [`/Users/${id}`, user] as const) },
    { weight: method === 'POST' ? 1 : 6, arbitrary: fc.constantFrom(...known.groups).map((id) => [`/Groups/${id}`, group] as const) },
    { weight: method === 'POST' ? 1 : 6, arbitrary: fc.constantFrom(...known.devices).map((id) => [`/Devices/${id}`, device] as const) },
    { weight: method === 'POST' ? 6 : 2, arbitrary: shared.map((address) => [address, user] as const) },
    { weight: 1, arbitrary: odd.map((address) => [address, user] as const) },
    { weight: 1, arbitrary: fc.tuple(odd, segment).map(([base, rest]) => [`${base}/${rest}`, group] as const) },
  );
}

const parameter = fc.oneof(
  { weight: 3, arbitrary: filter.map((text) => `filter=${encode(text)}`) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('attributes', 'excludedAttributes'), fc.array(name, { maxLength: 3 })).map(([key, list]) => `${key}=${encode(list.join())}`) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('startIndex', 'count'), fc.oneof(fc.integer().map(String), word)).map(([key, value]) => `${key}=${encode(value)}`) },
  { weight: 2, arbitrary: name.map((text) => `sortBy=${encode(text)}`) },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom('id', 'displayName', 'active', 'serialNumber', 'meta.lastModified', 'emails', 'location.floor', 'groups.display', 'weight'), fc.constantFrom('', '&sortOrder=descending')).map(([by, order]) => `sortBy=${by}${order}&count=2&cursor=`) },
  { weight: 1, arbitrary: word.map((text) => `cursor=${encode(text)}`) },
  { weight: 1, arbitrary: fc.constantFrom('aadOptscim062020', 'cursor', '%', '%FF=%FF', 'filter', '=', '__proto__=1', 'filter=%', 'count=1&count=2', 'sortBy=userName') },
);

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

const oddHeaders: fc.Arbitrary<Readonly<Record<string, string | undefined>>> = fc.record(
  {
    'Content-Type': fc.constantFrom('application/scim+json', 'application/json', 'application/scim+json', 'text/plain', 'application/json; charset=utf-16', ''),
    Accept: fc.constantFrom('application/scim+json', '*/*', 'application/json', 'text/html', ';;q=', ''),
    'Accept-Encoding': fc.constantFrom('gzip', 'br', 'gzip;q=0.5, br;q=0.1', 'identity;q=0', '*;q=0', 'gzip;q=2', 'x'),
    'If-Modified-Since': fc.constantFrom('Sun, 06 Nov 1994 08:49:37 GMT', 'x'),
    'Content-Encoding': fc.constantFrom('identity', 'gzip'),
    'X-Request-Id': fc.constantFrom('trace', '<x>', 'y'.repeat(300)),
    'If-Match': fc.constantFrom('*', 'W/"1"', '"', 'W/'),
    'If-None-Match': fc.constantFrom('*', 'W/"1"'),
    Expect: fc.constantFrom('100-continue', 'nonsense'),
  },
  { requiredKeys: ['Content-Type'] },
);
const plain = fc.constant<Readonly<Record<string, string | undefined>>>({ 'Content-Type': 'application/scim+json' });

const packed = fc.constantFrom('gzip', 'br').map((coding) => ({ 'Content-Type': 'application/scim+json', 'Accept-Encoding': coding }));
const headers = fc.oneof({ weight: 8, arbitrary: plain }, { weight: 2, arbitrary: packed }, { weight: 2, arbitrary: oddHeaders });
const parameters = (method: string) => fc.oneof({ weight: method === 'GET' ? 1 : 2, arbitrary: fc.constant([]) }, { weight: method === 'GET' ? 3 : 1, arbitrary: fc.array(parameter, { maxLength: 2 }) });
const methods = fc.constantFrom(...['GET', 'POST', 'PUT', 'PATCH', 'PATCH'].flatMap((method) => Array.from({ length: 12 }, () => method)), 'DELETE', 'HEAD', 'OPTIONS', 'PURGE');

/** One request under the base of the server. */
export function anyRequest(known: Known): fc.Arbitrary<FuzzRequest> {
  return methods.chain((method) => path(known, method).map((at) => [method, at] as const)).chain(([method, [address, type]]) =>
    fc.tuple(parameters(method), headers, body(known, method, address, type)).map(([query, sent, content]) => ({
      method,
      path: `/scim/v2${address}${query.length === 0 ? '' : `?${query.join('&')}`}`,
      headers: Object.fromEntries(Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== undefined)),
      body: method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? undefined : content?.toWellFormed(),
    })),
  );
}
