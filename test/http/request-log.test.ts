// The log of what connections send: written after the answer, found again, masked, bounded, and ended in time.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyMask } from '../../src/http/scim/mask-body.ts';
import { createRequestLog, forgetRequests, loggedWorkspaces } from '../../src/persistence/request-log.ts';
import { resourceTypes } from '../../src/scim/schema/resource-types.ts';
import { newUser, startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { ownersConnections, type Connections } from './admin/connections.ts';

interface Logged {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly problem: string | null;
  readonly request: unknown;
  readonly response: unknown;
}

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Connections;
beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  owner = await ownersConnections(service, workspace);
});
afterAll(async () => await service.stop());

const listed = async (id: string, query = '') => (await owner.good<{ items: Logged[] }>(200, 'GET', `/${id}/requests${query}`)).items;

describe('the log', () => {
  it('holds what was asked and answered, without bodies, the latest first', async () => {
    const { id } = await owner.make('Logged');
    const scim = await owner.scim(id);
    const made = await scim.post('/Users', newUser('ada@logged.example'));
    await scim.patch(`/Users/${made.body.id}`, { op: 'replace', path: 'title', value: 'Countess' });
    await scim.get('/Users?filter=userName eq "ada@logged.example"');
    await scim.post('/Users', newUser('ada@logged.example'));
    await scim.get('/Nothing');
    expect(await listed(id)).toEqual([]);
    await service.ports.requestLog.flush();
    const items = await listed(id);
    expect(items.map(({ method, path, status, problem }) => [method, path, status, problem])).toEqual([
      ['GET', 'no route', 404, 'not-found'],
      ['POST', '/scim/v2/Users', 409, 'duplicate'],
      ['GET', '/scim/v2/Users', 200, null],
      ['PATCH', '/scim/v2/Users/:id', 200, null],
      ['POST', '/scim/v2/Users', 201, null],
    ]);
    expect(items.every(({ request, response }) => request === null && response === null)).toBe(true);
    expect(JSON.stringify(items)).not.toMatch(/ada@|Countess/);
    expect((await listed(id, '?status=409')).map(({ problem }) => problem)).toEqual(['duplicate']);
    expect((await listed(id, '?status=4xx')).map(({ status }) => status)).toEqual([404, 409]);
    expect(await listed(id, '?method=PATCH&path=/scim/v2/Users/:id')).toHaveLength(1);
    expect(await listed(id, `?since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    const page = await owner.good<{ total: number; items: Logged[]; nextCursor: string }>(200, 'GET', `/${id}/requests?limit=2`);
    expect([page.total, page.items.length]).toEqual([5, 2]);
    expect(await listed(id, `?limit=2&cursor=${encodeURIComponent(page.nextCursor)}`)).toHaveLength(2);
    expect(await owner.good(200, 'GET', `/${id}/requests/${items[1]?.id}`)).toMatchObject({ status: 409, problem: 'duplicate' });
    const shown = await owner.one(id);
    expect([typeof shown.lastSeenAt, typeof shown.tokens[0]?.lastUsedAt]).toEqual(['string', 'string']);
  });

  it('keeps bodies, masked, only where the policy says so, and nothing at all where it says that', async () => {
    const { id } = await owner.make('Bodies', { log: { bodies: true } });
    const scim = await owner.scim(id);
    await scim.get('/Users?count=0');
    await service.ports.requestLog.flush();
    const made = await scim.post('/Users', newUser('grace@bodies.example', { title: 'Admiral', active: true }));
    await scim.patch(`/Users/${made.body.id}`, { op: 'Replace', path: 'emails[value eq "grace@bodies.example"].type', value: 'home' });
    await scim.post('/Users', newUser('grace@bodies.example'));
    await service.ports.requestLog.flush();
    const [refused, patched, created] = await Promise.all((await listed(id)).slice(0, 3).map(async ({ id: one }) => await owner.good<Logged>(200, 'GET', `/${id}/requests/${one}`)));
    expect(created?.request).toMatchObject({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: '•••', title: '•••', active: true, emails: [{ value: '•••', type: 'work', primary: true }] });
    expect(created?.response).toMatchObject({ id: made.body.id, userName: '•••', active: true });
    expect(patched?.request).toMatchObject({ Operations: [{ op: 'Replace', path: 'emails[…].type', value: '•••' }] });
    expect(refused?.response).toMatchObject({ status: '409', scimType: 'uniqueness', detail: '•••' });
    expect(JSON.stringify([refused, patched, created])).not.toMatch(/grace|Admiral/i);
    await owner.good(200, 'PATCH', `/${id}`, { policy: { log: { retentionDays: 0 } } });
    const before = (await listed(id)).length;
    await scim.get('/Users?count=0');
    await service.ports.requestLog.flush();
    expect(await listed(id)).toHaveLength(before);
  });

  it('is ended by the policy of each connection', async () => {
    const apart = await service.workspace();
    const its = await ownersConnections(service, apart);
    const { id } = await its.make('Ending', { log: { retentionDays: 3 } });
    const scim = await its.scim(id);
    for (let n = 0; n < 3; n += 1) await scim.get('/Users?count=0');
    await service.ports.requestLog.flush();
    const { workspaceId } = apart.tenant;
    await service.query(`update scim_request_log set at = now() - interval '4 days' where connection_id = $1 and id in (select id from scim_request_log where connection_id = $1 limit 2)`, [id]);
    const { pool } = service.ports.database;
    expect(await loggedWorkspaces(pool, 10)).toContain(workspaceId);
    expect(await forgetRequests(pool, workspaceId, 1)).toBe(1);
    expect(await forgetRequests(pool, workspaceId, 100)).toBe(1);
    expect(await forgetRequests(pool, workspaceId, 100)).toBe(0);
    expect((await its.good<{ items: unknown[] }>(200, 'GET', `/${id}/requests`)).items).toHaveLength(1);
  });

  it('drops and counts what it cannot keep, and never fails', async () => {
    const log = createRequestLog(service.ports.database.pool);
    const entry = { ...workspace.tenant, connectionId: workspace.ownerId, tokenId: workspace.ownerId, at: new Date(), method: 'GET', path: '/Users', status: 200, problem: undefined, durationMs: 1, requestId: 'r', request: undefined, response: undefined };
    for (let n = 0; n < 5_010; n += 1) log.record(entry);
    expect(log.dropped()).toBe(10);
    log.record({ ...entry, status: 1e9 });
    await log.flush();
    log.record({ ...entry, status: 1e9 });
    await log.flush();
    expect(log.dropped()).toBe(12);
    expect(await service.query(`select from scim_request_log where connection_id = $1`, [workspace.ownerId])).toEqual([]);
  });
});

describe('the mask', () => {
  const mask = bodyMask(resourceTypes);
  const word = fc.string({ minLength: 3, maxLength: 12, unit: 'grapheme' }).map((text) => `§${text}§`);
  const names = ['userName', 'title', 'emails', 'value', 'path', 'op', 'schemas', 'active', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'detail', 'members', 'type', 'status', 'id', 'scimType', '__proto__', 'constructor'];

  it('lets no word of a request through, whatever shape it has', () => {
    const body = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof({ maxDepth: 5 }, word, fc.boolean(), fc.constant(4_915_112_345), fc.array(tie('node'), { maxLength: 4 }), fc.dictionary(fc.oneof(fc.constantFrom(...names), word, word.map((text) => `emails[value eq "${text}"].value`)), tie('node'), { maxKeys: 5 })),
    })).node;
    fc.assert(
      fc.property(body, (given) => {
        const text = JSON.stringify(mask(given)) ?? '';
        expect(text).not.toContain('§');
        expect(text).not.toContain('4915112345');
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps what tells a fault apart', () => {
    const patch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', value: 'boss' }, { op: 'replace', value: { 'name.givenName': 'Ada', active: 'False', nickname2: 'x' } }] };
    expect(mask(patch)).toEqual({
      schemas: patch.schemas,
      Operations: [{ op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', value: '•••' }, { op: 'replace', value: { 'name.givenName': '•••', active: 'False', '(other)': '•••' } }],
    });
    expect(mask({ members: Array.from({ length: 60 }, () => ({ value: '0190aaaa-0000-7000-8000-000000000001' })) })).toMatchObject({ members: expect.arrayContaining(['(10 more)']) });
    expect(mask(undefined)).toBeUndefined();
  });
});
