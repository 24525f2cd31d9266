// What becomes of stored values when the schema files change under them: another type, another characteristic.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSettings } from '../../config/settings.ts';
import { loadResourceTypes } from '../../src/cli/load-resource-types.ts';
import { composeApp } from '../../src/compose.ts';
import { createLogger } from '../../src/http/log.ts';
import { serve } from '../../src/http/server.ts';
import { scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

const urn = 'urn:example:kit';
const older = [
  { name: 'note', type: 'string' },
  { name: 'number', type: 'string' },
  { name: 'secret', type: 'complex', subAttributes: [{ name: 'value', type: 'string' }, { name: 'pin', type: 'string', mutability: 'writeOnly', returned: 'never' }] },
  { name: 'secrets', type: 'complex', multiValued: true, subAttributes: [{ name: 'pin', type: 'string', mutability: 'writeOnly', returned: 'never' }] },
  { name: 'list', type: 'string', multiValued: true },
];
const newer = [
  { name: 'note', type: 'string' },
  { name: 'number', type: 'string', uniqueness: 'server' },
  { name: 'secret', type: 'string', uniqueness: 'server' },
  { name: 'secrets', type: 'string', multiValued: true },
  { name: 'list', type: 'integer', uniqueness: 'server' },
];

const folders: string[] = [];
function folderWith(attributes: readonly object[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'usher-schemas-'));
  folders.push(folder);
  writeFileSync(join(folder, 'kit.schema.json'), JSON.stringify({ id: urn, name: 'Kit', attributes }));
  writeFileSync(join(folder, 'kit.resource-type.json'), JSON.stringify({ name: 'Kit', endpoint: '/Kits', schema: urn }));
  return folder;
}

let server: StartedServer;
let before: Scim;
let now: Scim;
let stopNewer: () => Promise<unknown>;

beforeAll(async () => {
  server = await startForTest({ SCHEMAS_DIR: folderWith(older) });
  const { token } = await (await server.workspace()).connectionToken();
  const settings = loadSettings({ SCHEMAS_DIR: folderWith(newer) });
  const logger = await createLogger({ level: 'silent', pretty: false });
  const app = composeApp(settings, server.ports, server.keys, logger, server.root, loadResourceTypes(settings));
  const listening = await serve(app, { host: '127.0.0.1', port: 0, logger });
  stopNewer = async () => await listening.stop(1);
  before = scimClient(server, token);
  now = scimClient({ url: `${listening.url}/scim/v2` }, token);
});

afterAll(async () => {
  await stopNewer();
  await server.stop();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function create(body: object): Promise<string> {
  const answer = await before.post('/Kits', body);
  expect(answer.status).toBe(201);
  return (answer.body as { id: string }).id;
}

/** Too long for an index, and of nothing that could be compressed. */
const endless = Array.from({ length: 9_000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919 + index * index * 31) % 20_000))).join('');

it('a value that no index takes stays, and is no obstacle to other changes', async () => {
  const id = await create({ number: endless });
  expect((await now.patch(`/Kits/${id}`, { op: 'add', path: 'note', value: 'changed' })).status).toBe(200);
  expect((await now.patch(`/Kits/${id}`, { op: 'replace', path: 'number', value: 'short' })).body).toMatchObject({ number: 'short' });
});

it('two who have the same value since before may both be changed, and one of them has it', async () => {
  const ids = [await create({ number: 'same' }), await create({ number: 'SAME' })];
  for (const id of ids) expect((await now.patch(`/Kits/${id}`, { op: 'add', path: 'note', value: 'changed' })).status).toBe(200);
  expect((await now.get(`/Kits?filter=${encodeURIComponent('number eq "same"')}`)).body).toMatchObject({ totalResults: 1 });
  const taken = await now.post('/Kits', { number: 'Same', list: 1 });
  expect([taken.status, taken.body]).toMatchObject([409, { detail: expect.stringContaining(`${urn}:number`) as string }]);
  expect((await now.patch(`/Kits/${ids[0]}`, { op: 'remove', path: 'number' })).status).toBe(200);
  expect((await now.patch(`/Kits/${ids[1]}`, { op: 'replace', path: 'note', value: 'again' })).status).toBe(200);
  expect((await now.post('/Kits', { number: 'same' })).status).toBe(409);
});

it('only what a change writes is said to be taken', async () => {
  await create({ number: 'held' });
  const id = await create({ number: 'mine' });
  await now.post('/Kits', { list: 7, number: 'other' });
  const answer = await now.patch(`/Kits/${id}`, { op: 'add', path: 'list', value: 7 });
  expect([answer.status, answer.body]).toMatchObject([409, { detail: expect.stringContaining(`The value of ${urn}:list belongs`) as string }]);
});

it('objects where texts belong are neither shown nor taken for equal', async () => {
  const ids = [await create({ secret: { value: 'v', pin: '1234' }, secrets: [{ pin: '1234' }] }), await create({ secret: { value: 'w', pin: '1234' }, list: ['a'] })];
  for (const id of ids) {
    const answer = await now.patch(`/Kits/${id}`, { op: 'add', path: 'note', value: 'changed' });
    expect([answer.status, answer.text.includes('1234'), answer.text.includes('secret')]).toEqual([200, false, false]);
  }
  expect((await now.get('/Kits?attributes=secret,secrets')).text).not.toContain('1234');
  expect((await before.get(`/Kits/${ids[0]}`)).body).toMatchObject({ secret: { value: 'v' } });
});
