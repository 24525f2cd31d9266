// Two owners end each other at the same moment: one always stays, by every verb, and the loser reads why.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeRole } from '../../src/domain/commands/change-role.ts';
import type { Call } from '../../src/domain/model/caller.ts';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { activeOwners, actAs, addMember, deadlocks, giveRole, letLoose, outcomes, plainWorkspace } from './racing.ts';
import { withoutExclusiveLock } from './without-exclusive-lock.ts';

/** A workspace with what acts in it. */
interface Arena {
  readonly service: StartedServer;
  readonly workspace: TestWorkspace;
  readonly idp: Scim;
}

/** What came of a number of rounds: how often each outcome, and how often each number of owners left. */
interface Tally {
  readonly outcomes: Record<string, number>;
  readonly owners: Record<number, number>;
}

type Pair = readonly [string, string];

const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };

async function enterArena(service: StartedServer): Promise<Arena> {
  const workspace = await plainWorkspace(service);
  return { service, workspace, idp: scimClient(service, (await workspace.connectionToken()).token) };
}

/** The owner who is left, and a new one. */
async function withNewOwner({ service, workspace, idp }: Arena): Promise<Pair> {
  const left = await activeOwners(service, workspace);
  const ids = [...left];
  while (ids.length < 2) {
    const id = await addMember(idp);
    await giveRole(service, workspace, id, 'owner');
    ids.push(id);
  }
  return [ids[0] ?? '', ids[1] ?? ''];
}

/** Runs the rounds between pairs that `prepare` makes. */
async function fight(arena: Arena, count: number, prepare: () => Promise<Pair>, round: (one: string, other: string) => Promise<string>): Promise<Tally> {
  const tally: Tally = { outcomes: {}, owners: {} };
  for (let at = 0; at < count; at += 1) {
    const outcome = await round(...(await prepare()));
    const { length } = await activeOwners(arena.service, arena.workspace);
    tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
    tally.owners[length] = (tally.owners[length] ?? 0) + 1;
  }
  return tally;
}

/** Both removed by the identity provider, which knows of neither self nor rank. */
async function removals(arena: Arena, count: number): Promise<Tally> {
  const { idp } = arena;
  const round = async (one: string, other: string) => outcomes(await letLoose(idp.delete(`/Users/${one}`), idp.delete(`/Users/${other}`)));
  return await fight(arena, count, async () => await withNewOwner(arena), round);
}

