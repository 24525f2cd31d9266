// Changes of groups against each other and against removals: nothing is lost, nothing dangles, and nothing has to wait for a deadlock.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { actAs, addMember, deadlocks, giveRole, letLoose, newName, outcomes } from './racing.ts';

const add = (...ids: string[]) => ({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
const removeOne = (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` });
const removeAll = { op: 'remove', path: 'members' };

let service: StartedServer;
let workspace: TestWorkspace;
let idp: Scim;
let before: number;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  idp = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());
beforeEach(async () => {
  before = await deadlocks(service);
});

async function addGroup(...ids: string[]): Promise<string> {
  const created = await idp.post('/Groups', { displayName: `g-${newName()}`, members: ids.map((value) => ({ value })) });
  expect(created.status, created.text).toBe(201);
  return (created.body as { id: string }).id;
}

async function membersOf(group: string): Promise<string[]> {
  const rows = await service.query('select member_id as id from group_member where workspace_id = $1 and group_id = $2 order by 1', [workspace.tenant.workspaceId, group]);
  return rows.map(({ id }) => String(id));
}

/** Rows of members that are nobody any more. */
async function dangling(): Promise<number> {
  const [row] = await service.query(
    `select count(*)::int as count from group_member g where workspace_id = $1
      and not exists (select from membership m where m.workspace_id = g.workspace_id and m.id = g.member_id and m.deleted_at is null)
      and not exists (select from scim_group o where o.workspace_id = g.workspace_id and o.id = g.member_id)`,
    [workspace.tenant.workspaceId],
  );
  return Number(row?.['count']);
}

async function expectNoDeadlock(): Promise<void> {
  expect(await deadlocks(service)).toBe(before);
}

/** How often each outcome came up. */
async function rounds(count: number, round: (at: number) => Promise<string>): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let at = 0; at < count; at += 1) {
    const outcome = await round(at);
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }
  return seen;
}

describe('changes of one group', () => {
  it('twenty PATCHes of one member each at once leave twenty members', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => await addMember(idp)));
    for (let round = 0; round < 10; round += 1) {
      const group = await addGroup();
      const verdicts = await letLoose(...ids.map((id) => idp.patch(`/Groups/${group}`, add(id))));
      expect(outcomes(verdicts)).toBe(Array(20).fill('204').join(', '));
      expect(await membersOf(group)).toEqual(ids.toSorted());
    }
    await expectNoDeadlock();
  });

  it('adding and removing one member at once ends in one of the two', async () => {
    const id = await addMember(idp);
    const group = await addGroup();
    const seen = await rounds(60, async () => {
      const verdicts = await letLoose(idp.patch(`/Groups/${group}`, add(id)), idp.patch(`/Groups/${group}`, removeOne(id)));
      const members = await membersOf(group);
      expect([[], [id]]).toContainEqual(members);
      return outcomes(verdicts);
    });
    expect(seen).toEqual({ '204, 204': 60 });
    await expectNoDeadlock();
  });
});

describe('a removal', () => {
  it('leaves nothing dangling when the member is just being added', async () => {
    const group = await addGroup();
    const seen = await rounds(60, async () => {
      const id = await addMember(idp);
      const verdicts = await letLoose(idp.patch(`/Groups/${group}`, add(id)), idp.delete(`/Users/${id}`));
      expect(await membersOf(group)).not.toContain(id);
      return outcomes(verdicts);
    });
    expect(Object.keys(seen).every((outcome) => ['204, 204', '204, 400 invalid-value'].includes(outcome)), JSON.stringify(seen)).toBe(true);
    expect(await dangling()).toBe(0);
    await expectNoDeadlock();
  });

  it('does not stand in the way of groups that lose the member at the same moment', async () => {
    const groups = [await addGroup(), await addGroup(), await addGroup()];
    await rounds(50, async () => {
      const id = await addMember(idp);
      for (const group of groups) await idp.patch(`/Groups/${group}`, add(id));
      const verdicts = await letLoose(...groups.map((group) => idp.patch(`/Groups/${group}`, removeOne(id))), idp.delete(`/Users/${id}`));
      expect(outcomes(verdicts)).toBe('204, 204, 204, 204');
      return '';
    });
    expect(await dangling()).toBe(0);
    await expectNoDeadlock();
  });

  it('of a nested group leaves nothing dangling either', async () => {
    const outer = await addGroup();
    const seen = await rounds(60, async () => {
      const inner = await addGroup();
      const verdicts = await letLoose(idp.patch(`/Groups/${outer}`, add(inner)), idp.delete(`/Groups/${inner}`));
      return outcomes(verdicts);
    });
    expect(Object.keys(seen).every((outcome) => ['204, 204', '204, 400 invalid-value'].includes(outcome)), JSON.stringify(seen)).toBe(true);
    expect(await dangling()).toBe(0);
    await expectNoDeadlock();
  });

  it('of two groups that contain each other ends both', async () => {
    const seen = await rounds(50, async () => {
      const one = await addGroup();
      const other = await addGroup(one);
      await idp.patch(`/Groups/${one}`, add(other));
      return outcomes(await letLoose(idp.delete(`/Groups/${one}`), idp.delete(`/Groups/${other}`)));
    });
    expect(seen).toEqual({ '204, 204': 50 });
    expect(await dangling()).toBe(0);
    await expectNoDeadlock();
  });
});

describe('two admins', () => {
  it('who change each other’s groups never wait for each other', async () => {
    const ids = [await addMember(idp), await addMember(idp)] as const;
    for (const id of ids) await giveRole(service, workspace, id, 'admin');
    const [one, other] = [await actAs(service, workspace, ids[0]), await actAs(service, workspace, ids[1])];
    const groups = [await addGroup(), await addGroup()] as const;
    const seen = await rounds(50, async () => {
      await Promise.all(groups.map((group) => idp.patch(`/Groups/${group}`, removeAll)));
      return outcomes(await letLoose(one.patch(`/Groups/${groups[0]}`, add(ids[1])), other.patch(`/Groups/${groups[1]}`, add(ids[0]))));
    });
    expect(seen).toEqual({ '204, 204': 50 });
    await expectNoDeadlock();
  });
});
