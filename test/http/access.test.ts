// Access and authority over the wire: what ends it, what brings it back, and who may do it to whom.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeMember } from '../../src/domain/commands/change-member.ts';
import { changeRole } from '../../src/domain/commands/change-role.ts';
import { revokeToken, setConnectionPaused } from '../../src/domain/commands/credentials.ts';
import { removeMember } from '../../src/domain/commands/remove-member.ts';
import { transferOwnership } from '../../src/domain/commands/transfer-ownership.ts';
import type { Call } from '../../src/domain/model/caller.ts';
import type { RoleKey } from '../../src/domain/model/role.ts';
import { invite } from '../support/invite.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

type Answer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: unknown };

const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };

let service: StartedServer;
let workspace: TestWorkspace;
let idp: Scim;
let people = 0;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  idp = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

interface Person {
  readonly id: string;
  readonly userName: string;
  readonly scim: Scim;
}

async function seat(role: RoleKey = 'member', place = workspace, userName = `p${(people += 1)}@access.example`): Promise<Person> {
  const scim = place === workspace ? idp : scimClient(service, (await place.connectionToken(`l${(people += 1)}`)).token);
  const made = await scim.post('/Users', newUser(userName));
  expect(made.status, made.text).toBe(201);
  const { id } = made.body as { id: string };
  if (role !== 'member') expect(await changeRole(service.ports.store, place.operator, id, role)).toMatchObject({ ok: true });
  return { id, userName, scim: await actAs(id, place) };
}

const actAs = async (id: string, place = workspace) => scimClient(service, (await place.personToken(id)).token);
const verdict = ({ status, headers }: Answer) => `${status} ${headers['x-problem-code'] ?? ''}`.trim();
const setActive = async (id: string, active: boolean) =>
  await changeMember(service.ports.store, workspace.operator, {
    id,
    revise: (member) => ({ particulars: member, fields: [], active }),
    endsAccess: !active,
    parts: { groups: false, managerName: false, holds: false },
  });

/** Every way to end somebody's access; `removed` leaves nobody to reactivate. */
const endings: readonly (readonly [string, 'deactivated' | 'removed', (person: Person) => PromiseLike<unknown>])[] = [
  ['PATCH with path', 'deactivated', async ({ id }) => await idp.patch(`/Users/${id}`, off)],
  ['PATCH without path', 'deactivated', async ({ id }) => await idp.patch(`/Users/${id}`, { op: 'Replace', value: { active: 'False' } })],
  ['PUT', 'deactivated', async ({ id, userName }) => await idp.put(`/Users/${id}`, newUser(userName, { active: false }))],
  ['DELETE', 'removed', async ({ id }) => await idp.delete(`/Users/${id}`)],
  ['the command to deactivate', 'deactivated', async ({ id }) => await setActive(id, false)],
  ['the command to remove', 'removed', async ({ id }) => await removeMember(service.ports.store, workspace.operator, id)],
];

