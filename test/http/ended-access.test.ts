// The matrix of trust.md §4: every way in which access ends, against everything that gave it; the same person elsewhere is not touched (I9).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSchedule } from '../../src/domain/commands/run-schedule.ts';
import type { RawAnswer } from '../support/raw-http.ts';
import { newUser, startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { bulkRequest, patchOp } from './bulk-support.ts';
import { later } from './guards/doors.ts';
import { makeHost, sender, type Host, type Send } from './host/host.ts';
import { tokenOf, type ShownInvitation } from './admin/invitations.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let sister: TestWorkspace;
let host: Host;
/** Of the owners, and of connections that keep and that revoke keys. */
let owner: Send;
let ownerThere: Send;
let idp: Send;
let strictIdp: Send;
let idpThere: Send;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  sister = await service.workspace({ organization: workspace.organization });
  host = await makeHost(service, workspace);
  [owner, ownerThere] = [await personSender(workspace, workspace.ownerId), await personSender(sister, sister.ownerId)];
  [idp, idpThere] = [await idpSender(workspace, 'okta'), await idpSender(sister, 'okta')];
  strictIdp = await idpSender(workspace, 'entra', `, "keysOnRemoval": "revoke"`);
});
afterAll(async () => await service.stop());

async function personSender(where: TestWorkspace, id: string): Promise<Send> {
  return sender(service, (await where.personToken(id)).token);
}

async function idpSender(where: TestWorkspace, label: string, policy = ''): Promise<Send> {
  const { token, record } = await where.connectionToken(label);
  await service.query(`update idp_connection set policy = $2 where id = $1`, [record.connectionId, `{"breaker": {"mode": "off"}${policy}}`]);
  return async (method, path, body) => await sender(service, token)(method, `/scim/v2${path}`, body, body === undefined ? {} : { 'Content-Type': 'application/scim+json' });
}

interface Way {
  readonly name: string;
  readonly ends: 'deactivated' | 'removed';
  readonly keys: 'kept' | 'ended';
  readonly go: (id: string) => Promise<RawAnswer | undefined>;
  /** Lets the person in again; whoever is removed comes back by an admin. */
  readonly back?: (id: string) => Promise<RawAnswer>;
}

const off = { op: 'replace', path: 'active', value: false };
const activate = async (id: string) => await idp('PATCH', `/Users/${id}`, patchOp({ ...off, value: true }));
const reactivate = async (id: string) => await owner('POST', `/team/members/${id}/reactivate`);
const restore = async (id: string) => await owner('POST', `/team/members/${id}/restore`);
const deactivating = { ends: 'deactivated', keys: 'kept', back: activate } as const;
const removing = { ends: 'removed', keys: 'kept', back: restore } as const;

async function runBooked(id: string, suspendApiKeys: boolean): Promise<undefined> {
  const booked = await owner('POST', `/team/members/${id}/deactivate`, { on: later, suspendApiKeys });
  expect(booked.status, booked.text).toBe(202);
  await service.query(`update scheduled_action set run_at = now() - interval '1 second' where status = 'pending' and membership_id = $1`, [id]);
  const ran = await runSchedule(service.ports.store, { credential: { kind: 'system', tenant: workspace.tenant }, requestId: 'schedule', door: 'admin' }, id);
  expect(ran).toEqual({ ok: true, value: 'done' });
}

