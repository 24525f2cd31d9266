// Changes that are all meant for one version, let loose together: exactly one of them is made, and the others are told that they came too late.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';
import { addMember, deadlocks, letLoose, newName, outcomes } from './racing.ts';

const rounds = 50;
const atOnce = 6;

let service: StartedServer;
let scim: Scim;
let before: number;

beforeAll(async () => {
  service = await startForTest();
  scim = scimClient(service, (await (await service.workspace()).connectionToken()).token);
  before = await deadlocks(service);
});
afterAll(async () => await service.stop());
afterEach(async () => {
  if ((await deadlocks(service)) !== before) throw new Error('a deadlock had to be broken');
});

async function addGroup(...ids: string[]): Promise<string> {
  return ((await scim.post('/Groups', { displayName: newName(), members: ids.map((value) => ({ value })) })).body as { id: string }).id;
}

async function etagOf(path: string): Promise<string> {
  return String((await scim.get(path)).headers['etag']);
}

const lost = (count: number) => Array<string>(count).fill('412 version-mismatch');
const set = (attribute: string, at: number) => ({ op: 'replace', path: attribute, value: `value ${at} ${newName()}` });
const seats = Array.from({ length: atOnce }, (_, at) => at);

describe('of changes for one version at once, one is made', () => {
  it('to a user', { timeout: 60_000 }, async () => {
    const path = `/Users/${await addMember(scim)}`;
    for (let round = 0; round < rounds; round += 1) {
      const etag = await etagOf(path);
      const verdicts = await letLoose(...seats.map((at) => scim.patch(path, set('title', at)).set('If-Match', etag)));
      expect(outcomes(verdicts)).toBe(['200', ...lost(atOnce - 1)].join(', '));
      expect(await etagOf(path)).toBe(`W/"${Number(/\d+/.exec(etag)?.[0]) + 1}"`);
    }
  });

  it('to a group, its name or its members', { timeout: 60_000 }, async () => {
    const people = await Promise.all(seats.map(async () => await addMember(scim)));
    for (let round = 0; round < rounds; round += 1) {
      const path = `/Groups/${await addGroup()}`;
      const etag = await etagOf(path);
      const changes = people.map((value, at) => (at % 2 === 0 ? { op: 'add', path: 'members', value: [{ value }] } : set('displayName', at)));
      const verdicts = await letLoose(...changes.map((change) => scim.patch(path, change).set('If-Match', etag)));
      expect(outcomes(verdicts)).toBe(['204', ...lost(atOnce - 1)].join(', '));
      const { members = [] } = (await scim.get(path)).body as { members?: unknown[] };
      expect(members.length).toBeLessThanOrEqual(1);
    }
  });

  it('whatever they are: PATCH, PUT or DELETE', { timeout: 60_000 }, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const userName = newName();
      const created = await scim.post('/Users', { userName });
      const [path, etag] = [`/Users/${created.body.id as string}`, String(created.headers['etag'])];
      const verdicts = await letLoose(
        scim.patch(path, set('title', 1)).set('If-Match', etag),
        scim.put(path, { userName, title: newName() }).set('If-Match', etag),
        scim.delete(path).set('If-Match', etag),
      );
      const made = verdicts.filter(({ status }) => status < 300);
      expect(made).toHaveLength(1);
      // A deletion leaves nothing that could have another version.
      expect(verdicts.every(({ status }) => status < 300 || status === 412 || (made[0]?.status === 204 && status === 404)), JSON.stringify(verdicts)).toBe(true);
    }
  });
});
