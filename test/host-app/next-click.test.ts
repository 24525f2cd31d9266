// A host application beside the server, end to end: whoever Okta deactivates or an admin removes is out at the very next click.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { hooksClient } from '../http/admin/webhooks/hooks.ts';
import { makeClient, sender } from '../http/host/host.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { startHostApp, type HostApp, type HostUser } from './host-app.ts';
import { usherClient } from './usher-client.ts';

const ada: HostUser = { id: 'host-user-1', email: 'ada@click.example', password: 'correct horse' };
const bob: HostUser = { id: 'host-user-2', email: 'bob@click.example', password: 'battery staple' };

let service: StartedServer;
let workspace: TestWorkspace;
let okta: Scim;
let app: HostApp;
let adaId: string;

beforeAll(async () => {
  service = await startForTest({ OUTGOING_LOOPBACK: 'true' });
});
beforeEach(async () => {
  workspace = await service.workspace();
  okta = scimClient(service, (await workspace.connectionToken('okta')).token);
  adaId = ((await okta.post('/Users', newUser(ada.email, { externalId: '00u1' }))).body as { id: string }).id;
  const { clientId, secret } = await makeClient(service, workspace);
  app = await startHostApp({ url: service.root, clientId, clientSecret: secret }, [ada, bob]);
  return async () => await app.stop();
});
afterAll(async () => await service.stop());

interface Browser {
  readonly logIn: (user: HostUser) => Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
  readonly click: () => Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
  readonly join: (user: HostUser, invitation: string) => Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
  readonly logOut: () => Promise<void>;
  /** A page that stays open, as what has come when it is closed. */
  readonly live: () => Promise<{ readonly closed: Promise<string> }>;
}

