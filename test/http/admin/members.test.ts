// The members of the team: what the list finds and in which order, how one is shown, and who sees whom.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invite } from '../../support/invite.ts';
import { scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem, person, pushed, teamClient, type ListBody, type Shown, type Team } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Team;
let ids: Readonly<Record<'ada' | 'bob' | 'cid' | 'dan' | 'eva', string>>;
let groupId: string;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace({ owner: 'zoe@team.example' });
  owner = teamClient(service, (await workspace.personToken(workspace.ownerId)).token);
  const ada = await pushed(service, workspace, 'ada.l@team.example', { externalId: 'x-ada', displayName: 'Ada Lovelace', name: { givenName: 'Ada', familyName: 'Lovelace', formatted: 'Countess of Lovelace' } });
  const bob = await pushed(service, workspace, 'BOB', { displayName: 'bob Ä_100%', emails: [{ value: 'other@mail.example', type: 'home' }] }, 'entra');
  const cid = await pushed(service, workspace, 'cid@team.example', { externalId: 'x-cid', active: false, name: { givenName: 'Xid', familyName: 'Campeador' } }, 'entra');
  const [dan, eva] = [await person(service, workspace, 'admin'), await person(service, workspace, 'owner')];
  ids = { ada, bob, cid, dan, eva };
  const okta = scimClient(service, (await workspace.connectionToken('groups')).token);
  groupId = (await okta.post('/Groups', { displayName: 'Sales', members: [{ value: ada }, { value: dan }] })).body.id as string;
  await service.query(`update membership set last_login_at = '2026-01-02T03:04:05.678912Z' where id = $1`, [ada]);
  await service.query(`update membership set last_login_at = '2026-01-02T03:04:05.678911Z' where id = $1`, [bob]);
});
afterAll(async () => await service.stop());

const found = ({ items }: ListBody) => items.map(({ id }) => Object.entries(ids).find(([, one]) => one === id)?.[0] ?? 'zoe');

describe('one member', () => {
  it('is shown as JSON of its own', async () => {
    const answer = await owner.send('GET', `/${ids.ada}`);
    const [connection] = await service.query(`select id from idp_connection where workspace_id = $1 and label = 'okta'`, [workspace.tenant.workspaceId]);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(answer.json).toEqual({
      id: ids.ada,
      userName: 'ada.l@team.example',
      name: { display: 'Ada Lovelace', formatted: 'Countess of Lovelace', given: 'Ada', family: 'Lovelace' },
      emails: [{ value: 'ada.l@team.example', type: 'work', primary: true }],
      status: 'active',
      role: 'member',
      roleSource: 'direct',
      seatHeld: true,
      holds: [],
      scheduledDeactivation: null,
      groups: [{ id: groupId, name: 'Sales' }],
      managedBy: [{ id: connection?.['id'], label: 'okta' }],
      createdAt: time,
      updatedAt: time,
      lastLoginAt: '2026-01-02T03:04:05.678Z',
      accountOwner: false,
      removedAt: null,
      version: 1,
    });
    expect([answer.status, answer.headers['content-type'], answer.headers['etag'], answer.headers['cache-control']]).toEqual([200, 'application/json', 'W/"1"', 'no-store']);
    const head = await owner.send('HEAD', `/${ids.ada}`);
    expect([head.status, head.text, head.headers['etag'], head.headers['content-length']]).toEqual([200, '', 'W/"1"', String(Buffer.byteLength(answer.text))]);
  });

  it('without names, logins, seats and connections shows that there are none', async () => {
    const bare = { name: { display: null, formatted: null, given: null, family: null }, lastLoginAt: null, groups: [], managedBy: [], holds: [] };
    expect(await owner.one(ids.eva)).toMatchObject({ ...bare, role: 'owner', seatHeld: true });
    const cid = await owner.one(ids.cid);
    expect(cid).toMatchObject({ status: 'deactivated', seatHeld: false, holds: [{ source: expect.stringMatching(/^idp:/), since: expect.any(String) }] });
    // A link without an externalId is none.
    expect((await owner.one(ids.bob))['managedBy']).toEqual([]);
  });

  it('need not be sent to whoever has this version, and is not to whoever wants another', async () => {
    const answers = await Promise.all(['If-None-Match', 'If-Match'].map(async (name) => await owner.send('GET', `/${ids.ada}`, undefined, { [name]: name === 'If-Match' ? 'W/"7"' : 'W/"1"' })));
    expect(answers.map(({ status }) => status)).toEqual([304, 412]);
  });
});

