// The sign-in gate: who gets in, who is told why not, and what the token of a session is good for.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem, person, pushed } from '../admin/team.ts';
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
const newSubject = () => `user-${(subjects += 1)}`;

async function someone(role: 'member' | 'admin' | 'owner' = 'member'): Promise<{ id: string; email: string; subject: string }> {
  const id = await person(service, workspace, role);
  return { id, email: await emailOf(service, id), subject: newSubject() };
}

const lastLogin = async (id: string) => (await service.query('select last_login_at, version from membership where id = $1', [id]))[0];
const audit = async (action: string) => await service.query('select outcome, actor_kind, actor_id, target_id, metadata from audit_event where workspace_id = $1 and action = $2 order by id', [workspace.tenant.workspaceId, action]);

describe('a session', () => {
  it('opens for a verified e-mail and from then on for the subject alone', async () => {
    const { id, email, subject } = await someone('admin');
    expect(await lastLogin(id)).toEqual({ last_login_at: null, version: 1 });
    const first = await host.signIn(subject, email.toUpperCase(), workspace.slug);
    expect(first.workspace).toEqual({ id: workspace.tenant.workspaceId, slug: workspace.slug, name: expect.any(String) });
    expect(first.member).toMatchObject({ id, userName: email, role: 'admin' });
    expect(first.member?.permissions).toContain('members.remove');
    expect(Date.parse(first.expiresAt) - Date.now()).toBeGreaterThan(11.9 * 3_600_000);
    const again = await host.open({ subject: { id: subject }, workspace: workspace.tenant.workspaceId });
    expect([again.status, (again.json as Opened).member?.id]).toEqual([201, id]);
    const seen = await lastLogin(id);
    expect([seen?.['last_login_at'], seen?.['version']]).toEqual([expect.any(Date), 1]);
    const told = await audit('session_open');
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({ outcome: 'success', actor_kind: 'host', actor_id: host.login.id, target_id: id });
    expect(JSON.stringify(told)).not.toContain(subject);
  });

  it('is a credential of the person at the team API and none at SCIM', async () => {
    const { id, email, subject } = await someone('admin');
    const { sessionToken } = await host.signIn(subject, email, workspace.slug);
    const send = sender(service, sessionToken);
    const [list, change] = [await send('GET', '/team/members'), await send('PATCH', `/team/members/${await person(service, workspace)}`, { role: 'admin' })];
    expect([list.status, change.status]).toEqual([200, 200]);
    expect((await send('DELETE', `/team/members/${id}`)).json).toMatchObject({ code: 'self-removal' });
    const scim = await send('GET', '/scim/v2/Users');
    expect([scim.status, scim.headers['x-problem-code']]).toEqual([403, 'permission-denied']);
    const other = await someone();
    const asMember = sender(service, (await host.signIn(other.subject, other.email, workspace.slug)).sessionToken);
    expect(((await asMember('GET', '/team/members')).json as { total: number }).total).toBe(1);
  });

  it('ends when its person signs out, and by the host', async () => {
    const { email, subject } = await someone();
    const [one, two] = [await host.signIn(subject, email, workspace.slug), await host.signIn(subject, email, workspace.slug)];
    const send = sender(service, one.sessionToken);
    expect((await send('DELETE', '/sessions/current')).status).toBe(204);
    expectProblem(await send('DELETE', '/sessions/current'), { status: 401, code: 'credential-invalid' });
    expect(await host.introspect(one.sessionToken)).toEqual({ active: false });
    expect((await host.introspect(two.sessionToken))['active']).toBe(true);
    expect((await host.send('DELETE', `/sessions/${two.sessionId}`)).status).toBe(204);
    expect(await host.introspect(two.sessionToken)).toEqual({ active: false });
    expectProblem(await host.send('DELETE', `/sessions/${two.sessionId}`), { status: 404, code: 'not-found' });
    const token = sender(service, (await workspace.personToken(workspace.ownerId)).token);
    expectProblem(await token('DELETE', '/sessions/current'), { status: 403, code: 'permission-denied' });
  });
});