describe('access ends at once', () => {
  it.each(endings)('by %s: %s', async (_, state, end) => {
    const person = await seat('admin');
    const second = await actAs(person.id);
    const away = await service.workspace({ organization: workspace.organization });
    const elsewhere = await seat('admin', away, person.userName);
    expect([verdict(await person.scim.get('/Users?count=1')), verdict(await second.get(`/Users/${person.id}`))]).toEqual(['200', '200']);

    await end(person);
    const code = state === 'deactivated' ? '401 membership-deactivated' : '401 credential-invalid';
    for (const scim of [person.scim, second]) {
      const answers = await Promise.all([
        scim.get('/Users'),
        scim.get(`/Users/${person.id}`),
        scim.get('/ServiceProviderConfig'),
        scim.post('/Users', newUser('intruder@access.example')),
        scim.patch(`/Users/${workspace.ownerId}`, { op: 'replace', path: 'title', value: 'x' }),
        scim.delete(`/Users/${person.id}`),
        scim.post('/Groups', { displayName: 'x' }),
      ]);
      expect(answers.map(verdict)).toEqual(answers.map(() => code));
      for (const answer of answers) expect(answer.headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_token"/);
    }
    expect(verdict(await elsewhere.scim.get('/Users?count=1'))).toBe('200');

    if (state === 'deactivated') {
      await idp.patch(`/Users/${person.id}`, on);
      expect(await setActive(person.id, true)).toMatchObject({ ok: true, value: { status: 'active' } });
    } else {
      await idp.post('/Users', newUser(person.userName));
    }
    for (const scim of [person.scim, second]) expect(verdict(await scim.get('/Users?count=1'))).toBe('401 credential-invalid');
    if (state === 'deactivated') expect(verdict(await (await actAs(person.id)).get('/Users?count=1'))).toBe('200');
  });

  it('ends with the token, not with a cache of it', async () => {
    const [one, other] = [await workspace.connectionToken('twins'), await workspace.connectionToken('twins')];
    const clients = [one, other].map(({ token }) => scimClient(service, token));
    const look = async () => await Promise.all(clients.map(async (scim) => verdict(await scim.get('/Users?count=1'))));
    expect(await look()).toEqual(['200', '200']);
    await revokeToken(service.ports.store, workspace.operator, one.record.id);
    expect(await look()).toEqual(['401 credential-invalid', '200']);
    const { token, record } = await workspace.personToken(workspace.ownerId);
    await revokeToken(service.ports.store, workspace.operator, record.id);
    expect(verdict(await scimClient(service, token).get('/Users'))).toBe('401 credential-invalid');
  });

  it('pauses with its connection and with no other', async () => {
    const paused = scimClient(service, (await workspace.connectionToken('pausing')).token);
    const setPaused = async (value: boolean) => expect(await setConnectionPaused(service.ports.store, workspace.operator, 'PAUSING', value)).toMatchObject({ ok: true });
    const look = async () => [await paused.get('/Users'), await paused.get('/Schemas'), await paused.post('/Groups', { displayName: 'Paused' }), await idp.get('/Users?count=1')].map(verdict);
    await setPaused(true);
    expect(await look()).toEqual(['403 connection-paused', '403 connection-paused', '403 connection-paused', '200']);
    await setPaused(false);
    expect(await look()).toEqual(['200', '200', '201', '200']);
  });
});

describe('nobody ends themselves', () => {
  it.each(['owner', 'admin'] as const)('as %s, by any verb', async (role) => {
    const { id, userName, scim } = await seat(role);
    const attempts: Answer[] = [
      await scim.delete(`/Users/${id}`),
      await scim.patch(`/Users/${id}`, off),
      await scim.patch(`/Users/${id}`, { op: 'replace', value: { active: false, title: 'gone' } }),
      await scim.put(`/Users/${id}`, newUser(userName, { active: false })),
    ];
    expect(attempts.map(verdict)).toEqual(attempts.map(() => '403 self-removal'));
    expect(attempts[0]?.body).toMatchObject({ status: '403', detail: "You can't remove yourself. Ask another admin, or transfer ownership and let them remove you." });
    expect(attempts[0]?.body).not.toHaveProperty('scimType');
    const now = (await scim.get(`/Users/${id}`)).body as Record<string, unknown>;
    expect([now['active'], now['title']]).toEqual([true, undefined]);
    expect(verdict(await scim.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'still here' }))).toBe('200');
  });
});

