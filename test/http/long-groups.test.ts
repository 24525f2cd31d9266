// Groups of many members are answered in pieces of one moment, and whoever does not take the pieces keeps nobody else from reading.
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

const many = 2_345;

let service: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;
let token: string;
let people: readonly string[];

beforeAll(async () => {
  service = await startForTest({ DATABASE_POOL_SIZE: '3' });
  workspace = await service.workspace();
  ({ token } = await workspace.connectionToken());
  scim = scimClient(service, token);
  const { workspaceId, organizationId } = workspace.tenant;
  await service.query(
    `with person as (insert into user_account (organization_id, id) select $1, gen_random_uuid() from generate_series(1, $3) returning id)
     insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, status, base_role, role, accepted_at)
     select $2, gen_random_uuid(), $1, id, id::text, id::text, 'active', 'member', 'member', now() from person`,
    [organizationId, workspaceId, many],
  );
  people = (await service.query(`select id from membership where workspace_id = $1 order by id`, [workspaceId])).map(({ id }) => id as string);
});
afterAll(async () => await service.stop());

interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly members?: readonly Record<string, string>[];
  readonly meta: { readonly version: string };
}

let names = 0;
const body = (ids: readonly string[]) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: `Group ${(names += 1)}`, members: ids.map((value) => ({ value })) });
const create = async (ids: readonly string[], query = '?attributes=id'): Promise<Group> => (await scim.post(`/Groups${query}`, body(ids)).expect(201)).body as Group;
const idsOf = (group: Group): (string | undefined)[] => (group.members ?? []).map(({ value }) => value);