const ways: readonly Way[] = [
  { name: 'PATCH with a path', ...deactivating, go: async (id) => await idp('PATCH', `/Users/${id}`, patchOp(off)) },
  { name: 'PATCH without a path', ...deactivating, go: async (id) => await idp('PATCH', `/Users/${id}`, patchOp({ op: 'Replace', value: { active: 'False' } })) },
  { name: 'PUT', ...deactivating, go: async (id) => await idp('PUT', `/Users/${id}`, { ...((await idp('GET', `/Users/${id}`)).json as object), active: false }) },
  { name: 'DELETE', ...removing, go: async (id) => await idp('DELETE', `/Users/${id}`) },
  { name: 'DELETE by a connection that revokes keys', ...removing, keys: 'ended', go: async (id) => await strictIdp('DELETE', `/Users/${id}`) },
  { name: 'PATCH in /Bulk', ...deactivating, go: async (id) => await idp('POST', '/Bulk', bulkRequest([{ method: 'PATCH', path: `/Users/${id}`, data: patchOp(off) }])) },
  { name: 'PUT in /Bulk', ...deactivating, go: async (id) => await idp('POST', '/Bulk', bulkRequest([{ method: 'PUT', path: `/Users/${id}`, data: { ...((await idp('GET', `/Users/${id}`)).json as object), active: false } }])) },
  { name: 'DELETE in /Bulk', ...removing, go: async (id) => await idp('POST', '/Bulk', bulkRequest([{ method: 'DELETE', path: `/Users/${id}` }])) },
  { name: 'DELETE in /Bulk by a connection that revokes keys', ...removing, keys: 'ended', go: async (id) => await strictIdp('POST', '/Bulk', bulkRequest([{ method: 'DELETE', path: `/Users/${id}` }])) },
  { name: 'team deactivate', ...deactivating, back: reactivate, go: async (id) => await owner('POST', `/team/members/${id}/deactivate`) },
  { name: 'team deactivate with suspendApiKeys', ...deactivating, back: reactivate, keys: 'ended', go: async (id) => await owner('POST', `/team/members/${id}/deactivate`, { suspendApiKeys: true }) },
  { name: 'team remove', ...removing, go: async (id) => await owner('DELETE', `/team/members/${id}`) },
  { name: 'team remove with revokeApiKeys', ...removing, keys: 'ended', go: async (id) => await owner('DELETE', `/team/members/${id}`, { revokeApiKeys: true }) },
  { name: 'team bulk-deactivate', ...deactivating, back: reactivate, go: async (id) => await owner('POST', '/team/members/bulk-deactivate', { ids: [id] }) },
  { name: 'team bulk-deactivate with suspendApiKeys', ...deactivating, back: reactivate, keys: 'ended', go: async (id) => await owner('POST', '/team/members/bulk-deactivate', { ids: [id], suspendApiKeys: true }) },
  { name: 'team bulk-remove', ...removing, go: async (id) => await owner('POST', '/team/members/bulk-remove', { ids: [id] }) },
  { name: 'team bulk-remove with revokeApiKeys', ...removing, keys: 'ended', go: async (id) => await owner('POST', '/team/members/bulk-remove', { ids: [id], revokeApiKeys: true }) },
  { name: 'a schedule', ...deactivating, back: reactivate, go: async (id) => await runBooked(id, false) },
  { name: 'a schedule with suspendApiKeys', ...deactivating, back: reactivate, keys: 'ended', go: async (id) => await runBooked(id, true) },
];

let people = 0;

/** Somebody in one workspace with everything that gives access there. */
interface Access {
  readonly id: string;
  readonly session: string;
  readonly token: string;
  readonly key: string;
}

async function join(where: TestWorkspace, push: Send, as: Send, userName: string, booked: boolean): Promise<Access> {
  const made = await push('POST', '/Users', newUser(userName));
  expect(made.status, made.text).toBe(201);
  const { id } = made.json as { id: string };
  const { token } = await where.personToken(id);
  const key = await sender(service, token)('POST', '/team/keys', { name: 'k', scopes: ['admin.read', 'scim.read', 'app:reports'] });
  expect(key.status, key.text).toBe(201);
  if (booked) expect((await as('POST', `/team/members/${id}/deactivate`, { on: later })).status).toBe(202);
  const { sessionToken: session } = await host.signIn(`subject of ${userName}`, userName, where.slug);
  return { id, session, token, key: (key.json as { token: string }).token };
}

async function invited(as: Send, email: string): Promise<{ readonly id: string; readonly link: string }> {
  const made = await as('POST', '/team/invitations', { email });
  expect(made.status, made.text).toBe(201);
  const { id, memberId } = made.json as ShownInvitation;
  return { id: memberId, link: await tokenOf(service, id) };
}

/** Status of the next requests with a credential at both doors, and whether the host is told that it holds. */
async function worth(token: string): Promise<unknown[]> {
  const send = sender(service, token);
  return [(await send('GET', '/team/members')).status, (await send('GET', '/scim/v2/Users?count=1')).status, (await host.introspect(token))['active']];
}

const home = async (email: string) => (await host.signIn(`subject of ${email}`, email)).sessionToken;
const accept = async (email: string, link: string) => await sender(service, await home(email))('POST', '/account/invitations/accept', { token: link });

async function end(way: Way, id: string): Promise<void> {
  const done = await way.go(id);
  if (done === undefined) return;
  expect(done.status, done.text).toBeLessThan(300);
  const inside = (done.json as { Operations?: { status: string }[] } | undefined)?.Operations ?? [];
  for (const { status } of inside) expect(Number(status), done.text).toBeLessThan(300);
}

/** What stands of somebody in the other workspace; of what is noted as used nothing is looked at. */
async function there(ids: readonly string[]): Promise<unknown> {
  const tables = { membership: 'id', invitation: 'membership_id', scheduled_action: 'membership_id', membership_hold: 'membership_id', membership_link: 'membership_id' };
  const rows = Object.entries(tables).map(async ([table, column]) => await service.query(`select * from ${table} where workspace_id = $1 and ${column} = any($2) order by 2`, [sister.tenant.workspaceId, ids]));
  const claims = service.query('select c.workspace_id, c.account_id from seat_claim c join membership m on m.account_id = c.account_id where c.workspace_id = $1 and m.id = any($2) order by 2', [sister.tenant.workspaceId, ids]);
  return await Promise.all([...rows, claims]);
}

