// Access and authority over the wire: what ends it, what brings it back, and who may do it to whom.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeMember } from '../../src/domain/commands/change-member.ts';
import { changeRole } from '../../src/domain/commands/change-role.ts';
import { revokeToken, setConnectionPaused } from '../../src/domain/commands/credentials.ts';
import { removeMember } from '../../src/domain/commands/remove-member.ts';
import { transferOwnership } from '../../src/domain/commands/transfer-ownership.ts';
import type { Call } from '../../src/domain/model/caller.ts';
import type { RoleKey } from '../../src/domain/model/role.ts';
import { newUser, scimClient, startService, type Scim, type Service, type TestWorkspace } from '../support/service.ts';

type Answer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: unknown };

const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };

let service: Service;
let workspace: TestWorkspace;
let idp: Scim;
let people = 0;

beforeAll(async () => {
  service = await startService();
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
    expect(answers[0]?.body).toMatchObject({ status: '409', detail: `Cannot remove last owner: ${userName} is the only active owner of ${away.slug}. Transfer ownership, then retry.` });
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