describe('nobody gets in', () => {
  it('by an e-mail that is not verified, and nothing is linked', async () => {
    const { email, subject } = await someone();
    for (const more of [{}, { emailVerified: false }]) {
      const refused = await host.open({ subject: { id: subject, email, ...more }, workspace: workspace.slug });
      expectProblem(refused, { status: 403, code: 'no-membership' });
    }
    expect(await service.query('select from account_subject where subject = $1', [subject])).toEqual([]);
    expect((await audit('session_open')).map(({ outcome }) => outcome)).toEqual(['denied', 'denied']);
  });

  it('by the e-mail of an account that another subject has', async () => {
    const { email, subject } = await someone();
    await host.signIn(subject, email, workspace.slug);
    expectProblem(await host.open({ subject: { id: newSubject(), email, emailVerified: true }, workspace: workspace.slug }), { status: 403, code: 'no-membership', says: /another subject/ });
  });

  it('by what another organization knows, with an answer that gives nothing away', async () => {
    const { email, subject } = await someone();
    await host.signIn(subject, email, workspace.slug);
    const elsewhere = await service.workspace();
    const stranger = await makeHost(service, elsewhere);
    const before = await fingerprint(service);
    const [known, unknown] = [
      await stranger.open({ subject: { id: subject, email, emailVerified: true }, workspace: elsewhere.slug }),
      await stranger.open({ subject: { id: 'nobody', email: 'nobody@nowhere.example', emailVerified: true }, workspace: elsewhere.slug }),
    ];
    const text = (answer: typeof known) => ({ ...(answer.json as object), requestId: '' });
    expectProblem(known, { status: 403, code: 'no-membership' });
    expect(text(known)).toEqual(text(unknown));
    expect(changedTables(before, await fingerprint(service)).toSorted()).toEqual(['audit_event', 'audit_unsealed']);
    for (const named of [workspace.slug, workspace.tenant.workspaceId, 'no-such', '%', '00000000-0000-0000-0000-000000000000']) {
      expectProblem(await stranger.open({ subject: { id: subject, email, emailVerified: true }, workspace: named }), { status: 404, code: 'not-found' });
    }
  });

  it('to a workspace of the same organization that it is no member of', async () => {
    const { email, subject } = await someone();
    const sister = await service.workspace({ organization: workspace.organization });
    expectProblem(await host.open({ subject: { id: subject, email, emailVerified: true }, workspace: sister.slug }), { status: 403, code: 'no-membership' });
    expect(await service.query('select from account_subject where subject = $1', [subject])).toEqual([]);
  });

  it.each(['removed', 'deactivated'] as const)('who is %s; the host learns why', async (what) => {
    const { id, email, subject } = await someone();
    await host.signIn(subject, email, workspace.slug);
    const owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
    if (what === 'removed') await owner('DELETE', `/team/members/${id}`);
    else await owner('POST', `/team/members/${id}/deactivate`);
    const refused = await host.open({ subject: { id: subject }, workspace: workspace.slug });
    if (what === 'removed') expectProblem(refused, { status: 403, code: 'no-membership' });
    else expectProblem(refused, { status: 403, code: 'membership-deactivated', says: /deactivated by an admin/ });
    const home = await host.open({ subject: { id: subject } });
    expect([home.status, (home.json as Opened).workspace]).toEqual([201, null]);
  });

  it('with what is no sign-in', async () => {
    const bodies: unknown[] = [
      {},
      { subject: 'ada' },
      { subject: {} },
      { subject: { id: '' } },
      { subject: { id: 'a\nb' } },
      { subject: { id: 'x'.repeat(256) } },
      { subject: { id: 7 } },
      { subject: { id: 'a', emailVerified: 'true' } },
      { subject: { id: 'a', sub: 'b' } },
      { subject: { id: 'a' }, workspace: { slug: 'x' } },
      { subject: { id: 'a' }, connection: 'okta' },
      { subject: { id: 'a' }, organization: workspace.tenant.organizationId },
      [],
    ];
    for (const body of bodies) {
      const answer = await host.send('POST', '/sessions', body);
      expect([JSON.stringify(body), answer.status]).toEqual([JSON.stringify(body), 400]);
    }
    for (const id of ['__proto__', `'; drop table membership; --`, '٭'.repeat(200), 'constructor']) {
      expectProblem(await host.open({ subject: { id }, workspace: workspace.slug }), { status: 403, code: 'no-membership' });
    }
  });
});

describe('a sign-in that a connection vouches for', () => {
  it('opens the connection’s workspace for whom it has pushed, and nothing else', async () => {
    const { record } = await workspace.connectionToken('okta');
    const connection = record.connectionId;
    const sister = await service.workspace({ organization: workspace.organization });
    const id = await pushed(service, workspace, `vouched-${newSubject()}@team.example`, { externalId: newSubject() });
    const [subject, email] = [newSubject(), await emailOf(service, id).catch(() => '')];
    const [{ user_name: userName } = {}] = await service.query('select user_name from membership where id = $1', [id]);
    const who = { id: subject, email: email === 'undefined' ? userName : email, emailVerified: true };
    const opened = await host.open({ subject: who, workspace: workspace.slug, connection });
    expect([opened.status, (opened.json as Opened).member?.id], opened.text).toEqual([201, id]);
    for (const body of [{ subject: who, connection }, { subject: who, workspace: sister.slug, connection }]) expectProblem(await host.open(body), { status: 403, code: 'connection-elsewhere' });
    const home = await sender(service, (opened.json as Opened).sessionToken)('GET', '/account');
    expectProblem(home, { status: 403, code: 'permission-denied' });
    // The link that it made counts for its own sign-ins only.
    expectProblem(await host.open({ subject: { id: subject }, workspace: workspace.slug }), { status: 403, code: 'no-membership' });
    expect((await host.open({ subject: { id: subject }, workspace: workspace.slug, connection })).status).toBe(201);
  });

  it('reaches nobody by e-mail whom the connection has not pushed', async () => {
    const { record } = await workspace.connectionToken('okta');
    const owner = await emailOf(service, workspace.ownerId);
    const body = { subject: { id: newSubject(), email: owner, emailVerified: true }, workspace: workspace.slug, connection: record.connectionId };
    expectProblem(await host.open(body), { status: 403, code: 'no-membership', says: /connection/ });
    expect((await host.open({ ...body, connection: undefined })).status).toBe(201);
  });
});