describe('rank', () => {
  const attempts = async (scim: Scim, id: string) =>
    [
      await scim.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'x' }),
      await scim.put(`/Users/${id}`, newUser('other@access.example')),
      await scim.patch(`/Users/${id}`, off),
      await scim.delete(`/Users/${id}`),
    ].map(verdict);

  it('keeps admins from owners, and lets them manage each other', async () => {
    const [admin, peer, owner] = [await seat('admin'), await seat('admin'), await seat('owner')];
    expect(verdict(await admin.scim.get(`/Users/${owner.id}`))).toBe('200');
    expect(await attempts(admin.scim, owner.id)).toEqual(Array(4).fill('403 role-not-manageable'));
    expect(await attempts(admin.scim, peer.id)).toEqual(['200', '200', '200', '204']);
    expect(await attempts(owner.scim, admin.id)).toEqual(['200', '200', '200', '204']);
  });

  it('shows a plain member itself and nobody else', async () => {
    const [member, other] = [await seat(), await seat()];
    expect(await attempts(member.scim, other.id)).toEqual(Array(4).fill('404 not-found'));
    expect(verdict(await member.scim.get(`/Users/${other.id}`))).toBe('404 not-found');
    expect(verdict(await member.scim.get(`/Users/${member.id}`))).toBe('200');
    const lists = [await member.scim.get('/Users'), await member.scim.get('/Users?count=0'), await member.scim.get('/Users?filter=active%20eq%20true'), await member.scim.post('/Users/.search', {})];
    expect(lists.map(({ body }) => (body as { totalResults: number }).totalResults)).toEqual([1, 1, 1, 1]);
    expect((await member.scim.get(`/Users?filter=${encodeURIComponent(`userName eq "${other.userName}"`)}`)).body).toMatchObject({ totalResults: 0 });
    expect(await attempts(member.scim, member.id)).toEqual(Array(4).fill('403 permission-denied'));
    const groups = [await member.scim.get('/Groups'), await member.scim.post('/Groups', { displayName: 'Mine' }), await member.scim.post('/Users', newUser('mine@access.example'))];
    expect(groups.map(verdict)).toEqual(Array(3).fill('403 permission-denied'));
  });

  it('protects the last owner and the account owner from the identity provider', async () => {
    const home = await service.workspace();
    const away = await service.workspace({ organization: home.organization });
    const [homeIdp, awayIdp] = [scimClient(service, (await home.connectionToken()).token), scimClient(service, (await away.connectionToken()).token)];
    const answers = [await awayIdp.delete(`/Users/${away.ownerId}`), await awayIdp.patch(`/Users/${away.ownerId}`, off)];
    expect(answers.map(verdict)).toEqual(['409 last-owner', '409 last-owner']);
    const userName = `owner@${away.slug}.example`;
    const detail = `Cannot remove last owner: ${userName} is the only active owner of ${away.slug}. Transfer ownership, then retry.`;
    expect(answers[0]?.body).toMatchObject({ status: '409', detail });
    expect(answers[0]?.body).not.toHaveProperty('scimType');
    await seat('owner', home);
    expect([await homeIdp.delete(`/Users/${home.ownerId}`), await homeIdp.patch(`/Users/${home.ownerId}`, off)].map(verdict)).toEqual(Array(2).fill('409 account-owner-protected'));
    await seat('owner', away);
    expect(verdict(await awayIdp.delete(`/Users/${away.ownerId}`))).toBe('204');
  });

  it('lets the account ownership be passed on by its holder, and taken by no other owner', async () => {
    const home = await service.workspace();
    const second = await seat('owner', home);
    const asPerson = async (membershipId: string): Promise<Call> => {
      const { record } = await home.personToken(membershipId);
      return { credential: { kind: 'person', tenant: home.tenant, tokenId: record.id, membershipId, epoch: record.epoch ?? 0, scopes: ['scim.write'] }, requestId: 'transfer' };
    };
    const transfer = { toId: second.id, fromId: undefined, alsoAccount: true };
    const holder = async () => (await service.query('select m.id from organization o join membership m on m.account_id = o.account_owner_id where o.id = $1', [home.tenant.organizationId]))[0]?.['id'];
    expect(await transferOwnership(service.ports.store, await asPerson(second.id), transfer)).toMatchObject({ ok: false, refusal: { kind: 'protected', rule: 'account-owner-protected' } });
    expect(await holder()).toBe(home.ownerId);
    expect(await transferOwnership(service.ports.store, await asPerson(home.ownerId), transfer)).toMatchObject({ ok: true });
    expect(await holder()).toBe(second.id);
  });
});

/** What the audit holds about somebody, oldest first: `action outcome`. */
async function trailOf(id: string): Promise<string[]> {
  const rows = await service.query('select action, outcome from audit_event where workspace_id = $1 and target_id = $2 order by id', [workspace.tenant.workspaceId, id]);
  return rows.map(({ action, outcome }) => `${String(action).replace('team_', '')} ${String(outcome)}`);
}

const urn = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';

async function standing(id: string): Promise<{ active: boolean; version: string; holds: string[] }> {
  const { active, meta, [urn]: membership } = (await idp.get(`/Users/${id}?attributes=active,meta.version,${urn}:holds`)).body as {
    active: boolean;
    meta: { version: string };
    [urn]?: { holds?: { source: string }[] };
  };
  return { active, version: meta.version, holds: (membership?.holds ?? []).map(({ source }) => source.replace(/:.*/, '')) };
}

