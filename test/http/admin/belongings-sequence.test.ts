// Any sequence of commands against a model in memory: campaigns have a live owner or the system (I15), creators never change (I14), rules stay
// (I13), and keys work exactly as they were kept, suspended or revoked (I12).
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { makeHost, type Host } from '../host/host.ts';
import { apiClient, type Api, type MadeKey, type ShownResource } from './belongings.ts';
import { person } from './team.ts';

const [sequences, longest, people] = [15, 30, 3];

let service: StartedServer;

beforeAll(async () => {
  service = await startForTest();
});
afterAll(async () => await service.stop());

type Step =
  | { readonly do: 'register' | 'deactivate'; readonly who: number; readonly to: number; readonly ref: number; readonly ticked: boolean }
  | { readonly do: 'remove' | 'reactivate' | 'restore'; readonly who: number; readonly to: number; readonly ref: number; readonly ticked: boolean };

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('register', 'register', 'deactivate', 'deactivate', 'remove', 'reactivate', 'reactivate', 'restore'),
  who: fc.nat(people - 1),
  to: fc.nat(people),
  ref: fc.nat(2),
  ticked: fc.boolean(),
});

interface Somebody {
  readonly id: string;
  status: 'active' | 'deactivated';
  removed: boolean;
  key: 'active' | 'suspended' | 'revoked';
}

/** A campaign as a stack: the owner whom the host named, and above it whoever got it because the one below left. */
type Stack = string[];

interface World {
  readonly workspace: TestWorkspace;
  readonly api: Api;
  readonly host: Host;
  readonly crew: readonly Somebody[];
  readonly keys: readonly MadeKey[];
  readonly campaigns: Map<string, Stack>;
  readonly creators: Map<string, string>;
}

async function begin(): Promise<World> {
  const workspace = await service.workspace();
  const api = apiClient(service, (await workspace.personToken(workspace.ownerId)).token);
  const crew: Somebody[] = [];
  const keys: MadeKey[] = [];
  const creators = new Map<string, string>();
  for (let n = 0; n < people; n += 1) {
    const id = await person(service, workspace);
    crew.push({ id, status: 'active', removed: false, key: 'active' });
    keys.push(await apiClient(service, (await workspace.personToken(id)).token).makeKey(['admin.read', 'app:x']));
    await api.register('rule', `rule${n}`, id);
    creators.set(`rule${n}`, id);
  }
  return { workspace, api, host: await makeHost(service, workspace), crew, keys, campaigns: new Map(), creators };
}

/** Does it at the door and in the model; the model says which status is right. */
async function perform({ workspace, api, crew, campaigns, creators }: World, { do: act, who, to, ref, ticked }: Step): Promise<void> {
  const one = crew[who];
  const other = crew[to];
  if (one === undefined) throw new Error('nobody');
  const here = (somebody: Somebody | undefined) => somebody !== undefined && somebody.status === 'active' && !somebody.removed;
  const leave = () => {
    for (const stack of campaigns.values()) if (stack.at(-1) === one.id) stack.push(other?.id ?? workspace.ownerId);
  };
  const comeBack = () => {
    for (const stack of campaigns.values()) if (stack.includes(one.id)) stack.splice(stack.indexOf(one.id) + 1);
    if (one.key === 'suspended') one.key = 'active';
  };
  const chosen = other === undefined ? {} : { reassignTo: other.id };
  const rightReceiver = other === undefined || (here(other) && other !== one);
  const send = async (method: string, path: string, body: object) => (await api.send(method, path, body)).status;
  switch (act) {
    case 'register': {
      const name = `c${ref}`;
      const before = campaigns.get(name);
      const known = before?.at(-1) === one.id;
      const status = await send('PUT', `/resources/campaign/${name}`, { owner: one.id });
      expect(status, act).toBe(known ? 200 : !here(one) ? 400 : before === undefined ? 201 : 200);
      if (!known && here(one)) campaigns.set(name, [one.id]);
      if (status === 201) creators.set(name, one.id);
      return;
    }
    case 'deactivate': {
      const repeats = one.status === 'deactivated' && !ticked;
      expect(await send('POST', `/team/members/${one.id}/deactivate`, { ...chosen, suspendApiKeys: ticked }), act).toBe(one.removed ? 404 : repeats || rightReceiver ? 200 : 400);
      if (one.removed || !rightReceiver) return;
      leave();
      one.status = 'deactivated';
      if (ticked && one.key === 'active') one.key = 'suspended';
      return;
    }
    case 'remove':
      expect(await send('DELETE', `/team/members/${one.id}`, { ...chosen, revokeApiKeys: ticked }), act).toBe(one.removed ? 404 : rightReceiver ? 204 : 400);
      if (one.removed || !rightReceiver) return;
      leave();
      one.removed = true;
      if (ticked) one.key = 'revoked';
      return;
    case 'reactivate':
      expect(await send('POST', `/team/members/${one.id}/reactivate`, {}), act).toBe(one.removed ? 404 : 200);
      if (one.removed || one.status === 'active') return;
      one.status = 'active';
      comeBack();
      return;
    case 'restore': {
      const status = await send('POST', `/team/members/${one.id}/restore`, {});
      expect([200, 404, 409], act).toContain(status);
      expect(status === 200, act).toBe(one.removed);
      if (!one.removed) return;
      one.removed = false;
      if (one.status === 'active') comeBack();
    }
  }
}

async function compare({ api, host, workspace, crew, keys, campaigns, creators }: World): Promise<void> {
  const { items } = (await api.get('/resources?limit=200')) as unknown as { items: ShownResource[] };
  const found = new Map(items.map((resource) => [resource.externalRef, resource]));
  expect(found.size).toBe(creators.size);
  for (const [ref, creator] of creators) expect([ref, found.get(ref)?.createdBy]).toEqual([ref, creator]);
  for (const [n, { id }] of crew.entries()) expect(found.get(`rule${n}`)?.owner).toBe(id);
  const live = new Set([workspace.ownerId, 'system', ...crew.flatMap(({ id, status, removed }) => (status === 'active' && !removed ? [id] : []))]);
  for (const [ref, stack] of campaigns) {
    const owner = found.get(ref)?.owner ?? '';
    expect([ref, owner]).toEqual([ref, stack.at(-1)]);
    expect(live.has(owner), `${ref} has a live owner`).toBe(true);
  }
  for (const [n, { status, removed, key }] of crew.entries()) {
    const told = await host.introspect(keys[n]?.token ?? '');
    const scope = status === 'active' && !removed ? 'admin.read app:x' : 'app:x';
    expect([told['active'], told['scope']]).toEqual(key === 'active' ? [true, scope] : [false, undefined]);
  }
}

describe('belongings and keys', () => {
  it('follow the model through any sequence', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: longest }), async (steps) => {
        const world = await begin();
        for (const each of steps) await perform(world, each);
        await compare(world);
      }),
      { numRuns: sequences },
    );
  });
});
