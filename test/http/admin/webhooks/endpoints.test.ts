// Endpoints of events as people make them: who may, what is refused, what is shown, what the audit and the database keep.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../../../config/settings.ts';
import { tokenParties } from '../../../../src/cli/own-issuer.ts';
import { mintToken } from '../../../../src/http/auth/mint-token.ts';
import { sendRequest } from '../../../support/raw-http.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { expectProblem, person, recordFor } from '../team.ts';
import { hooksClient, type Endpoint, type Hooks } from './hooks.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let hooks: Hooks;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  hooks = await hooksClient(service, workspace);
});
afterAll(async () => await service.stop());

const actions = async (id: string) => (await service.query('select action, outcome from audit_event where target_id = $1 order by id', [id])).map(({ action, outcome }) => `${String(action)} ${String(outcome)}`);
const url = 'https://hooks.example.com/usher';

describe('an endpoint', () => {
  it('is made, read, changed, paused, resumed and deleted, each audited, and the same again writes nothing', async () => {
    const made = await hooks.create({ url, description: 'CRM', topics: ['audit.team_membership_*', 'audit.group_delete', 'audit.group_delete'] });
    expect(made).toMatchObject({ kind: 'webhook', status: 'active', url, description: 'CRM', topics: ['audit.team_membership_*', 'audit.group_delete'], pending: 0, failingSince: null });
    const { secret: _, ...shown } = made;
    expect(await hooks.one(made.id)).toEqual(shown);
    expect((await hooks.send('PATCH', `/${made.id}`, { description: 'Billing' })).json).toMatchObject({ description: 'Billing', url });
    expect((await hooks.send('PATCH', `/${made.id}`, { description: 'Billing', url })).status).toBe(200);
    expect((await hooks.send('PATCH', `/${made.id}`, { status: 'paused' })).json).toMatchObject({ status: 'paused' });
    expect((await hooks.send('PATCH', `/${made.id}`, { status: 'active' })).json).toMatchObject({ status: 'active' });
    expect((await hooks.send('DELETE', `/${made.id}`)).status).toBe(204);
    expectProblem(await hooks.send('GET', `/${made.id}`), { status: 404, code: 'not-found' });
    expect(await actions(made.id)).toEqual(['webhook_create success', 'webhook_update success', 'webhook_update success', 'webhook_update success', 'webhook_delete success']);
  });

  it('shows its secret once, and the database keeps it sealed for this endpoint alone', async () => {
    const one = await hooks.create({ url });
    const other = await hooks.create({ url });
    const listed = (await hooks.send('GET', '?limit=100')).text;
    const kept = JSON.stringify(await service.query('select * from event_endpoint'));
    const audited = JSON.stringify(await service.query('select * from audit_event'));
    for (const text of [listed, kept, audited, (await hooks.send('GET', `/${one.id}`)).text]) for (const { secret } of [one, other]) expect(text).not.toContain(secret.slice(6, 40));
    expect(audited).not.toContain('hooks.example.com');
    const rotated = (await hooks.send('POST', `/${one.id}/rotate-secret`)).json as Endpoint;
    expect(rotated.secret).not.toBe(one.secret);
    expect(Date.parse(String(rotated['formerSecretUntil'])) - Date.now()).toBeGreaterThan(23 * 3_600_000);
  });

  it('is listed in pages', async () => {
    const mine = await service.workspace();
    const client = await hooksClient(service, mine);
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await client.create({ url })).id);
    const first = (await client.send('GET', '?limit=3')).json as { total: number; items: Endpoint[]; nextCursor: string };
    const second = (await client.send('GET', `?limit=3&cursor=${first.nextCursor}`)).json as { items: Endpoint[]; nextCursor: null };
    expect([first.total, ...first.items.map(({ id }) => id), ...second.items.map(({ id }) => id), second.nextCursor]).toEqual([5, ...ids, null]);
    expectProblem(await hooks.send('GET', `/${ids[0]}`), { status: 404, code: 'not-found' });
    for (let count = 5; count < 20; count += 1) await client.create({ url });
    expectProblem(await client.send('POST', '', { url }), { status: 400, code: 'invalid-value', says: /at most 20 endpoints/ });
  });

  it.each<[unknown, RegExp]>([
    [{}, /"url" must be an https address/],
    [{ url: 'http://hooks.example.com/' }, /"url" must be an https address/],
    [{ url: 'https://127.0.0.1/' }, /"url" must be a public address/],
    [{ url: 'https://2130706433/' }, /"url" must be a public address/],
    [{ url: 'https://[::ffff:10.0.0.1]/' }, /"url" must be a public address/],
    [{ url: 'https://db/' }, /"url" must be a public host name/],
    [{ url: 'https://u:p@hooks.example.com/' }, /"url" must not hold a user/],
    [{ url, kind: 'poll' }, /"url" must be left out/],
    [{ url, kind: 'fax' }, /"kind" must be one of/],
    [{ url, topics: [] }, /"topics" must name at least one/],
    [{ url, topics: ['audit.X'] }, /must be a topic such as/],
    [{ url, secret: 'mine' }, /"secret", which is not known/],
    [{ url, description: 'two\nlines' }, /"description" must be one line/],
  ])('is refused as %j', async (body, says) => expectProblem(await hooks.send('POST', '', body), { status: 400, code: 'invalidValue', says }));

  it('belongs to those who may write connections; for others nothing is done, and the attempt is audited', async () => {
    const made = await hooks.create({ url });
    const member = await hooksClient(service, workspace, await person(service, workspace));
    const admin = await hooksClient(service, workspace, await person(service, workspace, 'admin'));
    const every: readonly (readonly [string, string, unknown?])[] = [
      ['GET', ''], ['POST', '', { url }], ['GET', `/${made.id}`], ['PATCH', `/${made.id}`, { status: 'paused' }], ['DELETE', `/${made.id}`], ['POST', `/${made.id}/rotate-secret`], ['POST', `/${made.id}/ping`],
      ['GET', `/${made.id}/deliveries`], ['POST', `/${made.id}/replay`, { from: '2026-01-01T00:00:00Z' }], ['POST', `/${made.id}/poll`, { returnImmediately: true }],
    ];
    for (const [method, path, body] of every) expectProblem(await member.send(method, path, body), { status: 403, code: 'permission-denied' });
    expect(await actions(made.id)).toEqual(['webhook_create success', 'webhook_update denied', 'webhook_delete denied', 'webhook_rotate_secret denied', 'webhook_replay denied']);
    expect((await admin.send('GET', `/${made.id}`)).status).toBe(200);
    const record = await recordFor(service, workspace, workspace.ownerId);
    const reading = await mintToken(service.keys, tokenParties(loadSettings({})), workspace.tenant, { ...record, scopes: ['admin.read'] });
    for (const act of ['ping', 'poll', 'replay', 'rotate-secret']) {
      const headers = { Authorization: `Bearer ${reading}`, 'Content-Type': 'application/json' };
      expectProblem(await sendRequest(service.root, { method: 'POST', path: `/api/v1/webhooks/${made.id}/${act}`, headers, body: act === 'replay' ? `{"eventId":"${made.id}"}` : '{}' }), { status: 403, code: 'permission-denied', says: /lacks the scope admin\.write/ });
    }
    const stranger = await hooksClient(service, await service.workspace());
    for (const [method, path, body] of every.slice(2)) expectProblem(await stranger.send(method, path, body), { status: 404, code: 'not-found' });
  });

  it('without a fitting kind has no secret, no test and no poll', async () => {
    const push = await hooks.create({ kind: 'push', url, audience: 'https://hooks.example.com' });
    const poll = await hooks.create({ kind: 'poll' });
    expect([push.secret, poll.secret, poll['url']]).toEqual([null, null, null]);
    for (const { id } of [push, poll]) expectProblem(await hooks.send('POST', `/${id}/rotate-secret`), { status: 400, code: 'invalid-value' });
    expectProblem(await hooks.send('POST', `/${poll.id}/ping`), { status: 400, code: 'invalid-value' });
    expectProblem(await hooks.send('POST', `/${push.id}/poll`, {}), { status: 400, code: 'invalid-value' });
    expectProblem(await hooks.send('PATCH', `/${poll.id}`, { url }), { status: 400, code: 'invalid-value' });
    expectProblem(await hooks.send('POST', `/${push.id}/replay`, {}), { status: 400, code: 'invalidValue', says: /either "eventId"/ });
    expectProblem(await hooks.send('POST', `/${push.id}/replay`, { eventId: push.id }), { status: 404, code: 'not-found' });
  });
});
