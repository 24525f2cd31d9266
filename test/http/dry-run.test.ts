// Rehearsals at SCIM's door: the real answer, the database as it was, and a token that lets the request through only while nothing has changed.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../support/fingerprint.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let okta: Scim;
let id: string;
let groupId: string;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  okta = scimClient(service, (await workspace.connectionToken()).token);
  id = (await okta.post('/Users', newUser(`ada@${workspace.slug}.example`))).body.id as string;
  groupId = (await okta.post('/Groups', groupOf('Sales', id))).body.id as string;
});
afterAll(async () => await service.stop());

const groupOf = (displayName: string, ...members: readonly string[]) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName, members: members.map((value) => ({ value })) });
const off = { op: 'replace', path: 'active', value: false };

/** Times and ids that each run makes anew. */
function comparable(body: unknown, made: boolean): unknown {
  const text = JSON.stringify(body ?? null).replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"time"');
  return JSON.parse(made ? text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id') : text);
}

describe('a rehearsal', () => {
  it.each<readonly [string, (scim: Scim) => ReturnType<Scim['get']>]>([
    ['creates a user', (scim) => scim.post('/Users', newUser(`bob@${workspace.slug}.example`))],
    ['creates a user without access', (scim) => scim.post('/Users', newUser(`bob@${workspace.slug}.example`, { active: false }))],
    ['meets a taken userName', (scim) => scim.post('/Users', newUser(`ada@${workspace.slug}.example`))],
    ['replaces a user', (scim) => scim.put(`/Users/${id}`, newUser(`ada.l@${workspace.slug}.example`, { active: false }))],
    ['patches a user', (scim) => scim.patch(`/Users/${id}`, off)],
    ['removes a user', (scim) => scim.delete(`/Users/${id}`)],
    ['is refused the last owner', (scim) => scim.delete(`/Users/${workspace.ownerId}`)],
    ['finds nobody', (scim) => scim.delete('/Users/01890000-0000-7000-8000-000000000000')],
    ['creates a group', (scim) => scim.post('/Groups', groupOf('New', id))],
    ['replaces a group', (scim) => scim.put(`/Groups/${groupId}`, groupOf('Other'))],
    ['patches a group', (scim) => scim.patch(`/Groups/${groupId}`, { op: 'remove', path: `members[value eq "${id}"]` })],
    ['meets a taken name', (scim) => scim.post('/Groups', groupOf('Sales'))],
    ['removes a group', (scim) => scim.delete(`/Groups/${groupId}`)],
  ])('that %s is answered like the change, and changes nothing (I29)', async (_, change) => {
    const before = await fingerprint(service);
    const told = await change(okta).set('X-Usher-Dry-Run', 'true');
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    const real = await change(okta);
    expect([told.status, told.headers['x-problem-code'], comparable(told.body, real.status === 201)]).toEqual([real.status, real.headers['x-problem-code'], comparable(real.body, real.status === 201)]);
    expect([told.headers['etag'], told.headers['x-usher-dry-run'], real.headers['x-usher-dry-run']]).toEqual([real.headers['etag'], 'true', undefined]);
    expect(Object.keys(real.headers)).not.toContain('x-preview-token');
  });

  it('is asked for with true or false only, and not of a bulk request', async () => {
    const before = await fingerprint(service);
    const odd = await okta.delete(`/Users/${id}`).set('X-Usher-Dry-Run', 'yes');
    expect([odd.status, odd.body.detail]).toEqual([400, 'X-Usher-Dry-Run must be true or false.']);
    const bulk = await okta.post('/Bulk', { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: [{ method: 'DELETE', path: `/Users/${id}` }] }).set('X-Usher-Dry-Run', 'true');
    expect([bulk.status, bulk.body.detail]).toEqual([400, expect.stringMatching(/^A bulk request cannot be rehearsed/)]);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    expect((await okta.delete(`/Users/${id}`).set('X-Usher-Dry-Run', 'false')).status).toBe(204);
  });
});

describe('the token of a rehearsal', () => {
  const rehearse = async (change: () => ReturnType<Scim['get']>): Promise<string> => {
    const token = (await change().set('X-Usher-Dry-Run', 'true')).headers['x-preview-token'];
    expect(token).toMatch(/^[\w-]{50,}$/);
    return token ?? '';
  };

  it.each<readonly [string, () => ReturnType<Scim['get']>]>([
    ['DELETE', () => okta.delete(`/Users/${id}`)],
    ['PATCH', () => okta.patch(`/Users/${id}`, off)],
    ['PUT', () => okta.put(`/Users/${id}`, newUser(`ada@${workspace.slug}.example`, { active: false }))],
  ])('lets %s through, unless something has changed', async (_, change) => {
    const stale = await rehearse(change);
    await okta.patch(`/Groups/${groupId}`, { op: 'remove', path: 'members' });
    const before = await fingerprint(service);
    const refused = await change().set('X-Preview-Token', stale);
    expect([refused.status, refused.headers['x-problem-code'], refused.body.scimType]).toEqual([409, 'preview-stale', undefined]);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    expect((await change().set('X-Preview-Token', await rehearse(change))).status).toBeLessThan(300);
  });

  it('is of no other request, and of users only', async () => {
    const token = await rehearse(() => okta.patch(`/Users/${id}`, off));
    for (const wrong of [okta.delete(`/Users/${id}`), okta.patch(`/Users/${id}`, off, { op: 'replace', path: 'title', value: 'x' }), scimClient(service, (await workspace.connectionToken('entra')).token).patch(`/Users/${id}`, off)]) {
      const refused = await wrong.set('X-Preview-Token', token);
      expect([refused.status, refused.headers['x-problem-code']]).toEqual([409, 'preview-stale']);
    }
    for (const unfit of [okta.delete(`/Groups/${groupId}`), okta.post('/Users', newUser('new@x.example'))]) expect((await unfit.set('X-Preview-Token', token)).status).toBe(400);
  });
});
