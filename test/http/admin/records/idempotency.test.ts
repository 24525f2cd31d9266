// Idempotency-Key: done once and answered again, by whom, what is kept how, and what happens when the first request never came to its end.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetOldAnswers, organizationsWithOldAnswers } from '../../../../src/persistence/answer-memory.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import type { RawAnswer } from '../../../support/raw-http.ts';
import { expectProblem, person } from '../team.ts';
import { apiClient, type Api } from './api.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Api;
let target: string;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = apiClient(service, (await workspace.personToken(workspace.ownerId)).token);
  target = await person(service, workspace);
});
afterAll(async () => await service.stop());

const deactivate = async (key: string, body: unknown = { reason: 'gone' }, api = owner, id = target): Promise<RawAnswer> => await api('POST', `/team/members/${id}/deactivate`, body, { 'Idempotency-Key': key });
const audited = async (action = 'team_membership_deactivate') => (await service.query('select id from audit_event where workspace_id = $1 and action = $2', [workspace.tenant.workspaceId, action])).length;
const rows = async () => await service.query('select * from idempotency_key where organization_id = $1', [workspace.tenant.organizationId]);
const asPerson = async (id: string) => apiClient(service, (await workspace.personToken(id)).token);

/** Makes the one row look as if the server had died while it worked on it. */
const dieInBetween = async (secondsAgo: number) =>
  await service.query(`update idempotency_key set answer = null, status = null, reserved_at = reserved_at - $2::int * interval '1 second' where organization_id = $1`, [workspace.tenant.organizationId, secondsAgo]);

describe('the same request with the same key', () => {
  it('is done once and answered the same', async () => {
    const first = await deactivate('k1');
    expect([first.status, first.headers['idempotency-replayed']], first.text).toEqual([200, undefined]);
    await owner('POST', `/team/members/${target}/reactivate`);
    const again = await deactivate('k1');
    expect([again.status, again.headers['idempotency-replayed'], again.headers['etag'], again.headers['content-type']]).toEqual([200, 'true', first.headers['etag'], 'application/json']);
    expect(again.text).toBe(first.text);
    expect(await audited()).toBe(1);
  });

  it('is answered a refusal again, and a fault of the request anew', async () => {
    const self = async (key: string) => await deactivate(key, {}, owner, workspace.ownerId);
    const [first, again] = [await self('k2'), await self('k2')];
    expectProblem(again, { status: 403, code: 'self-removal' });
    expect([again.headers['idempotency-replayed'], again.text]).toEqual(['true', first.text]);
    expect((await service.query(`select id from audit_event where workspace_id = $1 and outcome = 'denied'`, [workspace.tenant.workspaceId])).length).toBe(1);
    expectProblem(await deactivate('k3', { unknown: true }), { status: 400, code: 'invalidValue' });
    expect((await deactivate('k3')).status).toBe(200);
  });

  it('twice at the same moment is done by one of them', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, async () => await deactivate('race')));
    expect(answers.filter(({ status, headers }) => status === 200 && headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    for (const { status, headers, json } of answers) expect([200, 409], JSON.stringify([json, headers])).toContain(status);
    for (const answer of answers.filter(({ status }) => status === 409)) expectProblem(answer, { status: 409, code: 'idempotency-key-in-use' });
    expect(await audited()).toBe(1);
    expect((await deactivate('race')).headers['idempotency-replayed']).toBe('true');
  });
});

it('another body, another address or another query with the same key is told so, and not done', async () => {
  await deactivate('k');
  const others = [await deactivate('k', { reason: 'else' }), await deactivate('k', { reason: 'gone' }, owner, await person(service, workspace)), await owner('POST', `/team/members/${target}/deactivate?dryRun=true`, { reason: 'gone' }, { 'Idempotency-Key': 'k' })];
  for (const other of others) expectProblem(other, { status: 422, code: 'idempotency-key-reused' });
  expect(await audited()).toBe(1);
});

