// What a person without a right to read others finds: itself, in every list, total, order and search, and in no page of anybody else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

let service: StartedServer;
let owner: Scim;
let self: Scim;
let ids: readonly string[];

beforeAll(async () => {
  service = await startForTest();
  const workspace = await service.workspace();
  const scim = scimClient(service, (await workspace.connectionToken()).token);
  const made: string[] = [];
  for (const name of ['p1', 'p2', 'p3']) made.push(((await scim.post('/Users', newUser(`${name}@x.example`)).expect(201)).body as { id: string }).id);
  ids = made;
  await scim.post('/Groups', { displayName: 'G', members: made.map((value) => ({ value })) }).expect(201);
  self = scimClient(service, (await workspace.personToken(String(made[0]))).token);
  owner = scimClient(service, (await workspace.personToken(workspace.ownerId)).token);
});
afterAll(async () => await service.stop());

interface List {
  readonly totalResults: number;
  readonly Resources: readonly { readonly id: string }[];
  readonly nextCursor?: string;
}

const query = (parameters: Readonly<Record<string, string>>): string => new URLSearchParams(parameters).toString();
const everybody: readonly Readonly<Record<string, string>>[] = [
  {},
  { cursor: '' },
  { cursor: '', count: '1' },
  { count: '1', cursor: '', sortBy: 'meta.created', sortOrder: 'descending' },
  { filter: 'id pr' },
  { filter: 'not (id eq "x")', sortBy: 'id', cursor: '' },
  { filter: 'groups.display eq "G"', sortBy: 'groups.display' },
  { filter: 'emails.value eq "p2@x.example" or userName eq "p1@x.example"' },
];

describe.each(['/Users', '/'])('at %s', (path) => {
  it.each(everybody)('%j finds nobody else, and no page but this one', async (parameters) => {
    const { status, body } = (await self.get(`${path}?${query(parameters)}`)) as { status: number; body: List };
    expect([status, body.totalResults, body.Resources.map(({ id }) => id)]).toEqual([200, 1, [ids[0]]]);
    expect(body).not.toHaveProperty('nextCursor');
    expect(body).not.toHaveProperty('previousCursor');
    expect((await self.post(`${path}/.search`.replace('//', '/'), parameters)).body).toMatchObject({ totalResults: 1, itemsPerPage: 1 });
  });

  it('counts nobody else, whether or not a page is shown', async () => {
    for (const parameters of [{ count: '0' }, { startIndex: '2' }]) expect((await self.get(`${path}?${query(parameters)}`)).body).toMatchObject({ totalResults: 1, itemsPerPage: 0 });
    expect((await self.get(`${path}?${query({ filter: `id eq "${ids[1]}"` })}`)).body).toMatchObject({ totalResults: 0 });
  });

  it('cannot go on where somebody else was', async () => {
    const { nextCursor = '' } = (await owner.get(`${path}?count=1&cursor=`)).body as List;
    expect(nextCursor).not.toBe('');
    expect((await self.get(`${path}?count=1&cursor=${nextCursor}`)).body).toMatchObject({ status: '400', scimType: 'invalidCursor' });
  });
});