describe('holds', () => {
  it('of an admin are not lifted by the identity provider, which reads the truth', async () => {
    const { id } = await seat();
    await setActive(id, false);
    const before = await standing(id);
    const answer = await idp.patch(`/Users/${id}`, on);
    expect([answer.status, (answer.body as { active: boolean }).active]).toEqual([200, false]);
    expect(await standing(id)).toEqual({ ...before, active: false, holds: ['admin'] });
    expect(await trailOf(id)).toEqual(['membership_provision success', 'membership_deactivate success', 'membership_reactivate withheld']);
    await setActive(id, true);
    expect(await standing(id)).toMatchObject({ active: true, holds: [] });
  });

  it('add up, and both sources must lift theirs', async () => {
    const { id } = await seat();
    await idp.patch(`/Users/${id}`, off);
    await setActive(id, false);
    expect((await standing(id)).holds.toSorted()).toEqual(['admin', 'idp']);
    expect((await idp.patch(`/Users/${id}`, on)).body).toMatchObject({ active: false });
    expect((await standing(id)).holds).toEqual(['admin']);
    await setActive(id, true);
    expect(await standing(id)).toMatchObject({ active: true, holds: [] });
    expect((await trailOf(id)).slice(1)).toEqual(['membership_deactivate success', 'membership_hold_add success', 'membership_reactivate withheld', 'membership_reactivate success']);
  });

  it('of one connection are not lifted by another, nor by an admin', async () => {
    const { id } = await seat();
    const entra = scimClient(service, (await workspace.connectionToken('entra')).token);
    const admin = await seat('admin');
    await entra.patch(`/Users/${id}`, off);
    for (const scim of [idp, admin.scim]) expect((await scim.patch(`/Users/${id}`, on)).body).toMatchObject({ active: false });
    expect((await entra.patch(`/Users/${id}`, on)).body).toMatchObject({ active: true });
  });

  it('come from a person’s own SCIM call as an admin’s', async () => {
    const [{ id }, admin] = [await seat(), await seat('admin')];
    await admin.scim.patch(`/Users/${id}`, off);
    expect(await standing(id)).toMatchObject({ active: false, holds: ['admin'] });
    await setActive(id, true);
    expect(await standing(id)).toMatchObject({ active: true, holds: [] });
  });
});

describe('what changes nothing', () => {
  it('PUT without active leaves the status alone, either way', async () => {
    const { id, userName } = await seat();
    await idp.patch(`/Users/${id}`, off);
    expect((await idp.put(`/Users/${id}`, newUser(userName, { title: 'one' }))).body).toMatchObject({ active: false, title: 'one' });
    await idp.patch(`/Users/${id}`, on);
    expect((await idp.put(`/Users/${id}`, newUser(userName, { title: 'two' }))).body).toMatchObject({ active: true, title: 'two' });
    expect((await trailOf(id)).filter((entry) => !entry.startsWith('membership_update')).slice(1)).toEqual(['membership_deactivate success', 'membership_reactivate success']);
  });

  it('a repeat keeps the version and writes no audit row', async () => {
    const { id, userName } = await seat();
    const body = newUser(userName, { externalId: 'repeat', active: false, title: 'same', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'D' } });
    await idp.put(`/Users/${id}`, body);
    const [before, trail] = [(await idp.get(`/Users/${id}`)).body as { meta: unknown }, await trailOf(id)];
    const repeats = [
      await idp.put(`/Users/${id}`, body),
      await idp.patch(`/Users/${id}`, off),
      await idp.patch(`/Users/${id}`, { op: 'Replace', value: { active: 'False' } }),
      await idp.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'same' }, { op: 'add', value: { externalId: 'repeat' } }),
    ];
    for (const { status, body: now } of repeats) expect([status, now]).toEqual([200, before]);
    expect(await trailOf(id)).toEqual(trail);
  });

  it('a refused attempt changes nothing and leaves exactly one row that says denied', async () => {
    const [admin, owner] = [await seat('admin'), await seat('owner')];
    const refused: readonly (readonly [string, string, () => PromiseLike<Answer>])[] = [
      [owner.id, 'membership_remove', () => admin.scim.delete(`/Users/${owner.id}`)],
      [owner.id, 'membership_update', () => admin.scim.patch(`/Users/${owner.id}`, { op: 'replace', path: 'title', value: 'x' })],
      [owner.id, 'membership_remove', () => owner.scim.delete(`/Users/${owner.id}`)],
      [owner.id, 'membership_deactivate', () => owner.scim.patch(`/Users/${owner.id}`, off)],
      [workspace.ownerId, 'membership_remove', () => owner.scim.delete(`/Users/${workspace.ownerId}`)],
    ];
    for (const [target, action, send] of refused) {
      const [before, trail] = [(await idp.get(`/Users/${target}`)).body as unknown, await trailOf(target)];
      expect((await send()).status).toBeGreaterThanOrEqual(403);
      expect((await trailOf(target)).slice(trail.length)).toEqual([`${action} denied`]);
      expect((await idp.get(`/Users/${target}`)).body).toEqual(before);
    }
  });
});

