// Each transition of domain.md §5 at each door that has it: what it is audited as, what it tells the outbox, what it does to status, version, seats and mails, and what the same request does once more.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expireInvitation } from '../../../src/domain/commands/end-invitation.ts';
import { runSchedule } from '../../../src/domain/commands/run-schedule.ts';
import { halfDone } from '../../support/half-done.ts';
import { agreed, seatCounts } from '../../support/seat-counts.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { makeHost, sender, type Send } from '../host/host.ts';
import { tokenOf, type ShownInvitation } from './invitations.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Send;
let okta: Scim;
let people = 0;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  okta = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

const mailbox = () => `person${(people += 1)}@rows.example`;
const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };
const system = () => ({ credential: { kind: 'system', tenant: workspace.tenant }, requestId: 'job', door: 'admin' }) as const;

async function good<T>(answer: PromiseLike<{ readonly status: number; readonly text: string; readonly json?: unknown; readonly body?: unknown }>): Promise<T> {
  const { status, text, json, body } = await answer;
  expect(status, text).toBeLessThan(300);
  return (json ?? body) as T;
}

interface Subject {
  readonly id: string;
  readonly mail: string;
  readonly invitationId?: string;
}

async function active(more: object = {}): Promise<Subject> {
  const mail = mailbox();
  return { mail, id: (await good<{ id: string }>(okta.post('/Users', newUser(mail, { ...more })))).id };
}

async function invited(): Promise<Subject> {
  const mail = mailbox();
  const { id: invitationId, memberId: id } = await good<ShownInvitation>(owner('POST', '/team/invitations', { email: mail }));
  return { id, mail, invitationId };
}

const member = ({ id }: Subject) => `/team/members/${id}`;
const after = (make: () => Promise<Subject>, ...acts: readonly ((who: Subject) => PromiseLike<unknown>)[]) => async () => {
  const who = await make();
  for (const act of acts) await act(who);
  return who;
};

/** What is written: audit rows in order, as `action` or `action outcome`, with the difference that it makes. */
interface Row {
  readonly why: string;
  readonly who: () => Promise<Subject>;
  readonly act: (who: Subject) => PromiseLike<unknown>;
  readonly writes: readonly string[];
  readonly status: string | undefined;
  readonly seats?: -1 | 1;
  readonly mails?: readonly string[];
  /** By how much the version rises; unknown where the member is new. */
  readonly version?: number;
}

const newcomer = async (): Promise<Subject> => ({ id: '', mail: mailbox() });
const deactivates = (who: Subject) => owner('POST', `${member(who)}/deactivate`);
const pauses = (who: Subject) => okta.patch(`/Users/${who.id}`, off);
const removes = (who: Subject) => owner('DELETE', member(who));
const books = (who: Subject) => owner('POST', `${member(who)}/deactivate`, { on: '2090-01-01' });

