// What must hold of a workspace whatever was done in it: the audit chain verifies to its end, and the three counts of seats agree.
import { expect } from 'vitest';
import { sealWorkspace } from '../../src/persistence/audit/seal.ts';
import { verifyAudit } from '../../src/persistence/audit/verify.ts';
import { agreed, seatCounts } from './seat-counts.ts';
import type { StartedServer, TestWorkspace } from './started-server.ts';

/** Seals what is unsealed, then looks. */
export async function verifyWorkspace(service: StartedServer, { tenant }: Pick<TestWorkspace, 'tenant'>): Promise<void> {
  const { pool } = service.ports.database;
  while ((await sealWorkspace(pool, tenant.workspaceId, 1_000)) > 0);
  expect(await verifyAudit(pool, tenant.workspaceId)).toMatchObject({ fault: undefined, unsealed: 0 });
  const counts = await seatCounts(service, tenant.organizationId);
  expect(counts).toEqual(agreed(counts.persons));
}