describe('an invited member', () => {
  const statusOf = async (id: string) =>
    (await service.query('select m.status, m.role, i.status as invitation from membership m join invitation i on i.membership_id = m.id where m.id = $1', [id]))[0];

  it('shows as active, and is taken over by a POST with the same e-mail', async () => {
    const id = await invite(service, workspace.tenant, 'taken@access.example');
    expect((await idp.get(`/Users/${id}`)).body).toMatchObject({ active: true, userName: 'taken@access.example' });
    const made = await idp.post('/Users', newUser('taken.over', { externalId: 'taken', emails: [{ value: 'Taken@access.example', primary: true }] }));
    expect([made.status, (made.body as { id: string }).id]).toEqual([201, id]);
    expect(made.body).toMatchObject({ active: true, userName: 'taken.over', externalId: 'taken' });
    expect(await statusOf(id)).toEqual({ status: 'active', role: 'member', invitation: 'superseded' });
    expect(await trailOf(id)).toEqual(['invitation_supersede success', 'membership_update success']);
  });

  it.each(['PUT', 'PATCH'] as const)('joins when a %s links an external id, with no more than the role of a member', async (verb) => {
    const mail = `linked-${verb.toLowerCase()}@access.example`;
    const id = await invite(service, workspace.tenant, mail, 'pending', 'owner');
    const plain = verb === 'PUT' ? await idp.put(`/Users/${id}`, newUser(mail, { title: 'soon' })) : await idp.patch(`/Users/${id}`, { op: 'add', path: 'title', value: 'soon' });
    expect(plain.status).toBe(200);
    expect(await statusOf(id)).toEqual({ status: 'invited', role: 'owner', invitation: 'pending' });
    const linked = verb === 'PUT' ? await idp.put(`/Users/${id}`, newUser(mail, { externalId: mail })) : await idp.patch(`/Users/${id}`, { op: 'add', path: 'externalId', value: mail });
    expect(linked.body).toMatchObject({ active: true, externalId: mail });
    expect(await statusOf(id)).toEqual({ status: 'active', role: 'member', invitation: 'superseded' });
    expect((await trailOf(id)).toSorted()).toEqual(['invitation_supersede success', 'membership_update success', 'membership_update success']);
  });

  it('is uninvited by active=false, and by DELETE without a mail', async () => {
    const [kept, gone] = [await invite(service, workspace.tenant, 'kept@access.example'), await invite(service, workspace.tenant, 'gone@access.example')];
    expect((await idp.patch(`/Users/${kept}`, off)).body).toMatchObject({ active: false });
    expect(await statusOf(kept)).toMatchObject({ status: 'deactivated', invitation: 'revoked' });
    expect(await trailOf(kept)).toEqual(['invitation_revoke success', 'membership_deactivate success']);
    expect(verdict(await idp.delete(`/Users/${gone}`))).toBe('204');
    expect([verdict(await idp.get(`/Users/${gone}`)), await trailOf(gone), (await statusOf(gone))?.['invitation']]).toEqual(['404 not-found', ['invitation_revoke success'], 'revoked']);
    expect(await service.query(`select template from mail_message where recipient_id = $1`, [gone])).toEqual([]);
  });

  it('is nobody whom a POST inactive lets in', async () => {
    const id = await invite(service, workspace.tenant, 'waits@access.example');
    const made = await idp.post('/Users', newUser('waits@access.example', { active: false }));
    expect([made.status, made.body]).toEqual([201, expect.objectContaining({ id, active: false })]);
    expect(await statusOf(id)).toMatchObject({ status: 'deactivated', invitation: 'revoked' });
  });
});

it('a mailbox that two share is no identity: the second user has an account of its own, without the key', async () => {
  const emails = [{ value: 'front.desk@access.example', type: 'work', primary: true }];
  const made = [await idp.post('/Users', newUser('desk.one', { emails })), await idp.post('/Users', newUser('desk.two', { emails }))];
  expect(made.map(({ status }) => status)).toEqual([201, 201]);
  const ids = made.map(({ body }) => (body as { id: string }).id);
  const keys = await service.query('select a.email_key from membership m join user_account a on a.id = m.account_id where m.id = any($1) order by m.id', [ids]);
  expect(keys).toEqual([{ email_key: 'front.desk@access.example' }, { email_key: null }]);
});
