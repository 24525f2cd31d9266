// Everything at once in one workspace, with its jobs running twice: nothing fails, nothing is half done, and every invariant holds afterwards.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeHost, sender, type Host, type Opened, type Send } from '../http/host/host.ts';
import { hooksClient } from '../http/admin/webhooks/hooks.ts';
import { halfDone } from '../support/half-done.ts';
import { startReceiver, until, type Receiver } from '../support/receiver.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { verifyWorkspace } from '../support/verified.ts';
import { activeOwners, addMember, deadlocks, giveRole, newName } from './racing.ts';

const stormMs = 3_000;
const people = Array.from({ length: 14 }, () => newName());

let service: StartedServer;
let receiver: Receiver;
let workspace: TestWorkspace;
let beside: TestWorkspace;
let host: Host;
let owners: readonly Send[];
let idps: readonly Scim[];
let groups: readonly string[];
let endpointId: string;

beforeAll(async () => {
  service = await startForTest({ OUTGOING_LOOPBACK: 'true', RATE_LIMIT_PER_SECOND: '100000' });
  receiver = await startReceiver();
  receiver.answer = () => (Math.random() < 0.2 ? 500 : 200);
  beside = await service.workspace({ seats: 14 });
  workspace = await service.workspace({ organization: beside.organization });
  host = await makeHost(service, workspace);
  const okta = scimClient(service, (await workspace.connectionToken('okta')).token);
  idps = [okta, scimClient(service, (await workspace.connectionToken('entra')).token), scimClient(service, (await beside.connectionToken('okta')).token)];
  const second = await addMember(okta);
  await giveRole(service, workspace, second, 'owner');
  owners = await Promise.all([workspace.ownerId, second].map(async (id) => sender(service, (await workspace.personToken(id)).token)));
  for (const userName of people) await okta.post('/Users', newUser(userName));
  const made = await Promise.all(['Gives', 'Gives more', 'Gives nothing'].map(async (displayName) => await okta.post('/Groups', { displayName })));
  groups = made.map(({ body }) => (body as { id: string }).id);
  endpointId = (await (await hooksClient(service, workspace)).create({ url: receiver.url, topics: ['audit.*'] })).id;
});
afterAll(async () => {
  await receiver.stop();
  await service.stop();
});

const pick = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;
const someone = () => pick(people);
const byAnOwner: Send = async (...request) => await pick(owners)(...request);
const pushed = async (op: object) => await pick(idps).patch(`/Users/${await member()}`, op);

/** Anybody who was ever here, who may have gone, or some. */
async function members(most: number): Promise<string[]> {
  const rows = await service.query('select id from membership where workspace_id = $1 and user_name = any($2) order by (deleted_at is not null and random() < 0.7), random() limit $3', [workspace.tenant.workspaceId, people, most]);
  return rows.map(({ id }) => String(id));
}
const member = async () => (await members(1))[0] ?? randomUUID();
const livesIn = { invitation: `status = 'pending'`, api_key: 'revoked_at is null', blocked_intent: `status = 'open'`, idp_connection: 'true' } as const;
/** One that lives rather than one that has ended. */
const rowOf = async (table: keyof typeof livesIn) =>
  String((await service.query(`select id from ${table} where workspace_id = $1 order by (${livesIn[table]} and random() < 0.8) desc, random() limit 1`, [workspace.tenant.workspaceId]))[0]?.['id'] ?? randomUUID());

async function signIn(): Promise<Send | undefined> {
  const email = someone();
  const { status, json } = await host.open({ subject: { id: `s ${email}`, email, emailVerified: true }, workspace: workspace.slug });
  return status === 201 ? sender(service, (json as Opened).sessionToken) : undefined;
}

