// What a guard refuses is noted after the refusal: whoever has gone by then is not asked about any more.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeMember } from '../../src/domain/commands/remove-member.ts';
import { transferOwnership } from '../../src/domain/commands/transfer-ownership.ts';
import { scimClient, startForTest, type StartedServer } from '../support/started-server.ts';
import { addMember, plainWorkspace } from './racing.ts';

let service: StartedServer;
/** Runs between a refusal and its note. */
let between: () => Promise<void> = async () => await Promise.resolve();

beforeAll(async () => {
  service = await startForTest({}, (store) => ({
    ...store,
    recordDenied: async (...denied) => {
      await between();
      await store.recordDenied(...denied);
    },
  }));
});
afterAll(async () => await service.stop());

it.each([['is removed in between', true], ['is still there', false]] as const)('the last owner, who %s', async (_what, leaves) => {
  const workspace = await plainWorkspace(service);
  const idp = scimClient(service, (await workspace.connectionToken()).token);
  const [owner, other] = [workspace.ownerId, await addMember(idp)];
  between = async () => {
    between = async () => await Promise.resolve();
    if (!leaves) return;
    const moved = await transferOwnership(service.ports.store, workspace.operator, { toId: other, fromId: owner, alsoAccount: false });
    const removed = await removeMember(service.ports.store, workspace.operator, owner);
    expect([moved.ok, removed.ok]).toEqual([true, true]);
  };
  const refused = await idp.delete(`/Users/${owner}`);
  expect([refused.status, refused.headers['x-problem-code']]).toEqual([409, 'last-owner']);
  expect(await service.query(`select from blocked_intent where workspace_id = $1 and status = 'open'`, [workspace.tenant.workspaceId])).toHaveLength(leaves ? 0 : 1);
  const denied = await service.query(`select from audit_event where workspace_id = $1 and outcome = 'denied' and target_id = $2`, [workspace.tenant.workspaceId, owner]);
  expect(denied).toHaveLength(1);
});