const pendingOf = async (id: string) => await service.query(`select id from scheduled_action where membership_id = $1 and status = 'pending'`, [id]);

describe.each(ways)('$name', (way) => {
  const usable = [200, 200, true];
  /** Sessions are for people, who do not speak SCIM. */
  const open = [200, 403, true];
  const dead = [401, 401, false];

  it('ends everything here at once and nothing elsewhere, for good', async () => {
    const email = `leaver${(people += 1)}@ended.example`;
    const [here, elsewhere] = [await join(workspace, idp, owner, email, true), await join(sister, idpThere, ownerThere, email, true)];
    const atHome = await home(email);
    for (const { session, token, key } of [here, elsewhere]) expect(await Promise.all([session, token, key].map(worth))).toEqual([open, usable, usable]);
    const before = await there([elsewhere.id]);
    await end(way, here.id);
    expect(await Promise.all([here.session, here.token].map(worth))).toEqual([dead, dead]);
    expect(await worth(here.key)).toEqual(way.keys === 'kept' ? [403, 403, true] : dead);
    if (way.keys === 'kept') expect(await host.introspect(here.key)).toMatchObject({ scope: 'app:reports' });
    expect(await pendingOf(here.id)).toEqual([]);
    expect(await there([elsewhere.id])).toEqual(before);
    expect(await Promise.all([elsewhere.session, elsewhere.token, elsewhere.key].map(worth))).toEqual([open, usable, usable]);
    expect((await sender(service, atHome)('GET', '/account')).status).toBe(200);
    const denied = await host.open({ subject: { id: `subject of ${email}` }, workspace: workspace.slug });
    expect([denied.status, (denied.json as { code: string }).code]).toEqual([403, way.ends === 'removed' ? 'no-membership' : 'membership-deactivated']);

    const back = await way.back?.(here.id);
    expect(back?.status, back?.text).toBe(200);
    expect(await Promise.all([here.session, here.token].map(worth))).toEqual([dead, dead]);
    expect(await worth(here.key)).toEqual(way.ends === 'removed' && way.keys === 'ended' ? dead : usable);
    expect(await pendingOf(here.id)).toEqual([]);
  });

  it('leaves who is nowhere else nothing but account home', async () => {
    const email = `orphan${(people += 1)}@ended.example`;
    const here = await join(workspace, idp, owner, email, false);
    const atHome = await home(email);
    await end(way, here.id);
    const send = sender(service, atHome);
    expect([(await send('GET', '/account')).status, (await send('GET', '/team/members')).status, (await send('GET', '/scim/v2/Users')).status]).toEqual([200, 403, 403]);
    expect((await sender(service, here.session)('GET', '/account')).status).toBe(401);
    expect((await sender(service, await home(email))('GET', '/account')).status).toBe(200);
  });

  it('voids the link of who was invited, and no other', async () => {
    const email = `guest${(people += 1)}@ended.example`;
    const [here, elsewhere] = [await invited(owner, email), await invited(ownerThere, email)];
    const before = await there([elsewhere.id]);
    await end(way, here.id);
    expect(await there([elsewhere.id])).toEqual(before);
    const refused = await accept(email, here.link);
    expect([refused.status, (refused.json as { code: string }).code]).toEqual([410, 'invitation-revoked']);
    const joined = await accept(email, elsewhere.link);
    expect(joined.status, joined.text).toBe(200);
  });
});

const erasures: readonly (readonly [string, (email: string, id: string) => Promise<RawAnswer>])[] = [
  ['one’s own', async (email) => await sender(service, await home(email))('POST', '/account/erasure', { confirm: email })],
  ['the account owner’s', async (_, id) => await owner('POST', '/organization/erasures', { memberId: id, consent: { reference: 'ticket 7', givenAt: '2026-01-02T03:04:05Z' } })],
];

it.each(erasures)('an erasure on %s request ends everything everywhere', async (_, erase) => {
  const email = `erased${(people += 1)}@ended.example`;
  const places = [await join(workspace, idp, owner, email, true), await join(sister, idpThere, ownerThere, email, true)];
  const atHome = await home(email);
  const done = await erase(email, places[0]?.id ?? '');
  expect(done.status, done.text).toBe(200);
  for (const { id, session, token, key } of places) {
    for (const credential of [session, token, key]) expect(await worth(credential)).toEqual([401, 401, false]);
    expect(await pendingOf(id)).toEqual([]);
  }
  expect((await sender(service, atHome)('GET', '/account')).status).toBe(401);
  expect((await host.open({ subject: { id: `subject of ${email}` }, workspace: workspace.slug })).status).toBe(403);
});