const acts: Readonly<Record<string, () => Promise<{ status: number; text?: string } | undefined>>> = {
  provision: async () => await pick(idps).post('/Users', newUser(someone(), { externalId: someone() })),
  idpOff: async () => await pushed({ op: 'replace', path: 'active', value: false }),
  idpOn: async () => await pushed({ op: 'replace', path: 'active', value: true }),
  idpRemove: async () => await pick(idps).delete(`/Users/${await member()}`),
  pushGroup: async () => await pick(idps).patch(`/Groups/${pick(groups)}`, { op: pick(['add', 'remove']), path: 'members', value: (await members(3)).map((value) => ({ value })) }),
  map: async () => await byAnOwner('PUT', `/team/groups/${pick(groups.slice(0, 2))}/role`, { role: pick(['owner', 'admin', 'member']) }),
  unmap: async () => await byAnOwner('DELETE', `/team/groups/${pick(groups)}/role`),
  remove: async () => await byAnOwner('DELETE', `/team/members/${await member()}`, { revokeApiKeys: true }),
  restore: async () => await byAnOwner('POST', `/team/members/${await member()}/restore`),
  deactivate: async () => await byAnOwner('POST', `/team/members/${await member()}/deactivate`, { suspendApiKeys: true }),
  book: async () => await byAnOwner('POST', `/team/members/${await member()}/deactivate`, { on: '2099-01-01' }),
  due: async () => {
    await service.query(`update scheduled_action set run_at = now() where status = 'pending'`);
    await service.query(`update invitation set expires_at = now() where status = 'pending' and random() < 0.3`);
    return undefined;
  },
  reactivate: async () => await byAnOwner('POST', `/team/members/${await member()}/reactivate`, { override: true, reason: 'storm' }),
  bulkRemove: async () => await byAnOwner('POST', '/team/members/bulk-remove', { ids: await members(4) }),
  bulkDeactivate: async () => await byAnOwner('POST', '/team/members/bulk-deactivate', { ids: await members(4) }),
  bulkReactivate: async () => await byAnOwner('POST', '/team/members/bulk-reactivate', { ids: await members(4) }),
  role: async () => await byAnOwner('PATCH', `/team/members/${await member()}`, { role: pick(['owner', 'admin', 'member']) }),
  invite: async () => await byAnOwner('POST', '/team/invitations', { email: someone() }, { 'Idempotency-Key': `k${Math.floor(Math.random() * 40)}` }),
  import: async () => await byAnOwner('POST', '/team/invitations/import', `email\n${[...new Set([someone(), newName(), someone()])].join('\n')}\n`, { 'Content-Type': 'text/csv' }),
  resend: async () => await byAnOwner('POST', `/team/invitations/${await rowOf('invitation')}/resend`),
  revoke: async () => await byAnOwner('POST', `/team/invitations/${await rowOf('invitation')}/revoke`),
  zone: async () => await byAnOwner('PATCH', '/workspace', { timeZone: pick(['UTC', 'Europe/Berlin']) }),
  successor: async () => await byAnOwner('PUT', '/team/successor', { member: await member() }),
  own: async () => await byAnOwner('PUT', `/resources/campaign/c${Math.floor(Math.random() * 20)}`, { owner: await member() }),
  key: async () => await (await signIn())?.('POST', '/team/keys', { name: 'storm', scopes: ['admin.read'] }),
  revokeKey: async () => await byAnOwner('DELETE', `/team/keys/${await rowOf('api_key')}`),
  signOut: async () => await (await signIn())?.('DELETE', '/account/sessions'),
  finish: async () => await byAnOwner('POST', `/connections/blocked-intents/${await rowOf('blocked_intent')}/finish`, { transferTo: await member() }),
  dismiss: async () => await byAnOwner('POST', `/connections/blocked-intents/${await rowOf('blocked_intent')}/dismiss`, { reason: 'storm' }),
  policy: async () => await byAnOwner('PATCH', `/connections/${await rowOf('idp_connection')}`, { policy: { breaker: { mode: pick(['off', 'alert', 'hold']), most: 20, windowMinutes: 1 } } }),
  release: async () => await byAnOwner('POST', `/connections/${await rowOf('idp_connection')}/breaker/release`),
  replay: async () => await byAnOwner('POST', `/webhooks/${endpointId}/replay`, { from: new Date(Date.now() - 1_000).toISOString(), to: new Date().toISOString() }),
  rehearse: async () => await byAnOwner('DELETE', `/team/members/${await member()}?dryRun=true`),
};

