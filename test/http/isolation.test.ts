// One tenant cannot read, change, count or even guess at another: two workspaces of one organization and one of another, over the wire.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../src/http/auth/mint-token.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

/** A workspace with one person and one group, whose names occur nowhere else. */
interface Tenant {
  readonly workspace: TestWorkspace;
  readonly scim: Scim;
  readonly userId: string;
  readonly groupId: string;
  readonly userName: string;
  readonly externalId: string;
  readonly groupName: string;
  /** Every text that belongs to this tenant alone. */
  readonly secrets: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let service: StartedServer;
let ours: Tenant;
/** In the same organization. */
let sister: Tenant;
/** In another one. */
let stranger: Tenant;

async function settle(word: string, organization?: string): Promise<Tenant> {
  const workspace = await service.workspace({ owner: `owner-${word}@${word}.example`, ...(organization === undefined ? {} : { organization }) });
  const scim = scimClient(service, (await workspace.connectionToken()).token);
  const [userName, externalId, groupName] = [`user-${word}@${word}.example`, `ext-${word}`, `group-${word}`];
  const user = await scim.post('/Users', newUser(userName, { externalId, displayName: `Display ${word}`, title: `title-${word}` }));
  const userId = (user.body as { id: string }).id;
  const group = await scim.post('/Groups', { displayName: groupName, externalId, members: [{ value: userId }] });
  return { workspace, scim, userId, groupId: (group.body as { id: string }).id, userName, externalId, groupName, secrets: [word, workspace.slug] };
}

beforeAll(async () => {
  service = await startForTest();
  ours = await settle('walnut');
  sister = await settle('juniper', ours.workspace.organization);
  stranger = await settle('thistle');
});
afterAll(async () => await service.stop());

/** All rows of a tenant, to see that nothing touched them. */
async function rowsOf({ workspace }: Tenant): Promise<unknown> {
  const tables = ['membership', 'membership_email', 'membership_link', 'membership_hold', 'scim_group', 'group_link', 'group_member', 'access_token', 'audit_event', 'outbox_event'];
  return await service.query(
    tables.map((table) => `select '${table}' as name, count(*)::int as rows, md5(string_agg(t::text, '|' order by t::text)) as digest from ${table} t where workspace_id = $1`).join(' union all '),
    [workspace.tenant.workspaceId],
  );
}

/** An answer without what names the request: its id, and the id it asked for. */
function bare({ status, text, headers }: Answer, id: string): unknown {
  const { 'x-request-id': _request, date: _date, connection: _connection, 'keep-alive': _keep, etag: _etag, ...rest } = headers;
  return { status, text: text.replaceAll(id, '<id>'), headers: JSON.parse(JSON.stringify(rest).replaceAll(id, '<id>')) as unknown };
}

const title = { op: 'replace', path: 'title', value: 'taken' };
const verbs: readonly (readonly [string, (scim: Scim, type: string, id: string) => PromiseLike<Answer>])[] = [
  ['GET', (scim, type, id) => scim.get(`/${type}/${id}`)],
  ['GET with attributes', (scim, type, id) => scim.get(`/${type}/${id}?attributes=displayName,groups,members,urn:usher:params:scim:schemas:extension:membership:2.0:User`)],
  ['PUT', (scim, type, id) => scim.put(`/${type}/${id}`, type === 'Users' ? newUser('taken@over.example') : { displayName: 'taken' })],
  ['PATCH with path', (scim, type, id) => scim.patch(`/${type}/${id}`, type === 'Users' ? title : { op: 'replace', path: 'displayName', value: 'taken' })],
  ['PATCH without path', (scim, type, id) => scim.patch(`/${type}/${id}`, { op: 'replace', value: type === 'Users' ? { active: false } : { displayName: 'taken' } })],
  ['PATCH of nothing', (scim, type, id) => scim.patch(`/${type}/${id}`, type === 'Users' ? { op: 'remove', path: 'title' } : { op: 'remove', path: 'members' })],
  ['DELETE', (scim, type, id) => scim.delete(`/${type}/${id}`)],
];

describe.each(['connection', 'owner'] as const)('with the token of a %s', (holder) => {
  it.each(verbs)('%s of another tenant’s user or group is what an unknown id gets', async (_, send) => {
    const scim = holder === 'connection' ? ours.scim : scimClient(service, (await ours.workspace.personToken(ours.workspace.ownerId)).token);
    const before = [await rowsOf(sister), await rowsOf(stranger)];
    for (const type of ['Users', 'Groups']) {
      const unknown = randomUUID();
      const expected = bare(await send(scim, type, unknown), unknown);
      expect(expected).toMatchObject({ status: 404 });
      for (const tenant of [sister, stranger]) {
        for (const id of [tenant.userId, tenant.groupId, tenant.workspace.ownerId, tenant.workspace.tenant.workspaceId]) {
          const answer = await send(scim, type, id);
          expect(bare(answer, id)).toEqual(expected);
          expect(tenant.secrets.filter((secret) => answer.text.includes(secret))).toEqual([]);
        }
      }
    }
    expect([await rowsOf(sister), await rowsOf(stranger)]).toEqual(before);
  });
});

describe('lists', () => {
  const filtersFor = (tenant: Tenant): string[] => [
    `id eq "${tenant.userId}"`,
    `userName eq "${tenant.userName}"`,
    `userName co "${tenant.secrets[0] ?? ''}"`,
    `externalId eq "${tenant.externalId}"`,
    `emails.value ew "${tenant.secrets[0] ?? ''}.example"`,
    `emails[type eq "work" and value co "${tenant.secrets[0] ?? ''}"]`,
    `displayName pr and displayName eq "Display ${tenant.secrets[0] ?? ''}"`,
    `groups.value eq "${tenant.groupId}"`,
    `${enterprise}:manager.value eq "${tenant.userId}"`,
    `meta.location ew "${tenant.userId}"`,
  ];

  it('hold a tenant’s own people and groups, and count no others', async () => {
    for (const [type, names] of [['Users', [ours.workspace.ownerId, ours.userId]], ['Groups', [ours.groupId]]] as const) {
      const { body, text } = await ours.scim.get(`/${type}`);
      expect((body as { Resources: { id: string }[] }).Resources.map(({ id }) => id).toSorted()).toEqual([...names].toSorted());
      expect((body as { totalResults: number }).totalResults).toBe(names.length);
      expect((await ours.scim.get(`/${type}?count=0`)).body).toMatchObject({ totalResults: names.length });
      expect([...sister.secrets, ...stranger.secrets].filter((secret) => text.includes(secret))).toEqual([]);
    }
  });

  it('find nothing of another tenant by any filter, by GET or by search', async () => {
    for (const tenant of [sister, stranger]) {
      for (const filter of filtersFor(tenant)) {
        const found = await ours.scim.get(`/Users?filter=${encodeURIComponent(filter)}`);
        expect([filter, found.status, (found.body as { totalResults: number }).totalResults]).toEqual([filter, 200, 0]);
        expect((await ours.scim.post('/Users/.search', { filter })).body).toMatchObject({ totalResults: 0 });
      }
      const [word = ''] = tenant.secrets;
      for (const filter of [`displayName eq "${tenant.groupName}"`, `members.value eq "${tenant.userId}"`, `externalId eq "${tenant.externalId}"`, `members[display co "${word}"]`]) {
        expect((await ours.scim.get(`/Groups?filter=${encodeURIComponent(filter)}`)).body).toMatchObject({ totalResults: 0 });
      }
    }
  });

  it('would have found it in its own tenant', async () => {
    const answers = await Promise.all(filtersFor(sister).map((filter) => sister.scim.get(`/Users?filter=${encodeURIComponent(filter)}`)));
    const totals = answers.map(({ body }) => (body as { totalResults: number }).totalResults);
    expect(totals.map((total) => total > 0)).toEqual(filtersFor(sister).map((filter) => !filter.includes('manager')));
  });
});

describe('references', () => {
  it('to another tenant’s people or groups are no members, in the words for unknown ids', async () => {
    const attempts = [
      (id: string) => ours.scim.post('/Groups', { displayName: 'with a stranger', members: [{ value: ours.userId }, { value: id }] }),
      (id: string) => ours.scim.put(`/Groups/${ours.groupId}`, { displayName: ours.groupName, members: [{ value: id }] }),
      (id: string) => ours.scim.patch(`/Groups/${ours.groupId}`, { op: 'add', path: 'members', value: [{ value: id }] }),
      (id: string) => ours.scim.patch(`/Groups/${ours.groupId}`, { op: 'replace', path: 'members', value: [{ value: id, $ref: `${service.url}/Users/${id}` }] }),
    ];
    for (const attempt of attempts) {
      const unknown = randomUUID();
      const expected = bare(await attempt(unknown), unknown);
      expect(expected).toMatchObject({ status: 400, text: expect.stringContaining('<id>') as string });
      for (const id of [sister.userId, sister.groupId, stranger.userId, stranger.groupId]) expect(bare(await attempt(id), id)).toEqual(expected);
    }
    expect((await ours.scim.get(`/Groups/${ours.groupId}`)).body).toMatchObject({ members: [{ value: ours.userId }] });
  });

  it('in a removal of members change nothing, as an unknown id would not', async () => {
    for (const id of [randomUUID(), sister.userId, stranger.userId]) {
      const answer = await ours.scim.patch(`/Groups/${ours.groupId}`, { op: 'remove', path: `members[value eq "${id}"]` });
      expect([answer.status, answer.headers['etag']]).toEqual([204, 'W/"1"']);
    }
  });

  it('to a manager elsewhere stay text: no name, no address', async () => {
    const setManager = async (id: string) => (await ours.scim.patch(`/Users/${ours.userId}`, { op: 'replace', path: `${enterprise}:manager`, value: { value: id } })).body as Record<string, unknown>;
    for (const id of [randomUUID(), sister.userId, stranger.userId]) expect((await setManager(id))[enterprise]).toEqual({ manager: { value: id } });
    const own = await setManager(ours.workspace.ownerId);
    expect(own[enterprise]).toMatchObject({ manager: { value: ours.workspace.ownerId, displayName: expect.any(String) as string } });
  });
});

describe('names and external ids', () => {
  it('of another tenant are free', async () => {
    for (const { userName, externalId, groupName } of [sister, stranger]) {
      const user = await ours.scim.post('/Users', newUser(userName, { externalId }));
      const group = await ours.scim.post('/Groups', { displayName: groupName, externalId });
      expect([user.status, group.status]).toEqual([201, 201]);
      for (const answer of [user, group]) expect(answer.text).not.toContain('Display');
      await ours.scim.delete(`/Users/${(user.body as { id: string }).id}`);
      await ours.scim.delete(`/Groups/${(group.body as { id: string }).id}`);
    }
  });

  it('external ids of another connection cannot be seen and can be used again', async () => {
    const entra = scimClient(service, (await ours.workspace.connectionToken('entra')).token);
    const seen = await entra.get(`/Users/${ours.userId}`);
    expect([seen.status, (seen.body as { externalId?: string }).externalId]).toEqual([200, undefined]);
    expect((await entra.get(`/Users?filter=${encodeURIComponent(`externalId eq "${ours.externalId}"`)}`)).body).toMatchObject({ totalResults: 0 });
    const taken = await entra.post('/Users', newUser('second@own.example', { externalId: ours.externalId }));
    expect([taken.status, (taken.body as { externalId?: string }).externalId]).toEqual([201, ours.externalId]);
    const own = await ours.scim.get(`/Users/${(taken.body as { id: string }).id}`);
    expect((own.body as { externalId?: string }).externalId).toBeUndefined();
    const clash = await ours.scim.post('/Users', newUser('third@own.example', { externalId: ours.externalId }));
    expect([clash.status, (clash.body as { scimType?: string }).scimType]).toEqual([409, 'uniqueness']);
    expect((await ours.scim.get(`/Users/${ours.userId}`)).body).toMatchObject({ externalId: ours.externalId });
    await entra.delete(`/Users/${(taken.body as { id: string }).id}`);
  });

  it('what happens to a person here leaves the same person elsewhere as it was', async () => {
    const before = await rowsOf(sister);
    const here = await ours.scim.post('/Users', newUser(sister.userName, { displayName: 'Other name' }));
    const { id } = here.body as { id: string };
    const shared = await service.query('select count(distinct account_id)::int as accounts from membership where id = any($1)', [[id, sister.userId]]);
    expect(shared).toEqual([{ accounts: 1 }]);
    await ours.scim.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    await ours.scim.delete(`/Users/${id}`);
    expect(await rowsOf(sister)).toEqual(before);
    expect((await sister.scim.get(`/Users/${sister.userId}`)).body).toMatchObject({ active: true, displayName: 'Display juniper' });
  });
});

describe('tokens', () => {
  const edit = (token: string, change: Readonly<Record<string, string>>): string => {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    return [head, Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url'), signature].join('.');
  };

  it('with an edited tenant are worth nothing', async () => {
    const { token } = await ours.workspace.connectionToken('edited');
    expect((await scimClient(service, token).get('/Users?count=0')).status).toBe(200);
    const { workspaceId, organizationId } = sister.workspace.tenant;
    for (const change of [{ tenant: workspaceId }, { organization: stranger.workspace.tenant.organizationId }, { tenant: workspaceId, organization: organizationId }]) {
      const answer = await scimClient(service, edit(token, change)).get('/Users');
      expect([answer.status, answer.headers['x-problem-code']]).toEqual([401, 'credential-invalid']);
    }
  });

  it('even rightly signed for another tenant do not open it: the tenant does not know them', async () => {
    const parties = { issuer: 'usher', audience: 'usher' };
    const connection = (await ours.workspace.connectionToken('signed')).record;
    const person = (await ours.workspace.personToken(ours.workspace.ownerId)).record;
    expect((await scimClient(service, await mintToken(service.keys, parties, ours.workspace.tenant, connection)).get('/Users?count=0')).status).toBe(200);
    for (const { workspace, userId } of [sister, stranger]) {
      for (const record of [connection, person]) {
        const scim = scimClient(service, await mintToken(service.keys, parties, workspace.tenant, record));
        const [list, one, discovery] = [scim.get('/Users'), scim.get(`/Users/${userId}`), scim.get('/ServiceProviderConfig')];
        const answers = await Promise.all([list, one, discovery, scim.post('/Users', newUser('intruder@own.example')), scim.delete(`/Users/${userId}`)]);
        expect(answers.map(({ status, headers }) => [status, headers['x-problem-code']])).toEqual(answers.map(() => [401, 'credential-invalid']));
      }
    }
  });
});

describe('the login of the server', () => {
  /** Shared by the workspaces of one organization. */
  const ofOrganization = ['user_account', 'organization', 'seat_claim', 'seat_ledger'];
  const ofWorkspace = ['workspace', 'membership', 'membership_email', 'membership_link', 'scim_group', 'group_member', 'access_token', 'idp_connection', 'audit_event', 'outbox_event'];
  const tables = [...ofOrganization, ...ofWorkspace];

  it('sees nothing without a tenant, and with one nothing of another', async () => {
    const client = new pg.Client(service.database.runtime);
    await client.connect();
    const names = async (table: string) => (await client.query(`select t::text as row from ${table} t`)).rows.map(({ row }: { row: string }) => row).join('\n');
    try {
      for (const table of tables) expect([table, await names(table)]).toEqual([table, '']);
      const { workspaceId, organizationId } = ours.workspace.tenant;
      await client.query('begin');
      await client.query(`select set_config('app.workspace', $1, true), set_config('app.organization', $2, true)`, [workspaceId, organizationId]);
      for (const table of tables) {
        const seen = await names(table);
        expect([table, seen === '']).toEqual([table, false]);
        const foreign = [stranger.workspace.tenant.workspaceId, stranger.workspace.tenant.organizationId];
        if (!ofOrganization.includes(table)) foreign.push(sister.workspace.tenant.workspaceId);
        expect([table, foreign.filter((id) => seen.includes(id))]).toEqual([table, []]);
      }
      await client.query('rollback');
      for (const table of tables) expect([table, await names(table)]).toEqual([table, '']);
    } finally {
      await client.end();
    }
  });
});