const rows: readonly Row[] = [
  { why: 'nobody is invited', who: newcomer, act: ({ mail }) => owner('POST', '/team/invitations', { email: mail }), writes: ['team_invitation_create'], status: 'invited', seats: 1, mails: ['invitation'] },
  { why: 'nobody is provisioned', who: newcomer, act: ({ mail }) => okta.post('/Users', newUser(mail)), writes: ['team_membership_provision'], status: 'active', seats: 1 },
  { why: 'nobody is provisioned inactive', who: newcomer, act: ({ mail }) => okta.post('/Users', newUser(mail, { active: false })), writes: ['team_membership_provision'], status: 'deactivated' },
  { why: 'an invited person accepts', who: invited, act: accepts, writes: ['team_invitation_accept'], status: 'active', version: 1 },
  { why: 'an invited person declines', who: invited, act: async (who) => await answers(who, 'decline'), writes: ['team_invitation_decline'], status: undefined, seats: -1 },
  { why: 'an invited person is provisioned', who: invited, act: ({ mail }) => okta.post('/Users', newUser(mail)), writes: ['team_invitation_supersede', 'team_membership_update'], status: 'active', version: 1 },
  { why: 'an invited person is linked', who: invited, act: ({ id }) => okta.patch(`/Users/${id}`, { op: 'add', path: 'externalId', value: 'x' }), writes: ['team_membership_update', 'team_invitation_supersede'], status: 'active', version: 1 },
  ...[deactivates, pauses, ({ id, mail }: Subject) => okta.put(`/Users/${id}`, newUser(mail, { active: false }))].map((act, index) => ({
    why: `an invited person is deactivated, by ${['the team API', 'PATCH', 'PUT'][index] ?? ''}`, who: invited, act, seats: -1 as const, version: 1, status: 'deactivated',
    writes: ['team_invitation_revoke', 'team_membership_deactivate'],
  })),
  ...[removes, ({ id }: Subject) => okta.delete(`/Users/${id}`), ({ invitationId }: Subject) => owner('POST', `/team/invitations/${invitationId}/revoke`)].map((act, index) => ({
    why: `an invitation is revoked, by ${['removal', 'SCIM', 'its id'][index] ?? ''}`, who: invited, act, seats: -1 as const, status: undefined, writes: ['team_invitation_revoke'],
  })),
  { why: 'an invitation runs out', who: invited, act: expires, writes: ['team_invitation_expire'], status: 'invited', seats: -1, version: 0 },
  { why: 'an invitation that ran out is sent again', who: after(invited, expires), act: ({ invitationId }) => owner('POST', `/team/invitations/${invitationId}/resend`), writes: ['team_invitation_renew'], status: 'invited', seats: 1, mails: ['invitation'], version: 0 },
  ...[deactivates, pauses, ({ id }: Subject) => okta.patch(`/Users/${id}`, { op: 'Replace', value: { active: 'False' } })].map((act, index) => ({
    why: `an active member is deactivated, by ${['the team API', 'a path', 'a value'][index] ?? ''}`, who: active, act, writes: ['team_membership_deactivate'], status: 'deactivated', version: 1,
  })),
  { why: 'the same source deactivates again', who: after(active, deactivates), act: deactivates, writes: [], status: 'deactivated', version: 0 },
  { why: 'the same connection deactivates again', who: after(active, pauses), act: pauses, writes: [], status: 'deactivated', version: 0 },
  { why: 'another source deactivates', who: after(active, deactivates), act: pauses, writes: ['team_membership_hold_add'], status: 'deactivated', version: 1 },
  { why: 'a deactivation is booked', who: active, act: books, writes: ['team_membership_deactivation_schedule'], status: 'active', version: 0 },
  { why: 'what is booked is booked again', who: after(active, books), act: books, writes: [], status: 'active', version: 0 },
  { why: 'a booking is cancelled', who: after(active, books), act: (who) => owner('DELETE', `${member(who)}/schedule`), writes: ['team_membership_deactivation_cancel'], status: 'active', version: 0 },
  { why: 'a booking is run', who: after(active, books, falls), act: runs, writes: ['team_membership_deactivate'], status: 'deactivated', version: 1 },
  { why: 'an admin lifts a hold', who: after(active, deactivates), act: (who) => owner('POST', `${member(who)}/reactivate`), writes: ['team_membership_reactivate'], status: 'active', version: 1 },
  { why: 'a connection lifts its hold', who: after(active, pauses), act: ({ id }) => okta.patch(`/Users/${id}`, on), writes: ['team_membership_reactivate'], status: 'active', version: 1 },
  { why: 'a hold of somebody else stays', who: after(active, deactivates), act: ({ id }) => okta.patch(`/Users/${id}`, on), writes: ['team_membership_reactivate withheld'], status: 'deactivated', version: 0 },
  { why: 'one of two holds is lifted', who: after(active, deactivates, pauses), act: ({ id }) => okta.patch(`/Users/${id}`, on), writes: ['team_membership_reactivate withheld'], status: 'deactivated', version: 1 },
  { why: 'somebody who was never active is let in', who: async () => await active({ active: false }), act: ({ id }) => okta.patch(`/Users/${id}`, on), writes: ['team_membership_reactivate'], status: 'active', seats: 1, version: 1 },
  { why: 'an active member is asserted active', who: active, act: ({ id }) => okta.patch(`/Users/${id}`, on), writes: [], status: 'active', version: 0 },
  ...[active, after(active, deactivates)].flatMap((who, state) => [removes, ({ id }: Subject) => okta.delete(`/Users/${id}`)].map((act, door) => ({
    why: `${state === 0 ? 'an active' : 'a deactivated'} member is removed, by ${door === 0 ? 'the team API' : 'SCIM'}`, who, act, writes: ['team_membership_remove'], status: undefined, seats: -1 as const, mails: ['membership_removed'],
  }))),
  { why: 'members are removed together', who: active, act: ({ id }) => owner('POST', '/team/members/bulk-remove', { ids: [id] }), writes: ['team_membership_remove', 'team_membership_bulk_remove'], status: undefined, seats: -1, mails: ['membership_removed'] },
  { why: 'members are deactivated together', who: active, act: ({ id }) => owner('POST', '/team/members/bulk-deactivate', { ids: [id] }), writes: ['team_membership_deactivate', 'team_membership_bulk_deactivate'], status: 'deactivated', version: 1 },
  { why: 'members are deactivated together again', who: after(active, deactivates), act: ({ id }) => owner('POST', '/team/members/bulk-deactivate', { ids: [id] }), writes: [], status: 'deactivated', version: 0 },
  { why: 'members are reactivated together', who: after(active, deactivates), act: ({ id }) => owner('POST', '/team/members/bulk-reactivate', { ids: [id] }), writes: ['team_membership_reactivate', 'team_membership_bulk_reactivate'], status: 'active', version: 1 },
  { why: 'a removed member is restored', who: after(active, removes), act: (who) => owner('POST', `${member(who)}/restore`), writes: ['team_membership_restore'], status: 'active', seats: 1, version: 1 },
  { why: 'a member removed while deactivated is restored', who: after(active, deactivates, removes), act: (who) => owner('POST', `${member(who)}/restore`), writes: ['team_membership_restore'], status: 'deactivated', seats: 1, version: 1 },
  { why: 'a role is changed', who: active, act: (who) => owner('PATCH', member(who), { role: 'admin' }), writes: ['team_membership_role_change'], status: 'active', version: 1 },
  { why: 'a role is changed to what it is', who: active, act: (who) => owner('PATCH', member(who), { role: 'member' }), writes: [], status: 'active', version: 0 },
  { why: 'ownership is transferred', who: active, act: ({ id }) => owner('POST', '/team/ownership-transfer', { to: id, alsoAccount: true }), writes: ['team_ownership_transfer'], status: 'active', version: 1 },
  { why: 'a profile changes', who: active, act: ({ id }) => okta.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'T' }), writes: ['team_membership_update'], status: 'active', version: 1 },
  { why: 'a profile is sent as it is, without active', who: after(active, deactivates), act: ({ id, mail }) => okta.put(`/Users/${id}`, newUser(mail)), writes: [], status: 'deactivated', version: 0 },
  { why: 'somebody joins a group that gives a role', who: active, act: pushes, writes: ['group_member_add', 'team_membership_role_change'], status: 'active', version: 1 },
];