/** The response with its body still on the way. */
async function begin(path: string, headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
  const asked = request(`${service.url}${path}`, { headers: { Authorization: `Bearer ${token}`, ...headers }, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const piece of response) text += String(piece);
  return text;
}

it.each([1_000, 1_001, 2_000, 2_001, many])('shows %i members, each once and in the same order as a short list', async (count) => {
  const made = await create(people.slice(0, count));
  const { headers, body: group } = (await scim.get(`/Groups/${made.id}`).expect(200)) as { headers: Record<string, string>; body: Group };
  expect(idsOf(group)).toEqual(people.slice(0, count));
  expect([group.id, headers['etag'], group.meta.version]).toEqual([made.id, 'W/"1"', 'W/"1"']);
  const [first, last] = [group.members?.[0], group.members?.at(-1)];
  for (const member of [first, last]) expect(Object.keys(member ?? {})).toEqual(['value', '$ref', 'type', 'display']);
});

it('projects the members as it does those of a short list', async () => {
  const { id } = await create(people);
  const { body: bare } = await scim.get(`/Groups/${id}?excludedAttributes=members`).expect(200);
  expect(bare).not.toHaveProperty('members');
  const { body: values } = (await scim.get(`/Groups/${id}?attributes=members.value`).expect(200)) as { body: Group };
  expect(Object.keys(values)).toEqual(['schemas', 'id', 'members']);
  expect(values.members).toEqual(people.map((value) => ({ value })));
});

it('shows them to POST, PUT and PATCH that ask', async () => {
  const made = await create(people.slice(0, 1_500), '');
  expect(idsOf(made)).toEqual(people.slice(0, 1_500));
  const { body: replaced } = (await scim.put(`/Groups/${made.id}`, { ...body(people), displayName: made.displayName }).expect(200)) as { body: Group };
  expect(idsOf(replaced)).toEqual(people);
  const remove = { op: 'remove', path: 'members', value: [{ value: people[0] }] };
  const { body: patched } = (await scim.patch(`/Groups/${made.id}?attributes=members`, remove).expect(200)) as { body: Group };
  expect(idsOf(patched)).toEqual(people.slice(1));
});

it('shows one moment, whatever happens while it is being read', async () => {
  const { id } = await create(people);
  const response = await begin(`/Groups/${id}`);
  await scim.patch(`/Groups/${id}`, { op: 'replace', path: 'members', value: [] }, { op: 'replace', path: 'displayName', value: `Emptied ${id}` }).expect(204);
  const group = JSON.parse(await textOf(response)) as Group;
  expect(idsOf(group)).toEqual(people);
  expect(group).toMatchObject({ displayName: expect.stringMatching(/^Group/) as string, meta: { version: 'W/"1"' } });
  expect((await scim.get(`/Groups/${id}`)).body).not.toHaveProperty('members');
});

it('gives back what a client held that went away', async () => {
  const { id } = await create(people);
  for (let round = 0; round < 8; round += 1) (await begin(`/Groups/${id}`)).destroy();
  const { body: group } = (await scim.get(`/Groups/${id}`).expect(200)) as { body: Group };
  expect(idsOf(group)).toEqual(people);
});

it.each(['identity', 'gzip', 'br'])('never looks complete in %s when the database is lost on the way, and says nothing but in the log', async (coding) => {
  const { id } = await create(people);
  const printed = vi.spyOn(console, 'error').mockReturnValue();
  const rejected = vi.fn<() => void>();
  process.on('unhandledRejection', rejected);
  try {
    // Lost before the second piece is asked for.
    service.ports.database.pool.once('acquire', (client) => {
      const { query } = client;
      let asked = 0;
      client.query = ((...given: Parameters<typeof query>) => {
        asked += 1;
        if (asked === 3) throw Object.assign(new Error('Connection terminated unexpectedly'), { detail: 'Key (user_name)=(ada@x.example)' });
        return query.apply(client, given);
      }) as typeof query;
    });
    const response = await begin(`/Groups/${id}?attributes=members`, { 'Accept-Encoding': coding });
    await expect(textOf(response)).rejects.toThrow('aborted');
    expect(response.complete).toBe(false);
    expect(printed).not.toHaveBeenCalled();
    expect(rejected).not.toHaveBeenCalled();
  } finally {
    process.off('unhandledRejection', rejected);
    printed.mockRestore();
  }
  expect(idsOf((await scim.get(`/Groups/${id}`).expect(200)).body as Group)).toEqual(people);
});

it('answers HEAD without holding anything', async () => {
  const { id } = await create(people);
  for (let round = 0; round < 4; round += 1) await scim.head(`/Groups/${id}`).expect(200);
  await scim.get(`/Groups/${id}`).expect(200);
});

describe('a list', () => {
  it('shows groups of any length, each as it is alone, by index and by cursor and in a search', async () => {
    const made = [await create(people), await create(people.slice(0, 3)), await create([]), await create(people.slice(0, 1_001))];
    const alone = await Promise.all(made.map(async ({ id }) => (await scim.get(`/Groups/${id}`)).body as Group));
    const filter = made.map(({ id }) => `id eq "${id}"`).join(' or ');
    const inList = (page: unknown): unknown => (page as { Resources: Group[] }).Resources;
    const byIndex = await scim.get(`/Groups?filter=${encodeURIComponent(filter)}`).expect(200);
    expect([byIndex.body.totalResults, byIndex.body.itemsPerPage, inList(byIndex.body)]).toEqual([4, 4, alone]);
    const first = await scim.get(`/Groups?filter=${encodeURIComponent(filter)}&cursor=&count=2`).expect(200);
    const second = await scim.get(`/Groups?filter=${encodeURIComponent(filter)}&cursor=${String(first.body.nextCursor)}&count=2`).expect(200);
    expect([inList(first.body), inList(second.body)]).toEqual([alone.slice(0, 2), alone.slice(2)]);
    expect(inList((await scim.post('/.search', { filter }).expect(200)).body)).toEqual(alone);
    const values = await scim.get(`/Groups?filter=${encodeURIComponent(filter)}&attributes=members.value`).expect(200);
    expect((inList(values.body) as Group[]).map((group) => idsOf(group).length)).toEqual([people.length, 3, 0, 1_001]);
  });

  it('gives back what a client held that went away', async () => {
    const made = [await create(people), await create(people)];
    const filter = encodeURIComponent(made.map(({ id }) => `id eq "${id}"`).join(' or '));
    for (let round = 0; round < 8; round += 1) (await begin(`/Groups?filter=${filter}`)).destroy();
    expect((await scim.get(`/Groups?filter=${filter}`).expect(200)).body.Resources).toHaveLength(2);
  });
});

it('hides the group from those who may not see it', async () => {
  const { id } = await create(people);
  const other = scimClient(service, (await (await service.workspace()).connectionToken()).token);
  await other.get(`/Groups/${id}`).expect(404);
  const member = scimClient(service, (await workspace.personToken(String(people[0]))).token);
  expect((await member.get(`/Groups/${id}`)).status).toBe(403);
});
