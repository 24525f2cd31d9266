// Answers to invitations: only the person of the invited verified address gives one, a link is good for one answer, and dead ones are gone.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expireInvitation } from '../../../src/domain/commands/end-invitation.ts';
import { invitationJobs } from '../../../src/compose-invitations.ts';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { agreed, seatCounts } from '../../support/seat-counts.ts';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { makeHost, sender, type Host, type Send } from '../host/host.ts';
import { tokenOf, type ShownInvitation } from './invitations.ts';
import { expectProblem } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Send;
let host: Host;
let people = 0;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  host = await makeHost(service, workspace);
});
afterAll(async () => await service.stop());

interface Guest {
  readonly email: string;
  readonly invitation: ShownInvitation;
  readonly token: string;
}

async function guest(more: object = {}): Promise<Guest> {
  const email = `guest${(people += 1)}@answer.example`;
  const made = await owner('POST', '/team/invitations', { email, ...more });
  expect(made.status, made.text).toBe(201);
  const invitation = made.json as ShownInvitation;
  return { email, invitation, token: await tokenOf(service, invitation.id) };
}

/** At account home, with this e-mail vouched for. */
async function home(email: string): Promise<Send> {
  return sender(service, (await host.signIn(`subject of ${email}`, email)).sessionToken);
}

const accept = async (send: Send, token: string) => await send('POST', '/account/invitations/accept', { token });
const decline = async (send: Send, token: string) => await send('POST', '/account/invitations/decline', { token });
const seats = async () => await seatCounts(service, workspace.tenant.organizationId);
const lapse = async (id: string) => await service.query(`update invitation set expires_at = now() - interval '1 second' where id = $1`, [id]);
const expiry = () => invitationJobs({ pool: service.ports.database.pool, settings: { invitationUrl: undefined, smtpUrl: undefined, mailFrom: undefined }, keys: service.keys, baseUrl: service.root }, service.ports.store)[0];
const actions = async (memberId: string) =>
  (await service.query(`select action, outcome, actor_kind from audit_event where target_id = $1 order by id`, [memberId])).map(({ action, outcome, actor_kind: who }) => `${String(action)} ${String(outcome)} ${String(who)}`);

describe('an invitation', () => {
  it('is accepted by its person: active from the next request on, the seat as before, the link used up', async () => {
    const { email, invitation, token } = await guest({ role: 'admin' });
    const send = await home(email);
    expect((await send('GET', '/account/invitations')).json).toMatchObject({ total: 1, items: [{ id: invitation.id }] });
    const answer = await accept(send, token);
    expect([answer.status, answer.json], answer.text).toEqual([200, { memberId: invitation.memberId, role: 'admin', workspace: { id: workspace.tenant.workspaceId, slug: workspace.slug, name: workspace.slug } }]);
    expect(await seats()).toEqual(agreed(2));
    expect((await owner('GET', `/team/members/${invitation.memberId}`)).json).toMatchObject({ status: 'active', role: 'admin' });
    expect((await owner('GET', `/team/invitations/${invitation.id}`)).json).toMatchObject({ status: 'accepted', endedAt: expect.any(String) });
    expect(await actions(invitation.memberId)).toEqual(['team_invitation_create success person', 'team_invitation_accept success account']);
    const [row] = await service.query('select accepted_at, version from membership where id = $1', [invitation.memberId]);
    expect(row).toEqual({ accepted_at: expect.any(Date), version: 2 });
    expect((await host.open({ workspace: workspace.slug, subject: { id: `subject of ${email}` } })).status).toBe(201);
    expectProblem(await accept(send, token), { status: 410, code: 'invitation-used' });
    expectProblem(await decline(send, token), { status: 410, code: 'invitation-used' });
    for (const path of ['revoke', 'resend', 'link']) expectProblem(await owner('POST', `/team/invitations/${invitation.id}/${path}`), { status: 410, code: 'invitation-used' });
  });

  it('to the role owner makes an owner', async () => {
    const { email, invitation, token } = await guest({ role: 'owner' });
    expect((await accept(await home(email), token)).status).toBe(200);
    expect((await owner('GET', `/team/members/${invitation.memberId}`)).json).toMatchObject({ status: 'active', role: 'owner' });
  });

  it('is declined by its person: the membership ends, the seat is free, and another invitation is possible', async () => {
    const { email, invitation, token } = await guest();
    const send = await home(email);
    expect((await decline(send, token)).status).toBe(200);
    expect(await seats()).toEqual(agreed(1));
    expect((await owner('GET', `/team/members/${invitation.memberId}`)).status).toBe(404);
    expect(await actions(invitation.memberId)).toEqual(['team_invitation_create success person', 'team_invitation_decline success account']);
    expect(await service.query(`select template from mail_message where recipient_id = $1 and template <> 'invitation'`, [invitation.memberId])).toEqual([]);
    expectProblem(await accept(send, token), { status: 410, code: 'invitation-used' });
    const anew = await owner('POST', `/team/invitations/${invitation.id}/resend`);
    expect([anew.status, (anew.json as ShownInvitation).email], anew.text).toEqual([201, email]);
    expect((await accept(send, await tokenOf(service, (anew.json as ShownInvitation).id))).status).toBe(200);
    expect(await seats()).toEqual(agreed(2));
  });

  it('gives nothing to whoever else has the link, and is noted', async () => {
    const { invitation, token } = await guest();
    const stranger = await home(`stranger${(people += 1)}@answer.example`).catch(() => undefined);
    const other = await guest();
    const send = stranger ?? (await home(other.email));
    for (const answer of [accept, decline]) expectProblem(await answer(send, token), { status: 403, code: 'permission-denied' });
    expect((await actions(invitation.memberId)).slice(1)).toEqual(['team_invitation_accept denied account', 'team_invitation_decline denied account']);
    expect((await owner('GET', `/team/members/${invitation.memberId}`)).json).toMatchObject({ status: 'invited' });
  });

  it('is not answered with the token of a person, of a connection, or none', async () => {
    const { token } = await guest();
    const connection = sender(service, (await workspace.connectionToken()).token);
    const before = await fingerprint(service);
    const answers = [await accept(owner, token), await accept(connection, token), await accept(sender(service, 'x'), token), await accept(host.send, token)];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 401, 403]);
    expect(changedTables(before, await fingerprint(service)).filter((table) => !table.startsWith('audit_') && !['access_token', 'idp_connection', 'outbox_event'].includes(table))).toEqual([]);
  });

  it('of another organization is no invitation', async () => {
    const { email, token } = await guest();
    const elsewhere = await service.workspace();
    const otherHost = await makeHost(service, elsewhere);
    await scimClient(service, (await elsewhere.connectionToken()).token).post('/Users', newUser(email));
    const send = sender(service, (await otherHost.signIn('s', email)).sessionToken);
    const refused = await accept(send, token);
    expectProblem(refused, { status: 404, code: 'not-found' });
    const unknown = await accept(send, 'A'.repeat(64));
    expect((unknown.json as { detail: string }).detail).toBe((refused.json as { detail: string }).detail);
  });
});