/** Keeps the cookie as a browser does. */
function browser(): Browser {
  let cookie = '';
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${app.url}${path}`, { method, headers: { cookie }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    cookie = (answer.headers.get('set-cookie') ?? cookie).split(';')[0] ?? '';
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return {
    logIn: async ({ email, password }) => await ask('POST', '/login', { email, password, workspace: workspace.slug }),
    click: async () => await ask('GET', '/campaigns'),
    live: async () => {
      const answer = await fetch(`${app.url}/live`, { headers: { cookie } });
      expect(answer.status).toBe(200);
      return { closed: answer.text() };
    },
    join: async ({ email, password }, invitation) => await ask('POST', '/join', { email, password, invitation }),
    logOut: async () => void (await ask('POST', '/logout')),
  };
}

/** The body that Okta sends when it deactivates or reactivates a user of an application. */
const oktaPatch = async (active: boolean) => await okta.patch(`/Users/${adaId}`, { op: 'replace', value: { active } });

it('lets in who is a member, and tells others why not', async () => {
  const [mine, other] = [browser(), browser()];
  expect((await mine.logIn({ ...ada, password: 'wrong' })).status).toBe(401);
  expect(await mine.logIn(ada)).toEqual({ status: 200, body: { welcome: ada.email } });
  expect(await mine.click()).toEqual({ status: 200, body: { user: ada.email, role: 'member', campaigns: ['Spring sale'], mayInvite: false } });
  expect(await other.logIn(bob)).toMatchObject({ status: 403, body: { error: 'no-membership' } });
  expect((await other.click()).status).toBe(401);
});

it('whoever Okta deactivates is out at the next click, and signs in anew when it takes that back', async () => {
  const [desk, phone] = [browser(), browser()];
  await desk.logIn(ada);
  await phone.logIn(ada);
  expect((await oktaPatch(false)).status).toBe(200);
  expect([(await desk.click()).status, (await phone.click()).status]).toEqual([401, 401]);
  expect(await desk.logIn(ada)).toMatchObject({ status: 403, body: { error: 'membership-deactivated', why: expect.stringMatching(/identity provider/) } });
  expect((await oktaPatch(true)).body).toMatchObject({ active: true });
  expect((await phone.click()).status).toBe(401);
  expect((await desk.logIn(ada)).status).toBe(200);
  expect([(await desk.click()).status, (await phone.click()).status]).toEqual([200, 401]);
});

it('whoever an admin removes is out at the next click', async () => {
  const mine = browser();
  await mine.logIn(ada);
  const owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  expect((await owner('DELETE', `/team/members/${adaId}`)).status).toBe(204);
  expect((await mine.click()).status).toBe(401);
  expect(await mine.logIn(ada)).toMatchObject({ status: 403, body: { error: 'no-membership' } });
});

it('a new role counts at the next click, and signing out ends the session for good', async () => {
  const mine = browser();
  await mine.logIn(ada);
  const owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  await owner('PATCH', `/team/members/${adaId}`, { role: 'admin' });
  expect((await mine.click()).body).toMatchObject({ role: 'admin', mayInvite: true });
  await mine.logOut();
  expect((await mine.click()).status).toBe(401);
  const live = await service.query('select from user_session where membership_id = $1 and ended_at is null', [adaId]);
  expect(live).toEqual([]);
});

it('a page that stays open is closed by a webhook, and only by a genuine one', async () => {
  const jobs = service.startJobs({ everyMs: 20 });
  try {
    const hooks = await hooksClient(service, workspace);
    app.trustHooks((await hooks.create({ url: `${app.url}/hooks`, topics: ['audit.team_membership_*'] })).secret);
    const mine = browser();
    await mine.logIn(ada);
    const { closed } = await mine.live();
    const forged = await fetch(`${app.url}/hooks`, { method: 'POST', body: JSON.stringify({ type: 'audit.team_membership_remove', data: { target: { id: adaId } } }) });
    expect(forged.status).toBe(401);
    expect(await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 100, 'open'))])).toBe('open');
    await oktaPatch(false);
    expect(await closed).toBe('data: hello\n\n');
  } finally {
    await jobs.stop();
  }
});

it('whoever is erased is out at the next click, and pages that stayed open are closed', async () => {
  const jobs = service.startJobs({ everyMs: 20 });
  try {
    const hooks = await hooksClient(service, workspace);
    app.trustHooks((await hooks.create({ url: `${app.url}/hooks`, topics: ['audit.user_account_erase'] })).secret);
    const mine = browser();
    await mine.logIn(ada);
    const { closed } = await mine.live();
    const { clientId, secret } = await makeClient(service, workspace);
    const home = await usherClient({ url: service.root, clientId, clientSecret: secret }).signIn({ userId: ada.id, email: ada.email });
    const erased = await sender(service, home.ok ? home.session.sessionToken : '')('POST', '/account/erasure', { confirm: ada.email });
    expect(erased).toMatchObject({ status: 200, json: { memberships: 1 } });
    expect((await mine.click()).status).toBe(401);
    expect(await closed).toBe('data: hello\n\n');
  } finally {
    await jobs.stop();
  }
});

it('whoever is invited joins by the link, and comes in with the next sign-in', async () => {
  const invited = browser();
  expect(await invited.logIn(bob)).toMatchObject({ status: 403, body: { error: 'no-membership' } });
  const owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  const { id } = (await owner('POST', '/team/invitations', { email: bob.email })).json as { id: string };
  const { link } = (await owner('POST', `/team/invitations/${id}/link`)).json as { link: string };
  const invitation = link.slice(link.lastIndexOf('/') + 1);
  expect(await invited.join(ada, invitation)).toMatchObject({ status: 403, body: { error: 'permission-denied', why: expect.stringMatching(/another address/) } });
  expect(await invited.join(bob, invitation)).toEqual({ status: 200, body: { joined: workspace.slug } });
  expect(await invited.join(bob, invitation)).toMatchObject({ status: 403, body: { error: 'invitation-used' } });
  expect((await invited.click()).status).toBe(401);
  await invited.logIn(bob);
  expect((await invited.click()).body).toMatchObject({ user: bob.email, role: 'member' });
});

it('nobody is let in while the server does not know the client any more', async () => {
  const mine = browser();
  await mine.logIn(ada);
  await service.query('update oauth_secret set revoked_at = now() where organization_id = $1', [workspace.tenant.organizationId]);
  expect((await mine.click()).status).toBe(503);
});
