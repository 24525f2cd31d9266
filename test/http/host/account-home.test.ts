// Account home and introspection: what a person sees of itself, what a host is told of a token, and what neither may reach.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { invite } from '../../support/invite.ts';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem, person } from '../admin/team.ts';
import { emailOf, makeHost, sender, type Host, type Opened } from './host.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let host: Host;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  host = await makeHost(service, workspace);
});
afterAll(async () => await service.stop());

let subjects = 0;
const newSubject = () => `home-${(subjects += 1)}`;

describe('account home', () => {
  it('shows who one is, all memberships of the organization, and live sessions', async () => {
    const sister = await service.workspace({ organization: workspace.organization });
    await service.workspace({ organization: workspace.organization });
    const id = await person(service, workspace, 'admin');
    const email = await emailOf(service, id);
    const made = await scimClient(service, (await sister.connectionToken()).token).post('/Users', newUser(email));
    const subject = newSubject();
    const session = await host.signIn(subject, email, workspace.slug);
    const home = await host.signIn(subject, email);
    expect([home.member, home.workspace, home.accountId]).toEqual([null, null, session.accountId]);
    const send = sender(service, home.sessionToken);
    expect((await send('GET', '/account')).json).toEqual({
      id: home.accountId,
      email,
      verifiedEmail: email,
      organization: { id: workspace.tenant.organizationId, name: workspace.organization },
      createdAt: expect.stringMatching(/Z$/),
    });
    const { items } = (await send('GET', '/account/memberships')).json as { items: Record<string, unknown>[] };
    const found = new Map(items.map(({ id: of, workspace: where, role, status }) => [(where as { slug: string }).slug, [of, role, status]]));
    expect(found).toEqual(new Map([[workspace.slug, [id, 'admin', 'active']], [sister.slug, [(made.body as { id: string }).id, 'member', 'active']]]));
    const sessions = (await send('GET', '/account/sessions')).json as { total: number; items: Record<string, unknown>[] };
    expect(sessions.items.map(({ id: of, workspaceId, current }) => [of, workspaceId, current])).toEqual([
      [home.sessionId, null, true],
      [session.sessionId, workspace.tenant.workspaceId, false],
    ]);
    // A session of a workspace goes there too, and sees the same.
    expect((await sender(service, session.sessionToken)('GET', '/account/memberships')).json).toEqual({ total: 2, items });
  });

  it('is all that somebody reaches who is a member of nothing', async () => {
    const id = await person(service, workspace);
    const [email, subject] = [await emailOf(service, id), newSubject()];
    await host.signIn(subject, email, workspace.slug);
    const owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
    expect((await owner('DELETE', `/team/members/${id}`)).status).toBe(204);
    const send = sender(service, (await host.signIn(subject, email)).sessionToken);
    expect((await send('GET', '/account/memberships')).json).toEqual({ total: 0, items: [] });
    for (const [method, path] of [['GET', '/team/members'], ['GET', '/scim/v2/Users'], ['GET', '/scim/v2/Me'], ['POST', '/sessions'], ['POST', '/introspect']] as const) {
      const answer = await send(method, path, method === 'POST' ? { token: 'x', subject: { id: 'x' } } : undefined);
      expect([path, [400, 403].includes(answer.status)]).toEqual([path, true]);
    }
    expect((await send('DELETE', '/sessions/current')).status).toBe(204);
    expectProblem(await send('GET', '/account'), { status: 401, code: 'credential-invalid' });
  });

  it('shows an invitation to its verified e-mail only', async () => {
    const [email, subject] = [`${newSubject()}@invited.example`, newSubject()];
    const invitation = await invite(service, workspace.tenant, email);
    const refused = await host.open({ subject: { id: subject, email, emailVerified: true }, workspace: workspace.slug });
    expectProblem(refused, { status: 403, code: 'no-membership', says: /account home/ });
    const verified = sender(service, (await host.signIn(subject, email)).sessionToken);
    const list = (await verified('GET', '/account/invitations')).json as { items: { membershipId: string; workspace: { slug: string } }[] };
    expect(list.items.map(({ membershipId, workspace: { slug } }) => [membershipId, slug])).toEqual([[invitation, workspace.slug]]);
    const unverified = (await host.open({ subject: { id: subject } })).json as Opened;
    expect((await sender(service, unverified.sessionToken)('GET', '/account/invitations')).json).toEqual({ total: 0, items: [] });
  });

  it('is closed to tokens of people, hosts and connections', async () => {
    const tokens = [(await workspace.personToken(workspace.ownerId)).token, host.token, (await workspace.connectionToken()).token];
    for (const token of tokens) {
      for (const [method, path] of [['GET', '/account'], ['GET', '/account/memberships'], ['GET', '/account/sessions'], ['DELETE', '/account/sessions']] as const) {
        expectProblem(await sender(service, token)(method, path), { status: 403, code: 'permission-denied' });
      }
    }
  });

  it('ends with the erasure of the account', async () => {
    const id = await person(service, workspace);
    const home = await host.signIn(newSubject(), await emailOf(service, id));
    await service.query('update user_account set erased_at = now() where id = $1', [home.accountId]);
    expectProblem(await sender(service, home.sessionToken)('GET', '/account'), { status: 401, code: 'credential-invalid' });
    expect(await host.introspect(home.sessionToken)).toEqual({ active: false });
  });
});