describe('a key', () => {
  it('is its caller\'s own, whatever the token', async () => {
    const admin = await person(service, workspace, 'admin');
    await deactivate('shared');
    const byAdmin = await deactivate('shared', { reason: 'gone' }, await asPerson(admin));
    expect([byAdmin.status, byAdmin.headers['idempotency-replayed']]).toEqual([200, undefined]);
    expect((await deactivate('shared', { reason: 'gone' }, await asPerson(workspace.ownerId))).headers['idempotency-replayed']).toBe('true');
    const other = await service.workspace({ organization: workspace.organization });
    const elsewhere = apiClient(service, (await other.personToken(other.ownerId)).token);
    expectProblem(await deactivate('shared', { reason: 'gone' }, elsewhere), { status: 404, code: 'not-found' });
  });

  it('gives a credential that ended no answer', async () => {
    const admin = await person(service, workspace, 'admin');
    const api = await asPerson(admin);
    await deactivate('mine', { reason: 'gone' }, api);
    await owner('POST', `/team/members/${admin}/deactivate`);
    expectProblem(await deactivate('mine', { reason: 'gone' }, api), { status: 401, code: 'membership-deactivated' });
  });

  it.each([['empty', ''], ['too long', 'k'.repeat(256)], ['with a space', 'a b'], ['not ASCII', 'k\u00e9']])('that is %s is refused', async (_, key) => {
    expectProblem(await deactivate(key), { status: 400, code: 'invalidValue', says: /Idempotency-Key/ });
    expect(await audited()).toBe(0);
  });

  it('of 255 characters is one, and a reading method does not know it', async () => {
    expect((await deactivate('k'.repeat(255))).status).toBe(200);
    expect((await owner('GET', `/team/members/${target}`, undefined, { 'Idempotency-Key': 'g' })).status).toBe(200);
    expect(await rows()).toHaveLength(1);
  });
});

it('answers are kept sealed', async () => {
  await deactivate('sealed', { reason: 'gone' });
  const [row] = await rows();
  expect(row).toMatchObject({ status: 200, answer: expect.stringMatching(/^v1\.[0-9a-f]{12}\.[\w-]+$/) });
  expect(JSON.stringify(row)).not.toMatch(/person\d|team\.example|gone/);
  // What was sealed for one key opens for no other.
  await service.query(`update idempotency_key set key = 'moved' where organization_id = $1`, [workspace.tenant.organizationId]);
  expectProblem(await deactivate('moved', { reason: 'gone' }), { status: 409, code: 'idempotency-answer-lost' });
});

describe('a first request that never came to its end', () => {
  it('is at work for two minutes, then what it did is found out: done is not done again', async () => {
    await deactivate('died');
    await owner('POST', `/team/members/${target}/reactivate`);
    await dieInBetween(0);
    const early = await deactivate('died');
    expectProblem(early, { status: 409, code: 'idempotency-key-in-use' });
    expect(early.headers['retry-after']).toBe('2');
    await dieInBetween(130);
    expectProblem(await deactivate('died'), { status: 409, code: 'idempotency-answer-lost', says: /as the request / });
    expect(await audited()).toBe(1);
  });

  it('is done by the next where nothing was changed', async () => {
    await deactivate('died', {}, owner, workspace.ownerId);
    await dieInBetween(130);
    expectProblem(await deactivate('died', {}, owner, workspace.ownerId), { status: 403, code: 'self-removal' });
    await dieInBetween(130);
    const answers = await Promise.all(Array.from({ length: 4 }, async () => await deactivate('died', {}, owner, workspace.ownerId)));
    expect(answers.map(({ status }) => status).filter((status) => status === 403).length).toBeGreaterThanOrEqual(1);
    expect(answers.every(({ status }) => status === 403 || status === 409)).toBe(true);
  });
});

it('keys are forgotten after a day, and mean something new then', async () => {
  await deactivate('old');
  await service.query(`update idempotency_key set reserved_at = now() - interval '25 hours' where organization_id = $1`, [workspace.tenant.organizationId]);
  expect((await deactivate('old', { reason: 'another' })).status).toBe(200);
  const { pool } = service.ports.database;
  const { organizationId } = workspace.tenant;
  expect(await organizationsWithOldAnswers(pool, 100)).not.toContain(organizationId);
  expect(await forgetOldAnswers(pool, organizationId, 10)).toBe(0);
  await service.query(`update idempotency_key set reserved_at = now() - interval '25 hours' where organization_id = $1`, [organizationId]);
  expect(await organizationsWithOldAnswers(pool, 100)).toContain(organizationId);
  expect(await forgetOldAnswers(pool, organizationId, 10)).toBe(1);
  expect(await rows()).toEqual([]);
});