describe('the list', () => {
  it.each([
    ['', ['ada', 'bob', 'cid', 'dan', 'eva', 'zoe']],
    ['?q=LOVELACE', ['ada']],
    ['?q=ada%20love', ['ada']],
    ['?q=countess', ['ada']],
    ['?q=other@MAIL', ['bob']],
    ['?q=bo', ['bob']],
    ['?q=%C3%A4_100%25', ['bob']],
    ['?q=xid+CAMP', ['cid']],
    ['?q=%25', ['bob']],
    ['?q=nobody', []],
    ['?status=deactivated', ['cid']],
    ['?status=invited', []],
    ['?hideDeactivated=true', ['ada', 'bob', 'dan', 'eva', 'zoe']],
    ['?hideDeactivated=true&status=deactivated', []],
    ['?role=admin', ['dan']],
    ['?role=owner', ['eva', 'zoe']],
    ['?managed=true', ['ada', 'cid']],
    ['?managed=false&role=member', ['bob']],
    ['?q=team.example&role=member&hideDeactivated=true', ['ada']],
  ])('%s finds %j', async (query, expected) => {
    const body = await owner.list(query);
    expect(found(body).toSorted()).toEqual(expected);
    expect([body.total, body.nextCursor, body.previousCursor]).toEqual([expected.length, null, null]);
  });

  it('finds the members of a group, and nobody of one that is not there', async () => {
    expect(found(await owner.list(`?group=${groupId.toUpperCase()}`)).toSorted()).toEqual(['ada', 'dan']);
    expect((await owner.list(`?group=${ids.ada}`)).total).toBe(0);
  });

  it.each([
    // The displayName, else the name, else the userName, which for Dan and Eva is person…@.
    ['name', ['ada', 'bob', 'dan', 'eva', 'cid', 'zoe']],
    ['-name', ['zoe', 'cid', 'eva', 'dan', 'bob', 'ada']],
    ['userName', ['ada', 'bob', 'cid', 'dan', 'eva', 'zoe']],
    ['createdAt', ['zoe', 'ada', 'bob', 'cid', 'dan', 'eva']],
    ['-createdAt', ['eva', 'dan', 'cid', 'bob', 'ada', 'zoe']],
  ])('is in the order of "%s"', async (sort, expected) => {
    expect(found(await owner.list(`?sort=${sort}`))).toEqual(expected);
    if (sort === 'name') expect(found(await owner.list())).toEqual(expected);
  });

  it('orders logins to the microsecond, those who never logged in last and first in reverse', async () => {
    const [up, down] = [found(await owner.list('?sort=lastLoginAt')), found(await owner.list('?sort=-lastLoginAt'))];
    expect([up.slice(0, 2), down]).toEqual([['bob', 'ada'], up.toReversed()]);
  });

  it.each(['name', '-name', 'userName', '-userName', 'createdAt', '-createdAt', 'lastLoginAt', '-lastLoginAt'])('is walked by %s in both directions without loss', async (sort) => {
    const whole = (await owner.list(`?sort=${sort}`)).items.map(({ id }) => id);
    expect(whole).toHaveLength(6);
    const pages: ListBody[] = [];
    for (let cursor = ''; ; ) {
      const body = await owner.list(`?sort=${sort}&limit=${pages.length === 0 ? 4 : 1}${cursor === '' ? '' : `&cursor=${cursor}`}`);
      pages.push(body);
      expect(body.total).toBe(6);
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(whole);
    expect(pages.map(({ previousCursor }) => previousCursor !== null)).toEqual([false, true, true]);
    const back = await owner.list(`?sort=${sort}&limit=5&cursor=${pages.at(-1)?.previousCursor ?? ''}`);
    expect([back.items.map(({ id }) => id), back.previousCursor, back.nextCursor === null]).toEqual([whole.slice(0, 5), null, false]);
  });

  it('gives cursors that fit one caller and one list only', async () => {
    const { nextCursor } = await owner.list('?limit=1');
    const cursor = nextCursor ?? '';
    expect(cursor).toMatch(/^[\w-]{40,}$/);
    const dan = teamClient(service, (await workspace.personToken(ids.dan)).token);
    const stranger = await service.workspace();
    const theirs = teamClient(service, (await stranger.personToken(stranger.ownerId)).token);
    for (const wrong of [owner.send('GET', `?cursor=${cursor}&sort=-name`), owner.send('GET', `?cursor=${cursor}&q=a`), owner.send('GET', `?cursor=${cursor}x`), dan.send('GET', `?cursor=${cursor}`), theirs.send('GET', `?cursor=${cursor}`)]) {
      expectProblem(await wrong, { status: 400, code: 'invalidCursor' });
    }
    expect((await owner.send('GET', `?cursor=${cursor}&sort=name&limit=3`)).status).toBe(200);
  });
});

describe('who sees whom', () => {
  it('is everybody for an admin, and only oneself for a member', async () => {
    const [dan, ada] = [teamClient(service, (await workspace.personToken(ids.dan)).token), teamClient(service, (await workspace.personToken(ids.ada)).token)];
    expect((await dan.list()).total).toBe(6);
    expect(found(await ada.list())).toEqual(['ada']);
    expect([(await ada.list()).total, (await ada.list('?q=bob')).total, (await ada.list('?q=lovelace')).total]).toEqual([1, 0, 1]);
    expect((await ada.one(ids.ada)).userName).toBe('ada.l@team.example');
    expectProblem(await ada.send('GET', `/${ids.bob}`), { status: 404, code: 'not-found', blockers: ['not-found'] });
  });

  it('is nobody of another workspace', async () => {
    const other = await service.workspace();
    const theirs = teamClient(service, (await other.personToken(other.ownerId)).token);
    expect((await theirs.list()).items.map(({ id }: Shown) => id)).toEqual([other.ownerId]);
    for (const [method, path, body] of [['GET', ''], ['PATCH', '', { role: 'admin' }], ['DELETE', ''], ['POST', '/deactivate'], ['POST', '/reactivate']] as const) {
      expectProblem(await theirs.send(method, `/${ids.bob}${path}`, body), { status: 404, code: 'not-found' });
    }
    expect((await theirs.list(`?group=${groupId}`)).total).toBe(0);
  });
});

it('an invitation is listed, and ended by removal with a reason', async () => {
  const other = await service.workspace();
  const team = teamClient(service, (await other.personToken(other.ownerId)).token);
  const id = await invite(service, other.tenant, 'invited@team.example');
  expect((await team.list('?status=invited')).items).toMatchObject([{ id, status: 'invited', seatHeld: true }]);
  expect((await team.send('DELETE', `/${id}`, { reason: 'a mistake' })).status).toBe(204);
  expect((await team.list()).total).toBe(1);
  const [written] = await service.query('select e.action, r.reason from audit_event e join audit_reason r on r.workspace_id = e.workspace_id and r.event_id = e.id where e.target_id = $1', [id]);
  expect(written).toEqual({ action: 'team_invitation_revoke', reason: 'a mistake' });
});