async function answers({ mail, invitationId }: Subject, how: 'accept' | 'decline'): Promise<void> {
  const { sessionToken } = await (await makeHost(service, workspace)).signIn(mail, mail);
  await start();
  await good(sender(service, sessionToken)('POST', `/account/invitations/${how}`, { token: await tokenOf(service, String(invitationId)) }));
}

async function accepts(who: Subject): Promise<void> {
  await answers(who, 'accept');
}

async function expires({ invitationId }: Subject): Promise<void> {
  await service.query(`update invitation set expires_at = now() - interval '1 second' where id = $1`, [invitationId]);
  expect(await expireInvitation(service.ports.store, system(), String(invitationId))).toEqual({ ok: true, value: true });
}

async function falls({ id }: Subject): Promise<void> {
  await service.query(`update scheduled_action set run_at = now() - interval '1 second' where membership_id = $1`, [id]);
}

async function runs({ id }: Subject): Promise<void> {
  expect(await runSchedule(service.ports.store, system(), id)).toEqual({ ok: true, value: 'done' });
}

async function pushes({ id }: Subject): Promise<unknown> {
  const group = await good<{ id: string }>(okta.post('/Groups', { displayName: 'Heads' }));
  await good(owner('PUT', `/team/groups/${group.id}/role`, { role: 'admin' }));
  const { id: connection } = (await good<{ items: { id: string }[] }>(owner('GET', '/connections'))).items[0] ?? { id: '' };
  await good(owner('PATCH', `/connections/${connection}`, { policy: { maxRole: 'admin' } }));
  await start();
  return await okta.patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: id }] });
}

