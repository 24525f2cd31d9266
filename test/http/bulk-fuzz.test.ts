// Random bulk requests: any answer is one of its own, nothing is half done, references hold, and others are served meanwhile.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { halfDone } from '../support/half-done.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';
import { bulk, bulkRequest, idOf, outline, patchOp, post, type Result } from './bulk-support.ts';

const requests = Number(process.env['FUZZ_REQUESTS'] ?? 120);

let service: StartedServer;
let scim: Scim;

beforeAll(async () => {
  service = await startForTest();
  scim = scimClient(service, (await (await service.workspace()).connectionToken()).token);
});
afterAll(async () => await service.stop());

const name = fc.nat(5).map(String);
const title = fc.nat(400).map(String);
const reference = name.map((one) => `bulkId:${one}`);
const text = fc.oneof(reference, fc.constantFrom('', 'x', 'bulkId:', 'bulkid:none', '../Users', 'é', '"'), fc.string({ unit: 'grapheme', maxLength: 5 }));
const userData = fc.record({ userName: fc.oneof({ weight: 4, arbitrary: title.map((one) => `fuzz${one}@x.example`) }, text), title: fc.oneof({ weight: 5, arbitrary: title }, text), nickName: text, active: fc.constantFrom(true, true, true, false, 'True', null, 3) }, { requiredKeys: ['userName'] });
const groupData = fc.record({ displayName: fc.oneof({ weight: 4, arbitrary: title.map((one) => `Fuzz ${one}`) }, text), members: fc.array(fc.record({ value: reference, type: text }, { requiredKeys: ['value'] }), { maxLength: 4 }) }, { requiredKeys: ['displayName'] });
const patchData = fc.array(fc.record({ op: fc.constantFrom('add', 'replace', 'remove', 'Add'), path: fc.oneof(fc.constantFrom('members', 'title', 'active', 'displayName'), reference.map((one) => `members[value eq "${one}"]`), text), value: fc.oneof(text, fc.array(fc.record({ value: reference })), userData) }, { requiredKeys: ['op'] }), { maxLength: 3 }).map((list) => patchOp(...list));
const path = fc.oneof(fc.constantFrom('/Users', '/Groups'), { weight: 6, arbitrary: fc.tuple(fc.constantFrom('/Users/', '/Groups/'), reference).map((parts) => parts.join('')) }, text, fc.constantFrom('/Bulk', '/Me', '/Users/.search', '/Users/1?x', '//', '/Users/%zz'));
const sound = fc.oneof(
  fc.tuple(name, userData).map(([bulkId, data]) => ({ method: 'POST', path: '/Users', bulkId, data })),
  fc.tuple(name, groupData).map(([bulkId, data]) => ({ method: 'POST', path: '/Groups', bulkId, data })),
  fc.tuple(path, patchData).map(([where, data]) => ({ method: 'PATCH', path: where, data })),
  fc.tuple(path, userData).map(([where, data]) => ({ method: 'PUT', path: where, data })),
  path.map((where) => ({ method: 'DELETE', path: where })),
);
const odd = fc.record({ method: fc.oneof(fc.constantFrom('post', 'GET', 'TRACE'), fc.jsonValue()), path: fc.oneof(path, fc.jsonValue()), bulkId: fc.oneof(name, fc.jsonValue()), version: fc.jsonValue(), data: fc.jsonValue({ maxDepth: 3 }) }, { requiredKeys: [] });
const anyBulk = fc.tuple(fc.uniqueArray(fc.oneof({ weight: 12, arbitrary: sound }, odd), { minLength: 2, maxLength: 14, size: 'max', selector: (one) => ('bulkId' in one ? JSON.stringify(one.bulkId) : Symbol('none')) }), fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }));

const statuses = new Set(['200', '201', '204', '400', '404', '405', '409', '412', '413']);

/** Nothing that refers to nothing stands anywhere, and no group has a member that is not there. */
const literals = async () =>
  await service.query(`select id::text from membership where user_name ~* '^bulkid:.' or profile::text ~* '"bulkid:[^"]' union all select id::text from scim_group where display_name ~* '^bulkid:.' or profile::text ~* '"bulkid:[^"]'`);

it('whatever is asked, each operation gets an answer and nothing is done by halves', { timeout: 300_000 }, async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  const seen = new Map<string, number>();
  for (const [operations, failOnErrors] of fc.sample(anyBulk, { numRuns: requests, seed })) {
    const answer = await scim.post('/Bulk', bulkRequest(operations, failOnErrors === undefined ? {} : { failOnErrors }));
    const shown = JSON.stringify({ seed, operations, failOnErrors, body: answer.body as unknown });
    expect([200, 400], shown).toContain(answer.status);
    if (answer.status !== 200) continue;
    const results = (answer.body as { Operations: Result[] }).Operations;
    const errors = results.filter(({ response }) => response !== undefined).length;
    if (failOnErrors === undefined || errors < failOnErrors) expect(results.length, shown).toBe(operations.length);
    else expect(errors, shown).toBe(failOnErrors);
    for (const { status, response, location, version, method } of results) {
      seen.set(status, (seen.get(status) ?? 0) + 1);
      expect(statuses, shown).toContain(status);
      expect(response === undefined, shown).toBe(status.startsWith('2'));
      if (status.startsWith('2')) expect([location, method === 'DELETE' ? 'W/"1"' : version], shown).toEqual([expect.stringContaining(service.url), expect.stringMatching(/^W\/"\d+"$/)]);
      else expect([response?.status, typeof response?.detail], shown).toEqual([status, 'string']);
    }
  }
  for (const status of ['201', '400', '404', '409']) expect([status, (seen.get(status) ?? 0) > 0]).toEqual([status, true]);
  expect(await literals()).toEqual([]);
  expect(await halfDone(service.query)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

it('large requests of several clients run beside small ones, and lose nothing', { timeout: 120_000 }, async () => {
  const group = (await scim.post('/Groups', { displayName: 'Everybody' })).body as { id: string };
  const people = (who: string) => Array.from({ length: 120 }, (_, n) => post('/Users', `${n}`, newUser(`${who}${n}@many.example`)));
  const join = (who: string) => ({ method: 'PATCH', path: `/Groups/${group.id}`, data: patchOp({ op: 'add', path: 'members', value: people(who).map((_, n) => ({ value: `bulkId:${n}` })) }) });
  const large = ['a', 'b', 'c'].map(async (who) => await bulk(scim, [join(who), ...people(who)]));
  const small = Array.from({ length: 20 }, async (_, n) => (await (n % 2 === 0 ? scim.get('/Users?count=1') : scim.post('/Users', newUser(`small${n}@many.example`)))).status);
  expect(new Set(await Promise.all(small))).toEqual(new Set([200, 201]));
  const results = await Promise.all(large);
  for (const one of results) expect(outline(one)).toEqual(['204', ...people('').map(() => '201')]);
  const { members } = (await scim.get(`/Groups/${group.id}`)).body as { members: { value: string }[] };
  expect(new Set(members.map(({ value }) => value))).toEqual(new Set(results.flatMap((one) => one.slice(1).map(idOf))));
});