describe('a host', () => {
  it('is told what a token is worth, in JSON and as a form', async () => {
    const id = await person(service, workspace, 'admin');
    const email = await emailOf(service, id);
    const session = await host.signIn(newSubject(), email, workspace.slug);
    const told = await host.introspect(session.sessionToken);
    expect(told).toMatchObject({ active: true, kind: 'session', sub: id, jti: session.sessionId, account: session.accountId, workspace: workspace.tenant.workspaceId, username: email, role: 'admin' });
    expect(told['permissions']).toContain('members.remove');
    expect([told['exp'], Number(told['exp']) - Number(told['iat'])]).toEqual([Math.floor(Date.parse(session.expiresAt) / 1000), expect.closeTo(43_200, -1)]);
    const form = await host.send('POST', '/introspect', `token=${session.sessionToken}&token_type_hint=access_token`, { 'Content-Type': 'application/x-www-form-urlencoded' });
    expect([form.status, form.json]).toEqual([200, told]);
    const { token } = await workspace.personToken(id);
    expect(await host.introspect(token)).toMatchObject({ active: true, kind: 'person_token', sub: id });
  });

  it('is told the truth again when it asks with the same Idempotency-Key', async () => {
    const session = await host.signIn(newSubject(), await emailOf(service, await person(service, workspace)), workspace.slug);
    const ask = async () => (await host.send('POST', '/introspect', { token: session.sessionToken }, { 'Idempotency-Key': 'always-the-same' })).json;
    expect(await ask()).toMatchObject({ active: true });
    await sender(service, session.sessionToken)('DELETE', '/sessions/current');
    expect(await ask()).toEqual({ active: false });
  });

  it('is told nothing of what is no token, of a connection’s, of its own and of another organization’s', async () => {
    const elsewhere = await service.workspace();
    const stranger = await makeHost(service, elsewhere);
    const id = await person(service, workspace);
    const { sessionToken } = await host.signIn(newSubject(), await emailOf(service, id), workspace.slug);
    const [head = '', body = '', signature = ''] = sessionToken.split('.');
    const forged = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const broken = [`${head}.${body}.${forged}`, `${head}.${body}.`, 'x', 'a.b.c', '٭', `${sessionToken} `];
    for (const token of [...broken, (await workspace.connectionToken()).token, host.token]) expect(await host.introspect(token)).toEqual({ active: false });
    expect(await stranger.introspect(sessionToken)).toEqual({ active: false });
    expect(await stranger.introspect((await workspace.personToken(id)).token)).toEqual({ active: false });
    expect((await host.introspect(sessionToken))['active']).toBe(true);
    expectProblem(await stranger.send('DELETE', `/sessions/${(await host.signIn(newSubject(), await emailOf(service, workspace.ownerId))).sessionId}`), { status: 404, code: 'not-found' });
    for (const asked of [{}, { token: '' }, { token: 7 }, { token: 'x', more: 1 }]) expect((await host.send('POST', '/introspect', asked)).status).toBe(400);
  });

  it('reaches nothing but its own operations', async () => {
    const before = await fingerprint(service);
    for (const [method, path] of [
      ['GET', '/team/members'],
      ['DELETE', `/team/members/${workspace.ownerId}`],
      ['POST', `/team/members/${workspace.ownerId}/deactivate`],
      ['PATCH', `/team/members/${workspace.ownerId}`],
      ['GET', '/scim/v2/Users'],
      ['DELETE', `/scim/v2/Users/${workspace.ownerId}`],
      ['GET', '/scim/v2/ServiceProviderConfig'],
    ] as const) {
      const answer = await host.send(method, path, method === 'PATCH' ? { role: 'member' } : undefined);
      expect([path, answer.status, answer.headers['x-problem-code']]).toEqual([path, 403, 'permission-denied']);
    }
    expectProblem(await host.send('GET', '/nothing'), { status: 404, code: 'not-found' });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('is nobody any more when its client or secret was revoked, whatever it asks', async () => {
    const { sessionToken } = await host.signIn(newSubject(), await emailOf(service, workspace.ownerId), workspace.slug);
    await service.query('update oauth_secret set revoked_at = now() where client_id = $1', [host.login.id]);
    for (const body of [{ token: sessionToken }, { token: 'garbage' }, {}]) expectProblem(await host.send('POST', '/introspect', body), { status: 401, code: 'credential-invalid' });
    expectProblem(await host.open({ subject: { id: 'x' }, workspace: 'no-such-workspace' }), { status: 401, code: 'credential-invalid' });
    expect((await sender(service, sessionToken)('GET', '/account')).status).toBe(200);
  });
});
