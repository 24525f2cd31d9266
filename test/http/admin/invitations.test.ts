// Invitations at the door of the team: who may invite whom, what is shown, what a new link does to the old one, and what ends one.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { halfDone } from '../../support/half-done.ts';
import { agreed, seatCounts } from '../../support/seat-counts.ts';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { sender, type Send } from '../host/host.ts';
import { tokenOf, type ShownInvitation } from './invitations.ts';
import { expectProblem, person, type ProblemBody } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Send;
let people = 0;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = await as(workspace.ownerId);
});
afterAll(async () => await service.stop());

const as = async (id: string) => sender(service, (await workspace.personToken(id)).token);
const address = () => `invited${(people += 1)}@new.example`;
const seats = async () => await seatCounts(service, workspace.tenant.organizationId);
const audit = async () => (await service.query(`select action, outcome, target_id, metadata from audit_event where workspace_id = $1 order by id`, [workspace.tenant.workspaceId])).slice(4);

async function invited(email = address(), more: object = {}, by = owner): Promise<ShownInvitation> {
  const made = await by('POST', '/team/invitations', { email, ...more });
  expect([made.status, made.headers['content-type']], made.text).toEqual([201, 'application/json']);
  return made.json as ShownInvitation;
}

describe('an invitation', () => {
  it('makes an invited member with a seat, a mail and an audit row', async () => {
    const email = address();
    const made = await owner('POST', '/team/invitations', { email, name: 'Ivy Neu', role: 'admin' });
    const shown = made.json as ShownInvitation;
    expect(made.headers['location']).toBe(`/api/v1/team/invitations/${shown.id}`);
    expect(shown).toMatchObject({ email, name: 'Ivy Neu', role: 'admin', status: 'pending', mail: 'waiting', endedAt: null, invitedBy: { id: workspace.ownerId } });
    expect(Date.parse(shown.expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    expect((await owner('GET', `/team/invitations/${shown.id}`)).json).toEqual(shown);
    expect((await owner('GET', `/team/members/${shown.memberId}`)).json).toMatchObject({ status: 'invited', role: 'admin', seatHeld: true, userName: email, name: { display: 'Ivy Neu', given: 'Ivy' } });
    expect(await seats()).toEqual(agreed(2));
    expect(await audit()).toEqual([{ action: 'team_invitation_create', outcome: 'success', target_id: shown.memberId, metadata: expect.stringContaining(`"invitation":"${shown.id}"`) }]);
    expect(await halfDone(service.query)).toEqual([]);
  });

  it('keeps of its token only a hash, and in the mail what nobody else can read', async () => {
    const { id } = await invited();
    const token = await tokenOf(service, id);
    const [row] = await service.query(`select encode(token_hash, 'hex') as hash from invitation where id = $1`, [id]);
    expect(row).toEqual({ hash: createHash('sha256').update(token).digest('hex') });
    const tables = await service.query(`select table_name as name from information_schema.tables where table_schema = 'public'`);
    for (const { name } of tables) {
      expect([name, await service.query(`select from "${String(name)}" t where t::text like '%' || $1 || '%'`, [token])]).toEqual([name, []]);
    }
  });

  it('lets the member join groups that give no role, and refuses the others', async () => {
    const scim = scimClient(service, (await workspace.connectionToken()).token);
    const [plain, giving] = await Promise.all(['Plain', 'Giving'].map(async (displayName) => ((await scim.post('/Groups', { displayName })).body as { id: string }).id));
    await service.query(`insert into group_role (workspace_id, group_id, role) values ($1, $2, 'admin')`, [workspace.tenant.workspaceId, giving]);
    const { memberId } = await invited(address(), { groups: [plain] });
    expect((await owner('GET', `/team/members/${memberId}`)).json).toMatchObject({ groups: [{ id: plain, name: 'Plain' }] });
    for (const groups of [[giving], [workspace.ownerId]]) {
      expectProblem(await owner('POST', '/team/invitations', { email: address(), groups }), { status: 400, code: 'invalid-value' });
    }
  });

  it.each([
    ['no address', { email: 'ada' }],
    ['two addresses', { email: 'a@x.example, b@x.example' }],
    ['a header', { email: 'a@x.example\r\nBcc: b@x.example' }],
    ['an address with a name', { email: 'Ada <a@x.example>' }],
    ['a name of two lines', { email: 'a@x.example', name: 'A\nB' }],
    ['an unknown field', { email: 'a@x.example', admin: true }],
    ['a role that is none', { email: 'a@x.example', role: '__proto__' }],
    ['too long an address', { email: `${'a'.repeat(64)}@${'b'.repeat(200)}.example` }],
    ['nothing', {}],
  ])('is refused with %s', async (_what, body) => {
    const before = await fingerprint(service);
    expectProblem(await owner('POST', '/team/invitations', body), { status: 400, code: 'invalidValue' });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('to an unknown role is refused', async () => {
    expectProblem(await owner('POST', '/team/invitations', { email: address(), role: 'nobody-knows' }), { status: 400, code: 'invalid-value' });
  });

  it('of somebody who is here already is refused', async () => {
    const [email, mail] = [address(), `p-${address()}`];
    await invited(email);
    const scim = scimClient(service, (await workspace.connectionToken()).token);
    await scim.post('/Users', newUser(mail));
    const off = await scim.post('/Users', newUser(`off-${mail}`, { active: false }));
    await scim.post('/Users', newUser(`name-${mail}`, { emails: [{ value: `other-${mail}`, primary: true }] }));
    for (const taken of [email, email.toUpperCase(), mail, `off-${mail}`, `name-${mail}`]) {
      expectProblem(await owner('POST', '/team/invitations', { email: taken }), { status: 409, code: 'duplicate' });
    }
    expect(off.status).toBe(201);
  });

  it('finds the person of another workspace of the organization, who takes no second seat', async () => {
    const email = address();
    const other = await service.workspace({ organization: workspace.organization, owner: `owner@${workspace.slug}.example` });
    await scimClient(service, (await other.connectionToken()).token).post('/Users', newUser(email));
    expect(await seats()).toEqual(agreed(2));
    await invited(email);
    expect(await seats()).toEqual(agreed(2));
  });

  it('needs a seat', async () => {
    workspace = await service.workspace({ seats: 2 });
    owner = await as(workspace.ownerId);
    const { id } = await invited();
    expectProblem(await owner('POST', '/team/invitations', { email: address() }), { status: 409, code: 'seat-limit-reached' });
    expect((await owner('POST', `/team/invitations/${id}/revoke`)).status).toBe(204);
    await invited();
    expect(await seats()).toEqual(agreed(2));
  });
});

describe('who may invite', () => {
  it.each([
    ['owner', 'owner', 201],
    ['owner', 'member', 201],
    ['admin', 'admin', 201],
    ['admin', 'owner', 403],
    ['member', 'member', 403],
  ] as const)('an %s to the role %s: %i', async (role, to, status) => {
    const by = await as(await person(service, workspace, role));
    const answer = await by('POST', '/team/invitations', { email: address(), role: to });
    if (status === 201) expect(answer.status, answer.text).toBe(201);
    else {
      expectProblem(answer, { status, code: role === 'member' ? 'permission-denied' : 'role-not-manageable' });
      expect((await audit()).at(-1)).toMatchObject({ action: 'team_invitation_create', outcome: 'denied' });
    }
  });

  it('nobody else sees, sends or revokes any', async () => {
    const { id } = await invited();
    const by = await as(await person(service, workspace, 'member'));
    const answers = [
      await by('GET', '/team/invitations'),
      await by('GET', `/team/invitations/${id}`),
      await by('POST', `/team/invitations/${id}/resend`),
      await by('POST', `/team/invitations/${id}/link`),
      await by('DELETE', `/team/invitations/${id}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    const connection = sender(service, (await workspace.connectionToken()).token);
    expect((await connection('GET', '/team/invitations')).status).toBe(403);
  });

  it('an admin does not touch the invitation of an owner', async () => {
    const { id } = await invited(address(), { role: 'owner' });
    const admin = await as(await person(service, workspace, 'admin'));
    for (const path of ['resend', 'link', 'revoke']) expectProblem(await admin('POST', `/team/invitations/${id}/${path}`), { status: 403, code: 'role-not-manageable' });
  });

  it('another workspace finds nothing', async () => {
    const { id } = await invited();
    const other = await service.workspace();
    const stranger = sender(service, (await other.personToken(other.ownerId)).token);
    for (const [method, path] of [['GET', ''], ['DELETE', ''], ['POST', '/resend'], ['POST', '/link']] as const) {
      expectProblem(await stranger(method, `/team/invitations/${id}${path}`), { status: 404, code: 'not-found' });
    }
  });
});

describe('the list', () => {
  it('is filtered and walked from the newest on', async () => {
    const made: ShownInvitation[] = [];
    for (let at = 0; at < 5; at += 1) made.push(await invited());
    await owner('DELETE', `/team/invitations/${made[1]?.id}`);
    const list = async (query: string) => (await owner('GET', `/team/invitations${query}`)).json as { total: number; items: ShownInvitation[]; nextCursor: string | null };
    const ids = made.map(({ id }) => id);
    expect((await list('')).items.map(({ id }) => id)).toEqual(ids.toReversed());
    expect((await list('?status=revoked')).items.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await list('?status=pending')).total).toBe(4);
    const walked: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(`?sort=createdAt&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      walked.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(walked).toEqual(ids);
  });
});

describe('an end', () => {
  it.each(['POST', 'DELETE'])('by %s removes the member, frees the seat, cancels the mail, once', async (method) => {
    const { id, memberId } = await invited();
    const revoke = async () => await owner(method, `/team/invitations/${id}${method === 'POST' ? '/revoke' : ''}`, { reason: 'a mistake' });
    expect((await revoke()).status).toBe(204);
    expect(await seats()).toEqual(agreed(1));
    expect((await owner('GET', `/team/members/${memberId}`)).status).toBe(404);
    expect((await owner('GET', `/team/invitations/${id}`)).json).toMatchObject({ status: 'revoked', mail: 'cancelled', endedAt: expect.any(String) });
    expect((await audit()).map(({ action }) => action)).toEqual(['team_invitation_create', 'team_invitation_revoke']);
    const before = await fingerprint(service);
    expect((await revoke()).status).toBe(204);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    expect(await service.query(`select template, status, sealed_link from mail_message where recipient_id = $1`, [memberId])).toEqual([{ template: 'invitation', status: 'cancelled', sealed_link: null }]);
  });

  it('by the removal of the member is the same', async () => {
    const { id, memberId } = await invited();
    expect((await owner('DELETE', `/team/members/${memberId}`)).status).toBe(204);
    expect((await owner('GET', `/team/invitations/${id}`)).json).toMatchObject({ status: 'revoked', mail: 'cancelled' });
    expect(await seats()).toEqual(agreed(1));
  });

  it('by a deactivation leaves the member listed, without a seat', async () => {
    const { id, memberId } = await invited();
    expect((await owner('POST', `/team/members/${memberId}/deactivate`)).json).toMatchObject({ status: 'deactivated', seatHeld: false });
    expect((await owner('GET', `/team/invitations/${id}`)).json).toMatchObject({ status: 'revoked' });
    expect((await audit()).map(({ action }) => action)).toEqual(['team_invitation_create', 'team_invitation_revoke', 'team_membership_deactivate']);
    expectProblem(await owner('POST', `/team/invitations/${id}/resend`), { status: 410, code: 'invitation-revoked' });
  });

  it('by an identity provider supersedes it', async () => {
    const email = address();
    const { id } = await invited(email);
    const scim = scimClient(service, (await workspace.connectionToken()).token);
    expect((await scim.post('/Users', newUser(email))).status).toBe(201);
    expect((await owner('GET', `/team/invitations/${id}`)).json).toMatchObject({ status: 'superseded' });
    for (const path of ['revoke', 'resend', 'link']) expectProblem(await owner('POST', `/team/invitations/${id}/${path}`), { status: 410, code: 'invitation-superseded' });
    expect(await seats()).toEqual(agreed(2));
  });
});

describe('a new link', () => {
  it('by mail takes the place of the old one', async () => {
    const { id, memberId } = await invited();
    const again = await owner('POST', `/team/invitations/${id}/resend`);
    expect([again.status, again.json], again.text).toEqual([201, expect.objectContaining({ memberId, status: 'pending', mail: 'waiting' })]);
    expect((await owner('GET', `/team/invitations/${id}`)).json).toMatchObject({ status: 'superseded', mail: 'cancelled' });
    expectProblem(await owner('POST', `/team/invitations/${id}/resend`), { status: 410, code: 'invitation-superseded' });
    expect(await seats()).toEqual(agreed(2));
    expect((await audit()).map(({ action }) => action)).toEqual(['team_invitation_create', 'team_invitation_renew']);
  });

  it('to hand over is shown once and mailed to nobody', async () => {
    const { id } = await invited();
    const made = (await owner('POST', `/team/invitations/${id}/link`)).json as { link: string; invitation: ShownInvitation };
    expect(made.link).toMatch(new RegExp(`^${service.root}/invitations/[\\w-]{64}$`));
    expect(made.invitation).toMatchObject({ status: 'pending', mail: null });
    expect((await fetch(made.link)).status).toBe(200);
  });

  it('invites anew whoever was revoked', async () => {
    const email = address();
    const { id, memberId } = await invited(email, { name: 'Una Zwei', role: 'admin' });
    await owner('DELETE', `/team/invitations/${id}`);
    const anew = (await owner('POST', `/team/invitations/${id}/resend`)).json as ShownInvitation;
    expect(anew).toMatchObject({ email, name: 'Una Zwei', role: 'admin', status: 'pending' });
    expect(anew.memberId).not.toBe(memberId);
    expect(await seats()).toEqual(agreed(2));
  });
});

describe('the page behind a link', () => {
  it('says who invites to what, and changes nothing', async () => {
    const { id } = await invited();
    const url = `${service.root}/invitations/${await tokenOf(service, id)}`;
    const before = await fingerprint(service);
    const page = await fetch(url);
    expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual([200, expect.stringContaining('text/html'), 'no-store', 'no-referrer']);
    expect(await page.text()).toContain(workspace.slug);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('is the same for dead links, unknown ones and no links at all', async () => {
    const { id } = await invited();
    const token = await tokenOf(service, id);
    await owner('DELETE', `/team/invitations/${id}`);
    const flipped = `${token.slice(0, -1)}${token.endsWith('A') ? 'Q' : 'A'}`;
    const pages = await Promise.all([token, flipped, 'x', 'A'.repeat(64), '%00', `${token}A`].map(async (text) => await fetch(`${service.root}/invitations/${text}`)));
    expect(pages.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(new Set(await Promise.all(pages.map(async (page) => await page.text()))).size).toBe(1);
  });
});

it('what is wrong with a request is told in words of the problem', async () => {
  expect(((await owner('POST', '/team/invitations', { email: address(), role: 'x y' })).json as ProblemBody).detail).toContain('"role" must be the key of a role');
  expect((await owner('GET', '/team/invitations/none')).status).toBe(404);
});
