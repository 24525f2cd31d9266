// The account ownership is handed to somebody who is being removed or deactivated in another workspace of the organization at that moment.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeRole } from '../../src/domain/commands/change-role.ts';
import { transferOwnership } from '../../src/domain/commands/transfer-ownership.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { deadlocks, letLoose, newName, outcomes, type Answer } from './racing.ts';

let service: StartedServer;
let home: TestWorkspace;
let away: TestWorkspace;
let awayIdp: Scim;
/** The receiver in both workspaces. */
let receiver: { userName: string; homeId: string; awayId: string };

beforeAll(async () => {
  service = await startForTest();
  home = await service.workspace();
  away = await service.workspace({ organization: home.organization });
  awayIdp = scimClient(service, (await away.connectionToken()).token);
  const homeIdp = scimClient(service, (await home.connectionToken()).token);
  const userName = newName();
  receiver = { userName, homeId: idOf(await homeIdp.post('/Users', newUser(userName))), awayId: idOf(await awayIdp.post('/Users', newUser(userName))) };
});
afterAll(async () => await service.stop());

const idOf = ({ body }: { readonly body: unknown }) => (body as { id: string }).id;

async function handTo(toId: string, fromId: string): Promise<void> {
  const done = await transferOwnership(service.ports.store, home.operator, { toId, fromId, alsoAccount: true });
  if (!done.ok) throw new Error(done.refusal.detail);
}

/** Whether what was done in the other workspace was decided before the transfer; ids of audit rows sort by the moment of the decision. */
async function endedFirst(action: string): Promise<boolean> {
  const rows = await service.query(
    `select action from audit_event where outcome = 'success' and (action = $1 and target_id = $2 or action = 'team_ownership_transfer' and target_id = $3)
      order by id desc limit 2`,
    [action, receiver.awayId, receiver.homeId],
  );
  return rows[0]?.['action'] === 'team_ownership_transfer';
}

async function accountOwnerIsActiveOwner(): Promise<boolean> {
  const rows = await service.query(
    `select from organization o join membership m on m.organization_id = o.id and m.account_id = o.account_owner_id
      where o.id = $1 and m.workspace_id = $2 and m.role = 'owner' and m.status = 'active' and m.deleted_at is null`,
    [home.tenant.organizationId, home.tenant.workspaceId],
  );
  return rows.length === 1;
}

/** Demotes the receiver where it is an admin, and answers as a door would. */
async function demote(): Promise<Answer> {
  const done = await changeRole(service.ports.store, away.operator, receiver.awayId, 'member');
  return done.ok ? { status: 200, headers: {}, body: null } : { status: 409, headers: { 'x-problem-code': done.refusal.rule }, body: null };
}

/** Rounds in which the transfer meets `end`; `mend` brings the receiver back. Answers which outcomes came up. */
async function meet(count: number, action: string, end: () => PromiseLike<Answer>, mend: () => Promise<void>): Promise<string[]> {
  const seen: Record<string, number> = {};
  for (let at = 0; at < count; at += 1) {
    const [verdicts] = await Promise.all([letLoose(end()), handTo(receiver.homeId, home.ownerId)]);
    const outcome = outcomes(verdicts);
    seen[outcome] = (seen[outcome] ?? 0) + 1;
    expect(await accountOwnerIsActiveOwner()).toBe(true);
    if (outcome !== '409 account-owner-protected') expect(await endedFirst(action), `${outcome} after the transfer`).toBe(true);
    // As long as the receiver is the account owner, nothing ends it anywhere.
    if (outcome === '409 account-owner-protected') expect(outcomes(await letLoose(end()))).toBe(outcome);
    await handTo(home.ownerId, receiver.homeId);
    if (outcome !== '409 account-owner-protected') await mend();
  }
  return Object.keys(seen).toSorted();
}

describe('the account ownership goes to somebody who is', () => {
  it('just being removed elsewhere: removed before, or protected', async () => {
    const mend = async () => {
      receiver = { ...receiver, awayId: idOf(await awayIdp.post('/Users', newUser(receiver.userName))) };
    };
    const seen = await meet(60, 'team_membership_remove', () => awayIdp.delete(`/Users/${receiver.awayId}`), mend);
    expect(['204', '409 account-owner-protected']).toEqual(expect.arrayContaining(seen));
    expect(seen).not.toEqual([]);
  });

  it('just being deactivated elsewhere: deactivated before, or protected', async () => {
    const set = (value: boolean) => awayIdp.patch(`/Users/${receiver.awayId}`, { op: 'replace', path: 'active', value });
    const seen = await meet(60, 'team_membership_deactivate', () => set(false), async () => void (await set(true)));
    expect(['200', '409 account-owner-protected']).toEqual(expect.arrayContaining(seen));
    expect(seen).not.toEqual([]);
  });

  it('just being demoted elsewhere: demoted before, or protected', async () => {
    const promote = async () => void (await changeRole(service.ports.store, away.operator, receiver.awayId, 'admin'));
    await promote();
    const seen = await meet(60, 'team_membership_role_change', demote, promote);
    expect(['200', '409 account-owner-protected']).toEqual(expect.arrayContaining(seen));
    expect(seen).not.toEqual([]);
  });

  it('nobody had to wait for a deadlock to be broken', async () => {
    expect(await deadlocks(service)).toBe(0);
  });
});