describe('a dead link is gone', () => {
  it.each([
    ['revoked', 'invitation-revoked', async ({ invitation }: Guest) => await owner('DELETE', `/team/invitations/${invitation.id}`)],
    ['revoked with its member', 'invitation-revoked', async ({ invitation }: Guest) => await owner('DELETE', `/team/members/${invitation.memberId}`)],
    ['revoked by a deactivation', 'invitation-revoked', async ({ invitation }: Guest) => await owner('POST', `/team/members/${invitation.memberId}/deactivate`)],
    ['superseded by a newer one', 'invitation-superseded', async ({ invitation }: Guest) => await owner('POST', `/team/invitations/${invitation.id}/resend`)],
    ['superseded by a link', 'invitation-superseded', async ({ invitation }: Guest) => await owner('POST', `/team/invitations/${invitation.id}/link`)],
    ['superseded by an identity provider', 'invitation-superseded', async ({ email }: Guest) => await scimClient(service, (await workspace.connectionToken()).token).post('/Users', newUser(email))],
    ['expired, and nobody has noticed', 'invitation-expired', async ({ invitation }: Guest) => await lapse(invitation.id)],
    [
      'expired',
      'invitation-expired',
      async ({ invitation }: Guest) => {
        await lapse(invitation.id);
        await expiry()?.work(workspace.tenant.workspaceId, 10, new AbortController().signal);
      },
    ],
  ] as const)('when it is %s', async (why, code, end) => {
    const invited = await guest();
    const send = await home(invited.email);
    await end(invited);
    if (why === 'expired') expect((await service.query('select status from invitation where id = $1', [invited.invitation.id]))[0]).toEqual({ status: 'expired' });
    for (const answer of [accept, decline]) expectProblem(await answer(send, invited.token), { status: 410, code });
    expect((await fetch(`${service.root}/invitations/${invited.token}`)).status).toBe(404);
  });

  it.each(['', 'x', 'A'.repeat(64), 'A'.repeat(200), '../../..'])('and one that never was is unknown: %s', async (token) => {
    const { email } = await guest();
    expectProblem(await accept(await home(email), token), token === '' ? { status: 400, code: 'invalidValue' } : { status: 404, code: 'not-found' });
  });
});

describe('an invitation that ran out', () => {
  it('frees its seat once, stays listed, and is sent again', async () => {
    const { email, invitation } = await guest();
    await lapse(invitation.id);
    expect(await expiry()?.waiting(10, undefined)).toContain(workspace.tenant.workspaceId);
    const work = async () => await expiry()?.work(workspace.tenant.workspaceId, 10, new AbortController().signal);
    expect([await work(), await work()]).toEqual([1, 0]);
    expect(await seats()).toEqual(agreed(1));
    expect((await owner('GET', `/team/members/${invitation.memberId}`)).json).toMatchObject({ status: 'invited', seatHeld: false });
    expect((await owner('GET', `/team/invitations/${invitation.id}`)).json).toMatchObject({ status: 'expired', mail: 'cancelled' });
    expect(await actions(invitation.memberId)).toEqual(['team_invitation_create success person', 'team_invitation_expire success system']);
    const again = (await owner('POST', '/team/invitations', { email })).json as ShownInvitation;
    expect(again).toMatchObject({ memberId: invitation.memberId, status: 'pending' });
    expect(await seats()).toEqual(agreed(2));
    expect((await accept(await home(email), await tokenOf(service, again.id))).status).toBe(200);
  });

  it('and has lapsed unnoticed may be sent again, revoked, or left to the job, which does nothing then', async () => {
    const [one, two] = [await guest(), await guest()];
    for (const { invitation } of [one, two]) await lapse(invitation.id);
    expect((await owner('GET', `/team/invitations/${one.invitation.id}`)).json).toMatchObject({ status: 'expired' });
    expect((await owner('POST', `/team/invitations/${one.invitation.id}/resend`)).status).toBe(201);
    expect((await owner('DELETE', `/team/invitations/${two.invitation.id}`)).status).toBe(204);
    expect(await expiry()?.work(workspace.tenant.workspaceId, 10, new AbortController().signal)).toBe(0);
    const call = { credential: { kind: 'system' as const, tenant: workspace.tenant }, requestId: 'test' };
    expect(await expireInvitation(service.ports.store, call, two.invitation.id)).toEqual({ ok: true, value: false });
    expect(await seats()).toEqual(agreed(2));
  });
});