/** What no sequence of acts may leave behind; each line is a statement that finds nothing. */
const wrong: Readonly<Record<string, string>> = {
  'a session without its member': `select s.id from user_session s join membership m on m.id = s.membership_id where s.ended_at is null and (m.deleted_at is not null or m.status <> 'active' or s.epoch <> m.epoch)`,
  'a link to nobody who waits': `select i.id from invitation i join membership m on m.id = i.membership_id where i.status = 'pending' and (m.deleted_at is not null or m.status <> 'invited')`,
  'two links of one person': `select membership_id from invitation where status = 'pending' group by 1 having count(*) > 1`,
  'a mail with a dead link': `select q.id from mail_message q join invitation i on i.id = q.invitation_id where q.status in ('waiting', 'held') and i.status <> 'pending' and i.status <> 'expired'`,
  'a booking for nobody': `select s.id from scheduled_action s join membership m on m.id = s.membership_id where s.status = 'pending' and (m.deleted_at is not null or m.status = 'deactivated')`,
  'an intent about nobody': `select b.id from blocked_intent b join membership m on m.id = b.membership_id where b.status = 'open' and m.deleted_at is not null`,
  'two people of one account': `select account_id from membership where deleted_at is null group by workspace_id, account_id having count(*) > 1`,
  'a role that is not the strongest': `select m.id from membership m where m.deleted_at is null
     and array_position(array['member', 'admin', 'owner'], m.role) <> greatest(array_position(array['member', 'admin', 'owner'], m.base_role), (
       select max(array_position(array['member', 'admin', 'owner'], r.role)) from group_role r join group_member g on g.group_id = r.group_id where g.member_id = m.id))
     and not exists (select from blocked_intent b where b.membership_id = m.id and b.act = 'demote' and b.status = 'open')`,
};

it('everything at once fails nothing, waits in no circle and leaves nothing by halves', { timeout: 60_000 }, async () => {
  const jobs = [service.startJobs({ everyMs: 50 }), service.startJobs({ everyMs: 50 })];
  let done = 0;
  const failed: string[] = [];
  const end = performance.now() + stormMs;
  const actor = async () => {
    while (performance.now() < end) {
      const name = pick(Object.keys(acts));
      const answer = await acts[name]?.();
      if (answer === undefined) continue;
      done += 1;
      const ended = answer.status === 401 && name !== 'key' && name !== 'signOut';
      if (answer.status >= 500 || ended) failed.push(`${name} ${answer.status} ${answer.text ?? ''}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, actor));
  expect([failed, done > 20]).toEqual([[], true]);
  receiver.answer = () => 200;
  await service.query(`update event_delivery set next_at = now() where status = 'pending'`);
  await until(async () => (await service.query(`select from outbox_event union all select from event_delivery where status = 'pending'`)).length === 0, 20_000);
  await Promise.all(jobs.map(async (each) => await each.stop()));
  // One that ran out at the very end holds its seat until a job writes that down, which the count from the memberships cannot know.
  await service.query(`update invitation set expires_at = now() + interval '7 days' where status = 'pending'`);
  expect(await deadlocks(service)).toBe(0);
  const faults = await Promise.all(Object.entries(wrong).map(async ([what, text]) => (await service.query(text)).map(({ id }) => `${what}: ${String(id)}`)));
  expect([...faults.flat(), ...(await halfDone(service.query))]).toEqual([]);
  expect((await activeOwners(service, workspace)).length).toBeGreaterThan(0);
  for (const each of [workspace, beside]) await verifyWorkspace(service, each);
});