interface State {
  readonly audits: readonly { readonly id: string; readonly action: string; readonly outcome: string }[];
  readonly topics: readonly string[];
  readonly mails: readonly string[];
  readonly seats: number;
  readonly version: number | undefined;
}

let before: State;

async function look(id: string): Promise<State> {
  const values = [workspace.tenant.workspaceId];
  const audits = (await service.query('select id, action, outcome from audit_event where workspace_id = $1 order by id', values)) as unknown as State['audits'];
  const topics = (await service.query('select o.topic, a.outcome from outbox_event o join audit_event a on a.id = o.audit_id where o.workspace_id = $1 order by a.id', values)).map(({ topic, outcome }) => `${String(topic)} ${String(outcome)}`);
  const mails = (await service.query('select template from mail_message where workspace_id = $1 order by id', values)).map(({ template }) => String(template));
  const counts = await seatCounts(service, workspace.tenant.organizationId);
  expect(counts).toEqual(agreed(counts.persons));
  const [row] = id === '' ? [] : await service.query('select version from membership where id = $1', [id]);
  return { audits, topics, mails, seats: counts.persons, version: row?.['version'] as number | undefined };
}

let looked: Subject = { id: '', mail: '' };

/** The act itself begins here: what was done for it before does not count. */
async function start(): Promise<void> {
  before = await look(looked.id);
}

describe('a transition', () => {
  it.each(rows)('$why: $writes', async ({ who, act, writes, status, seats = 0, mails = [], version }) => {
    looked = await who();
    await start();
    const answer = await act(looked);
    if (typeof answer === 'object' && answer !== null && 'status' in answer && 'text' in answer) expect(answer.status, String(answer.text)).toBeLessThan(300);
    const now = await look(looked.id);
    const told = now.audits.slice(before.audits.length);
    expect(told.map(({ action, outcome }) => (outcome === 'success' ? action : `${action} ${outcome}`))).toEqual(writes);
    const topics = told.filter(({ outcome }) => outcome === 'success').map(({ action }) => `audit.${action} success`);
    expect(now.topics.slice(before.topics.length)).toEqual(topics);
    expect([now.seats - before.seats, now.mails.slice(before.mails.length)]).toEqual([seats, mails]);
    if (version !== undefined) expect((now.version ?? 0) - (before.version ?? 0)).toBe(version);
    const [row] = await service.query('select status, deleted_at from membership where workspace_id = $1 and user_name_key = $2', [workspace.tenant.workspaceId, looked.mail]);
    expect(row?.['deleted_at'] === null ? row['status'] : undefined).toBe(status);
  });
});

it('nothing of them is half done', async () => {
  expect(await halfDone(service.query)).toEqual([]);
});
