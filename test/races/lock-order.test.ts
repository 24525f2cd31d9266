// Acts that touch many rows of others: whatever the order in which they are named, nobody waits in a circle.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDeliveryQueue } from '../../src/persistence/outgoing/delivery-queue.ts';
import { hooksClient } from '../http/admin/webhooks/hooks.ts';
import { sender, type Send } from '../http/host/host.ts';
import { person } from '../http/admin/team.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { agreed, seatCounts } from '../support/seat-counts.ts';
import { deadlocks, giveRole, newName } from './racing.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Send;
let admin: Send;

beforeAll(async () => {
  service = await startForTest({ OUTGOING_LOOPBACK: 'true' });
  workspace = await service.workspace();
  owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  // Acts of one person wait for each other anyway.
  const adminId = await person(service, workspace);
  await giveRole(service, workspace, adminId, 'admin');
  admin = sender(service, (await workspace.personToken(adminId)).token);
});
afterAll(async () => await service.stop());

it('two files invite the same people, one from the end: one of them does', async () => {
  const before = await deadlocks(service);
  const bring = async (send: Send, emails: readonly string[]) => (await send('POST', '/team/invitations/import', ['email', ...emails].join('\n'), { 'Content-Type': 'text/csv' })).status;
  for (let round = 0; round < 12; round += 1) {
    const emails = Array.from({ length: 30 }, newName);
    const statuses = await Promise.all([bring(owner, emails), bring(admin, emails.toReversed())]);
    expect(statuses.toSorted((one, other) => one - other)).toEqual([201, 409]);
  }
  expect(await seatCounts(service, workspace.tenant.organizationId)).toEqual(agreed(2 + 12 * 30));
  expect(await deadlocks(service)).toBe(before);
});

it('an endpoint is told to repeat what is being delivered to it', async () => {
  const before = await deadlocks(service);
  const { pool } = service.ports.database;
  const { workspaceId } = workspace.tenant;
  const queue = createDeliveryQueue(pool, 0);
  const hooks = await hooksClient(service, workspace);
  const { id } = await hooks.create({ url: 'http://127.0.0.1:9/', topics: ['audit.team_membership_provision'] });
  for (let at = 0; at < 8; at += 1) await person(service, workspace);
  await hooks.send('POST', `/${id}/replay`, { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() });
  for (let round = 0; round < 40; round += 1) {
    const found = await queue.claim(workspaceId, id, 8);
    if (found === undefined) throw new Error('nothing to deliver');
    const nextAt = new Date();
    const attempts = found.claimed.map((claimed) => ({ claimed, attempted: { kind: 'failed' as const, status: 500, response: undefined, error: 'status 500', nextAt } }));
    await service.query('update event_endpoint set failing_since = null where id = $1', [id]);
    const [, replayed] = await Promise.all([
      queue.record(found.target, attempts.toReversed()),
      hooks.send('POST', `/${id}/replay`, { from: new Date(Date.now() - 60_000).toISOString(), to: new Date().toISOString() }),
    ]);
    expect(replayed.status).toBe(202);
  }
  expect(await deadlocks(service)).toBe(before);
});
