// Hostile requests to an operation: the right one with something broken in its body, its parameters, its address or its headers.
import fc from 'fast-check';
import { addressOf, expected, requestFor, type Ids, type Served } from './operations.ts';

/** A request as it goes out; the token is that of whoever the operation is for. */
export interface Hostile {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const nil = '00000000-0000-0000-0000-000000000000';
const texts = ['', ' ', '\u0000', 'a\u0000b', '\ud800', '\udfff\ud800', '\u2028', '__proto__', 'constructor', 'toString', '%', '_', '\\', "'; drop table workspace; --", '${7*7}', '=1+1', '\r\nX-Evil: 1', 'ſ', 'İ', '𝔸', '🦜'.repeat(90), 'a'.repeat(300), 'A'.repeat(9_000), nil, 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999999Z', '0000-01-01T00:00:00+14:00', '2026-02-30', '2026-11-22', '0000-00-00', 'Infinity', '-1', '1e999', '99999999999999999999', 'true', 'null', 'system', 'https://[::ffff:127.0.0.1]/', 'https://0x7f.1/', 'http://169.254.169.254/', 'javascript:alert(1)'] as const;
const raw = ['1e400', '-1e400', '1e-400', '-0', '9007199254740993', '123456789012345678901234567890', '1.5', '{}', '[]', '[[]]', 'null', 'true', '""', '{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}', '"\\ud800"', '"\\u0000"', `${'['.repeat(40)}${']'.repeat(40)}`, `[${'1,'.repeat(3_000)}1]`, '{"a":1,"a":2}'] as const;
const broken = ['{', '[]', '""', 'null', '{"a":1}}', '{"a":1,}', '\ufeff{}', '{"__proto__":1}', '{"a":"\\ud800"}', '{"a":"\u0000"}', '{"a":1,"a":1}', '\u0000', 'NaN', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`] as const;

/** Texts that stand in the JSON of a body as they are. */
const value = fc.oneof(fc.constantFrom(...texts).map((text) => JSON.stringify(text)), fc.constantFrom(...raw), fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)), fc.integer().map(String));
const text = fc.oneof(fc.constantFrom(...texts), fc.string({ unit: 'binary', maxLength: 40 }));
const encoded = fc.oneof(text.map((each) => encodeURIComponent(each.toWellFormed())), fc.constantFrom('%00', '%', '%zz', '%ED%A0%80', '%C0%AE', '+', '..%2f..%2f', '%2e%2e', 'a&a=b', '[]', '%F0%9F%A6%9C'));

const headers = fc.oneof(
  fc.constant({}),
  fc.constantFrom<Readonly<Record<string, string>>[]>({ 'If-Match': 'W/"999999999999999999999"' }, { 'If-Match': '*' }, { 'If-Match': '"' }, { 'If-None-Match': 'W/"1"' }, { 'Idempotency-Key': '' }, { 'Idempotency-Key': 'x'.repeat(300) }, { 'Idempotency-Key': '{}' }, { Accept: 'text/plain' }, { Accept: ';;;' }, { 'Content-Type': 'text/plain' }, { 'Content-Type': 'application/json; charset=utf-16' }, { 'Content-Encoding': 'gzip' }, { 'X-Request-Id': '__proto__' }, { 'Accept-Encoding': 'identity;q=0, *;q=0' }, { 'X-HTTP-Method-Override': 'DELETE' }),
);

/** The body with one of its members, or one more, made of the value. */
function bodyWith(sent: string | undefined, names: readonly string[], at: number, made: string): string {
  if (sent?.startsWith('{') !== true) return sent === undefined ? `{"x":${made}}` : `${sent}${made}`;
  const members = new Map(Object.entries(JSON.parse(sent) as Record<string, unknown>).map(([name, each]) => [name, JSON.stringify(each)]));
  members.set(names[at % names.length] ?? 'x', made);
  return `{${[...members].map(([name, each]) => `${JSON.stringify(name)}:${each}`).join(',')}}`;
}

/** The address with one of the names in it made of the value. */
function pathWith(operation: Pick<Served, 'id' | 'template'>, ids: Ids, at: number, made: string): string {
  const names = [...operation.template.matchAll(/:\w+/gu)].map(([name]) => name);
  return addressOf({ id: operation.id, template: operation.template.replace(names[at % Math.max(1, names.length)] ?? ':', made) }, ids);
}

const longMoment = `2026-01-01T00:00:00.${'0'.repeat(300)}Z`;
const surest = { value: ['"\\u0000"', '"0000-01-01T00:00:00Z"', `"${longMoment}"`, '1e400', `"${nil}"`], text: ['%00', '0000-01-01T00:00:00Z', longMoment, nil] } as const;

/** What every operation is asked, whatever chance may add: each name in its address, each parameter and each member of its body with the worst. */
export function surelyHostileTo(operation: Served, ids: Ids): Hostile[] {
  const good = requestFor(operation, ids);
  const { id, template } = operation;
  const names = Object.keys(operation.operation.body?.shape.shape ?? {});
  const inBody = names.flatMap((_, at) => surest.value.map((made): Hostile => ({ ...good, id, headers: { ...good.headers, 'Content-Type': 'application/json' }, body: bodyWith(good.body ?? '{}', names, at, made) })));
  const inQuery = Object.keys(operation.operation.query.shape).flatMap((name) => surest.text.map((made): Hostile => ({ ...good, id, path: `${good.path.split('?')[0] ?? ''}?${name}=${made}` })));
  const inPath = [...template.matchAll(/:\w+/gu)].flatMap((_, at) => surest.text.map((made): Hostile => ({ ...good, id, path: pathWith(operation, ids, at, made) })));
  return [...inBody, ...inQuery, ...inPath];
}

/** Requests to this operation. */
export function hostileTo(operation: Served, ids: Ids): fc.Arbitrary<Hostile> {
  const good = requestFor(operation, ids);
  const { id, method, template } = operation;
  const names = [...Object.keys(operation.operation.body?.shape.shape ?? {}), 'unknown', '__proto__', 'constructor'];
  const parameters = [...Object.keys(operation.operation.query.shape), 'unknown', '__proto__', 'cursor', ''];
  const json = { ...good.headers, 'Content-Type': expected.get(id)?.mediaType ?? 'application/json' };
  const join = (query: string) => `${good.path}${good.path.includes('?') ? '&' : '?'}${query}`;
  const inBody = fc.tuple(value, fc.nat(), headers).map(([made, at, more]): Hostile => ({ ...good, id, headers: { ...json, ...more }, body: bodyWith(good.body, names, at, made) }));
  const noBody = fc.constantFrom(...broken).map((body): Hostile => ({ ...good, id, headers: json, body }));
  const inQuery = fc.tuple(fc.constantFrom(...parameters), encoded).map(([name, each]): Hostile => ({ ...good, id, path: join(`${name}=${each}`) }));
  const inHeaders = headers.map((more): Hostile => ({ ...good, id, path: join('unknown=1'), headers: { ...good.headers, ...more } }));
  const inPath = fc.tuple(encoded, fc.nat()).map(([each, at]): Hostile => ({ ...good, id, method, path: pathWith(operation, ids, at, each.replaceAll('/', '%2F') || '%20') }));
  return fc.oneof({ weight: operation.operation.body === undefined ? 1 : 6, arbitrary: inBody }, { weight: 2, arbitrary: noBody }, { weight: parameters.length, arbitrary: inQuery }, { weight: 1, arbitrary: inHeaders }, ...(template.includes(':') ? [{ weight: 3, arbitrary: inPath }] : []));
}
