// Where resources of the operator's types end: other types' ids, other names, what removal leaves behind, who is shut out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setConnectionPaused } from '../../src/domain/commands/credentials.ts';
import { sealWorkspace } from '../../src/persistence/audit/seal.ts';
import { verifyAudit } from '../../src/persistence/audit/verify.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

const urn = 'urn:example:word';
/** Words that mean something in filters, in programs and in the bodies of this protocol. */
const words = ['and', 'or', 'not', 'pr', 'eq', 'true', 'null', 'members', 'active', 'password', 'userName', 'op', 'value', 'Operations', 'Resources'];
const files: Readonly<Record<string, object>> = {
  'word.schema.json': { id: urn, name: 'constructor', attributes: [...words.map((name) => ({ name, type: 'string' })), { name: 'code', type: 'string', uniqueness: 'server' }] },
  'word.resource-type.json': { name: 'constructor', endpoint: '/constructor', schema: urn },
  // Its URN begins with that of the core schema, and it belongs to three types at once.
  'more.schema.json': { id: `${urn}:more:1.0`, name: 'More', extends: ['User', 'Group', 'constructor'], attributes: [{ name: 'tag', type: 'string', uniqueness: 'server' }] },
};
const more = `${urn}:more:1.0`;
const folder = mkdtempSync(join(tmpdir(), 'usher-schemas-'));

let server: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;