describe('of two owners who go at the same moment', () => {
  let service: StartedServer;
  let arena: Arena;

  beforeAll(async () => {
    service = await startForTest();
    // The lock has to do it alone: the trigger refuses in the same words to machines.
    await service.query('alter table membership disable trigger membership_keeps_owner');
    arena = await enterArena(service);
  });
  afterAll(async () => await service.stop());

  it('one stays when the identity provider removes both', async () => {
    expect(await removals(arena, 60)).toEqual({ outcomes: { '204, 409 last-owner': 60 }, owners: { 1: 60 } });
  });

  it('one stays when the identity provider deactivates both', async () => {
    const { idp } = arena;
    const pair = await withNewOwner(arena);
    const bothActive = async (): Promise<Pair> => {
      for (const id of pair) await idp.patch(`/Users/${id}`, on);
      return pair;
    };
    const round = async (one: string, other: string) => outcomes(await letLoose(idp.patch(`/Users/${one}`, off), idp.patch(`/Users/${other}`, off)));
    const tally = await fight(arena, 50, bothActive, round);
    expect(tally).toEqual({ outcomes: { '200, 409 last-owner': 50 }, owners: { 1: 50 } });
  });

  it('one stays when one is removed and the other deactivated', async () => {
    const { idp } = arena;
    const round = async (one: string, other: string) => outcomes(await letLoose(idp.patch(`/Users/${one}`, off), idp.delete(`/Users/${other}`)));
    const tally = await fight(arena, 30, async () => await withNewOwner(arena), round);
    expect(tally.owners).toEqual({ 1: 30 });
    expect(Object.keys(tally.outcomes).every((outcome) => ['200, 409 last-owner', '204, 409 last-owner'].includes(outcome)), JSON.stringify(tally)).toBe(true);
  });

  it('one stays when each removes the other, and the loser is nobody any more', async () => {
    const clients = new Map<string, Scim>();
    const armed = async (): Promise<Pair> => {
      const pair = await withNewOwner(arena);
      for (const id of pair) if (!clients.has(id)) clients.set(id, await actAs(service, arena.workspace, id));
      return pair;
    };
    const tally = await fight(arena, 40, armed, async (one, other) => {
      const [first, second] = [clients.get(one), clients.get(other)];
      if (first === undefined || second === undefined) throw new Error('nobody to act');
      return outcomes(await letLoose(first.delete(`/Users/${other}`), second.delete(`/Users/${one}`)));
    });
    expect(tally).toEqual({ outcomes: { '204, 401 credential-invalid': 40 }, owners: { 1: 40 } });
  });

  it('one stays when each deactivates the other', async () => {
    const armed = async (): Promise<Pair> => await withNewOwner(arena);
    const tally = await fight(arena, 25, armed, async (one, other) => {
      const [first, second] = [await actAs(service, arena.workspace, one), await actAs(service, arena.workspace, other)];
      return outcomes(await letLoose(first.patch(`/Users/${other}`, off), second.patch(`/Users/${one}`, off)));
    });
    expect(tally).toEqual({ outcomes: { '200, 401 membership-deactivated': 25 }, owners: { 1: 25 } });
  });

  it.each(['operator', 'each other'] as const)('one stays when both are demoted by %s', async (by) => {
    const { workspace } = arena;
    const pair = await withNewOwner(arena);
    const tokens = await Promise.all(pair.map(async (id) => await workspace.personToken(id)));
    const calls = pair.map((id, at): Call => {
      if (by === 'operator') return workspace.operator;
      const { id: tokenId = '', epoch = 0 } = tokens[at]?.record ?? {};
      return { credential: { kind: 'person', tenant: workspace.tenant, tokenId, membershipId: id, epoch, scopes: ['scim.write'] }, requestId: 'demotion' };
    });
    const bothOwners = async (): Promise<Pair> => {
      for (const id of pair) await giveRole(service, workspace, id, 'owner');
      return pair;
    };
    const tally = await fight(arena, 30, bothOwners, async (one, other) => {
      const [first = workspace.operator, second = workspace.operator] = calls;
      const done = await Promise.all([changeRole(service.ports.store, first, other, 'admin'), changeRole(service.ports.store, second, one, 'admin')]);
      return done.map((outcome) => (outcome.ok ? 'done' : outcome.refusal.rule)).toSorted().join(', ');
    });
    expect(tally).toEqual({ outcomes: { [by === 'operator' ? 'done, last-owner' : 'done, role-not-manageable']: 30 }, owners: { 1: 30 } });
  });

  it('nobody had to wait for a deadlock to be broken', async () => {
    expect(await deadlocks(service)).toBe(0);
  });
});

describe('without the exclusive lock', () => {
  let service: StartedServer;
  let arena: Arena;

  beforeAll(async () => {
    service = await startForTest({}, withoutExclusiveLock);
    arena = await enterArena(service);
  });
  afterAll(async () => await service.stop());

  /** Rounds until one of them answers yes; undefined when none of 400 did. */
  const until = async (round: () => Promise<boolean>): Promise<number | undefined> => {
    for (let at = 1; at <= 400; at += 1) if (await round()) return at;
    return undefined;
  };

  it('the trigger refuses what the guard could not see, in the same words to machines', async () => {
    const { idp } = arena;
    const caught = await until(async () => {
      const [one, other] = await withNewOwner(arena);
      const verdicts = await letLoose(idp.delete(`/Users/${one}`), idp.delete(`/Users/${other}`));
      expect(['204, 409 last-owner', '204, 204']).toContain(outcomes(verdicts));
      return verdicts.some(({ detail }) => detail === 'Cannot remove last owner of the workspace. Transfer ownership, then retry.');
    });
    expect(caught).toBeDefined();
  });

  it('the trigger alone is not enough: when both look before either has committed, nobody stays', async () => {
    const [one, other] = await withNewOwner(arena);
    const sessions = await Promise.all([one, other].map(async (id) => ({ id, client: await service.ports.database.pool.connect() })));
    const { workspaceId, organizationId } = arena.workspace.tenant;
    try {
      for (const { id, client } of sessions) {
        await client.query('begin');
        await client.query(`select set_config('app.workspace', $1, true), set_config('app.organization', $2, true)`, [workspaceId, organizationId]);
        await client.query('update membership set deleted_at = now() where workspace_id = $1 and id = $2', [workspaceId, id]);
      }
      // What COMMIT does first, with the moment between the look and the commit held open.
      for (const { client } of sessions) await client.query('set constraints membership_keeps_owner immediate');
      for (const { client } of sessions) await client.query('commit');
    } finally {
      for (const { client } of sessions) client.release();
    }
    expect(await activeOwners(service, arena.workspace)).toEqual([]);
  });

  it('nor is anything left to hold without the trigger: these rounds can fail', async () => {
    await service.query('alter table membership disable trigger membership_keeps_owner');
    const lost = await until(async () => (await removals(arena, 1)).owners[0] === 1);
    expect(lost).toBeDefined();
  });
});
