// Pushes of groups that give roles, changes of what they give and changes of roles at the same moment: an owner stays, and the role in force is what base and groups say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeRole } from '../../src/domain/commands/change-role.ts';
import { setGroupRole } from '../../src/domain/commands/set-group-role.ts';
import { halfDone } from '../support/half-done.ts';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { activeOwners, addMember, deadlocks, giveRole, letLoose, outcomes, plainWorkspace } from './racing.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let idp: Scim;
let groups: readonly [string, string];

beforeAll(async () => {
  service = await startForTest();
  // The lock has to do it alone.
  await service.query('alter table membership disable trigger membership_keeps_owner');
  workspace = await plainWorkspace(service);
  const made = await workspace.connectionToken();
  idp = scimClient(service, made.token);
  await service.query(`update idp_connection set policy = '{"ownerFromGroups": true, "maxRole": "admin"}' where id = $1`, [made.record.connectionId]);
  groups = [await newGroup('One'), await newGroup('Two')];
});
afterAll(async () => await service.stop());

async function newGroup(displayName: string): Promise<string> {
  const made = await idp.post('/Groups', { displayName });
  expect(made.status).toBe(201);
  return (made.body as { id: string }).id;
}

const add = (id: string) => ({ op: 'add', path: 'members', value: [{ value: id }] });
const drop = (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` });
const give = async (group: string, role: string | undefined) => {
  const done = await setGroupRole(service.ports.store, workspace.operator, group, role);
  return done.ok ? 'done' : done.refusal.rule;
};

/** Members whose role in force is not the strongest of what base and groups say; with one active owner left, that one may be waiting. */
async function astray(): Promise<unknown[]> {
  const rank = (key: string) => `case ${key} when 'owner' then 100 when 'admin' then 80 else 20 end`;
  const owners = await activeOwners(service, workspace);
  const rows = await service.query(
    `select m.id, m.role, m.base_role from membership m where m.workspace_id = $1 and m.deleted_at is null and ${rank('m.role')} <> greatest(${rank('m.base_role')},
       coalesce((select max(${rank('r.role')}) from group_role r join group_member gm on gm.group_id = r.group_id where gm.member_id = m.id), 0))`,
    [workspace.tenant.workspaceId],
  );
  return rows.filter(({ id }) => owners.length !== 1 || id !== owners[0]);
}

/** Two owners by their groups, one by each, and nobody else. */
async function twoOwners(ids: readonly [string, string]): Promise<void> {
  for (const [at, group] of groups.entries()) {
    await give(group, 'owner');
    await idp.put(`/Groups/${group}`, { displayName: at === 0 ? 'One' : 'Two', members: [{ value: ids[at] ?? '' }] });
  }
  await giveRole(service, workspace, workspace.ownerId, 'member');
  expect((await activeOwners(service, workspace)).toSorted()).toEqual([...ids].toSorted());
}

describe('at the same moment', () => {
  it('two pushes take the last two owners out: the facts are stored, and one stays an owner until the next comes', async () => {
    const ids = [await addMember(idp), await addMember(idp)] as const;
    for (let round = 0; round < 15; round += 1) {
      await twoOwners(ids);
      expect(outcomes(await letLoose(idp.patch(`/Groups/${groups[0]}`, drop(ids[0])), idp.patch(`/Groups/${groups[1]}`, drop(ids[1]))))).toBe('204, 204');
      const left = await activeOwners(service, workspace);
      expect(left).toHaveLength(1);
      expect(await service.query('select from group_member where workspace_id = $1', [workspace.tenant.workspaceId])).toEqual([]);
      await giveRole(service, workspace, workspace.ownerId, 'owner');
      expect(await activeOwners(service, workspace)).toEqual([workspace.ownerId]);
    }
  });

  it('a group is pushed and gives another role: everybody has what the group gives in the end', async () => {
    await giveRole(service, workspace, workspace.ownerId, 'owner');
    const ids = [await addMember(idp), await addMember(idp), await addMember(idp)];
    for (let round = 0; round < 15; round += 1) {
      const role = round % 3 === 0 ? 'admin' : round % 3 === 1 ? undefined : 'owner';
      const pushes = ids.map((id, at) => idp.patch(`/Groups/${groups[0]}`, (round + at) % 2 === 0 ? add(id) : drop(id)));
      const [mapped, verdicts] = await Promise.all([give(groups[0], role), letLoose(...pushes)]);
      expect([mapped, outcomes(verdicts)]).toEqual(['done', '204, 204, 204']);
      expect(await astray()).toEqual([]);
    }
  });

  it('a member gets another base role and joins a group: the stronger is in force', async () => {
    await give(groups[0], 'admin');
    const id = await addMember(idp);
    for (let round = 0; round < 15; round += 1) {
      const to = round % 2 === 0 ? 'admin' : 'member';
      const [changed, verdicts] = await Promise.all([
        changeRole(service.ports.store, workspace.operator, id, to),
        letLoose(idp.patch(`/Groups/${groups[0]}`, round % 4 < 2 ? add(id) : drop(id))),
      ]);
      expect([changed.ok, outcomes(verdicts)]).toEqual([true, '204']);
      expect(await astray()).toEqual([]);
    }
  });

  it('members leave while their group is pushed and deleted', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [id, other, group] = [await addMember(idp), await addMember(idp), await newGroup(`Passing ${round}`)];
      await give(group, 'admin');
      const verdicts = await letLoose(idp.delete(`/Users/${id}`), idp.patch(`/Groups/${group}`, add(id), add(other)), idp.delete(`/Groups/${group}`));
      expect(verdicts.map(({ status }) => status).filter((status) => ![204, 400, 404].includes(status))).toEqual([]);
      expect(await astray()).toEqual([]);
    }
  });

  it('nobody waited for a deadlock to be broken, and nothing was done by halves', async () => {
    expect(await deadlocks(service)).toBe(0);
    expect(await halfDone(service.query)).toEqual([]);
  });
});