beforeAll(async () => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
  server = await startForTest({ SCHEMAS_DIR: folder });
  workspace = await server.workspace();
  scim = scimClient(server, (await workspace.connectionToken()).token);
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function make(path: string, body: object): Promise<string> {
  const answer = await scim.post(path, body);
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return (answer.body as { id: string }).id;
}

it('attributes may be called by any word, and are found, sorted and changed by it', async () => {
  const id = await make('/constructor', Object.fromEntries(words.map((name) => [name, `${name} 1`])));
  for (const name of words) {
    const filter = `${name} eq "${name} 1" and not (${urn}:${name} ne "${name} 1") and ${name} pr`;
    const found = await scim.get(`/constructor?sortBy=${name}&attributes=${name}&filter=${encodeURIComponent(filter)}`);
    expect([name, found.status, found.body]).toMatchObject([name, 200, { totalResults: 1, Resources: [{ id, [name]: `${name} 1` }] }]);
    expect((await scim.patch(`/constructor/${id}`, { op: 'replace', path: name, value: 'x' })).body).toMatchObject({ [name]: 'x' });
    expect((await scim.patch(`/constructor/${id}`, { op: 'replace', value: { [name]: 'y' } })).body).toMatchObject({ [name]: 'y' });
  }
  expect((await scim.get('/ResourceTypes/constructor')).status).toBe(200);
  for (const name of ['toString', 'hasOwnProperty', '__proto__']) for (const place of ['', '/ResourceTypes', '/Schemas', '/constructor']) expect((await scim.get(`${place}/${name}`)).status).toBe(404);
});

it('an id of one type is none of another, and no group has such a member', async () => {
  const ids = { '/Users': await make('/Users', newUser('cross@x.example')), '/Groups': await make('/Groups', { displayName: 'cross' }), '/constructor': await make('/constructor', {}) };
  for (const [own, id] of Object.entries(ids)) {
    for (const place of Object.keys(ids).filter((one) => one !== own)) {
      const body = place === '/constructor' ? {} : { userName: 'q@x.example', displayName: 'q' };
      const answers = [await scim.get(`${place}/${id}`), await scim.put(`${place}/${id}`, body), await scim.patch(`${place}/${id}`, { op: 'add', path: 'externalId', value: 'z' }), await scim.delete(`${place}/${id}`)];
      expect([own, place, answers.map(({ status }) => status)]).toEqual([own, place, [404, 404, 404, 404]]);
    }
    expect((await scim.get(`${own}/${id}`)).body).toMatchObject({ meta: { version: 'W/"1"' } });
  }
  for (const answer of [await scim.patch(`/Groups/${ids['/Groups']}`, { op: 'add', path: 'members', value: [{ value: ids['/constructor'] }] }), await scim.post('/Groups', { displayName: 'none', members: [{ value: ids['/constructor'] }] })]) {
    expect([answer.status, answer.body]).toMatchObject([400, { scimType: 'invalidValue', detail: expect.stringContaining(ids['/constructor']) as string }]);
  }
});

it('a value is unique within each type, and a cursor belongs to one', async () => {
  const tag = { [more]: { tag: 'T' } };
  for (const [path, body, again] of [['/Users', newUser('t1@x.example', tag), newUser('t2@x.example', tag)], ['/Groups', { displayName: 't1', ...tag }, { displayName: 't2', ...tag }], ['/constructor', tag, tag]] as const) {
    const id = await make(path, body);
    expect((await scim.post(path, again)).status).toBe(409);
    for (const name of ['tag', `${more}:tag`, `${more.toUpperCase()}:TAG`]) {
      expect((await scim.get(`${path}?filter=${encodeURIComponent(`${name} eq "t"`)}`)).body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    }
  }
  const everywhere = await scim.post('/.search', { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: 'tag eq "t"', sortBy: 'tag' });
  expect(everywhere.body).toMatchObject({ totalResults: 3 });
  const { nextCursor } = (await scim.get('/constructor?cursor=&count=1')).body as { nextCursor: string };
  for (const path of ['/Users', '/Groups', '']) expect((await scim.get(`${path}?count=1&cursor=${nextCursor}`)).body).toMatchObject({ scimType: 'invalidCursor' });
  expect((await scim.get(`/constructor?count=1&cursor=${nextCursor}`)).status).toBe(200);
});

it('what is removed leaves no word of itself, but for the membership that is kept as removed', async () => {
  const secret = 'unmistakable';
  const tag = { externalId: secret, [more]: { tag: secret } };
  const made = [['/Users', await make('/Users', newUser(`${secret}@x.example`, tag))], ['/Groups', await make('/Groups', { displayName: secret, ...tag })], ['/constructor', await make('/constructor', { value: secret, code: secret, ...tag })]] as const;
  const tables = (await server.query(`select tablename as name from pg_tables where schemaname = 'public'`)).map(({ name }) => String(name));
  const holding = async (id: string) => {
    const rows = await Promise.all(tables.map(async (name) => ({ name, found: await server.query(`select from "${name}" t where t::text like $1 and t::text like $2`, [`%${id}%`, `%${secret}%`]) })));
    return rows.filter(({ found }) => found.length > 0).map(({ name }) => name).toSorted();
  };
  for (const [path, id] of made) {
    expect((await holding(id)).length).toBeGreaterThanOrEqual(3);
    expect((await scim.delete(`${path}/${id}`)).status).toBe(204);
    expect([path, await holding(id)]).toEqual([path, path === '/Users' ? ['membership', 'membership_link'] : []]);
  }
});

it('the log of it all is whole', async () => {
  const pool = new Pool({ ...server.database.owner, max: 1 });
  try {
    while ((await sealWorkspace(pool, workspace.tenant.workspaceId, 1_000)) > 0);
    const rows = await server.query(`select count(*)::int as n from audit_event where workspace_id = $1 and action like 'resource%'`, [workspace.tenant.workspaceId]);
    expect(rows[0]?.['n']).toBeGreaterThan(30);
    expect(await verifyAudit(pool, workspace.tenant.workspaceId)).toMatchObject({ unsealed: 0, fault: undefined });
  } finally {
    await pool.end();
  }
});

it('a paused connection is shut out', async () => {
  const id = await make('/constructor', {});
  const connection = await workspace.connectionToken('paused');
  const paused = scimClient(server, connection.token);
  expect((await paused.get(`/constructor/${id}`)).status).toBe(200);
  expect((await setConnectionPaused(server.ports.store, workspace.operator, 'paused', true)).ok).toBe(true);
  for (const answer of [await paused.get(`/constructor/${id}`), await paused.post('/constructor', {}), await paused.delete(`/constructor/${id}`), await paused.get('/constructor')]) expect(answer.status).toBe(403);
  expect((await scim.get(`/constructor/${id}`)).status).toBe(200);
});
