// Acts on many members that meet: none is done by halves, no workspace is left without an owner, nobody is removed twice.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { halfDone } from '../support/half-done.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { verifyWorkspace } from '../support/verified.ts';
import { person, teamClient, type Team } from '../http/admin/team.ts';
import { activeOwners, deadlocks, plainWorkspace } from './racing.ts';

const rounds = 40;
let service: StartedServer;
let deadlocksBefore: number;

beforeAll(async () => {
  service = await startForTest();
  deadlocksBefore = await deadlocks(service);
});
afterAll(async () => await service.stop());

async function as(workspace: TestWorkspace, id: string): Promise<Team> {
  return teamClient(service, (await workspace.personToken(id)).token);
}

const remove = async (team: Team, ids: readonly string[]) => await team.send('POST', '/bulk-remove', { ids });
const live = async ({ tenant }: TestWorkspace): Promise<string[]> =>
  (await service.query('select id from membership where workspace_id = $1 and deleted_at is null', [tenant.workspaceId])).map(({ id }) => String(id));

it('of two owners’ removals of each other’s half exactly one is done: an owner always remains', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const workspace = await plainWorkspace(service);
    const other = await person(service, workspace, 'owner');
    const [mine, theirs] = [[other, await person(service, workspace)], [workspace.ownerId, await person(service, workspace)]];
    const [one, two] = [await as(workspace, workspace.ownerId), await as(workspace, other)];
    const answers = await Promise.all([remove(one, mine), remove(two, theirs)]);
    // Whoever lost is out before its own act is looked at.
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '401']);
    expect(await activeOwners(service, workspace)).toHaveLength(1);
    expect(await live(workspace)).toHaveLength(2);
  }
}, 60_000);

it('of two that overlap exactly one is done, wholly', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const workspace = await plainWorkspace(service);
    const owner = await as(workspace, workspace.ownerId);
    const ids = [await person(service, workspace), await person(service, workspace), await person(service, workspace)];
    const [first, second] = [ids.slice(0, 2), ids.slice(1).toReversed()];
    const answers = await Promise.all([remove(owner, first), remove(owner, second)]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
    const winner = answers[0]?.status === 200 ? first : second;
    expect((await live(workspace)).toSorted()).toEqual([workspace.ownerId, ...ids.filter((id) => !winner.includes(id))].toSorted());
  }
}, 60_000);

it('a removal of many and single removals leave the counts right', async () => {
  for (let round = 0; round < rounds / 4; round += 1) {
    const workspace = await plainWorkspace(service);
    const owner = await as(workspace, workspace.ownerId);
    const ids = [await person(service, workspace), await person(service, workspace), await person(service, workspace)];
    const [many, ...single] = await Promise.all([remove(owner, ids), owner.send('DELETE', `/${ids[0] ?? ''}`), owner.send('POST', `/${ids[2] ?? ''}/deactivate`)]);
    expect([200, 409]).toContain(many?.status);
    expect(single.map(({ status }) => status).every((status) => [200, 204, 404].includes(status))).toBe(true);
    await verifyWorkspace(service, workspace);
  }
}, 60_000);

it('nothing of all that was done by halves, and nobody had to be torn out of a deadlock', async () => {
  expect(await halfDone(service.query)).toEqual([]);
  expect(await deadlocks(service)).toBe(deadlocksBefore);
});
