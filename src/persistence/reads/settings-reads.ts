// The settings of a workspace and of its organization on PostgreSQL.
import type { Pool } from 'pg';
import { usualPolicy, type WorkspacePolicy } from '../../domain/model/workspace.ts';
import type { SettingsReads } from '../../domain/records.ts';
import { fail, refuseAll, succeed } from '../../domain/refusals.ts';
import { permissionDenied } from '../../domain/rules/authority.ts';
import { seesOrganization } from '../../domain/rules/settings-authority.ts';
import type { Row } from '../database/batch.ts';
import { readAs } from './read-as.ts';

/** Builds the reads on a pool. */
export function createSettingsReads(pool: Pool): SettingsReads {
  return {
    workspace: async (call) => {
      const read = await readAs(pool, call, [
        { name: 'settings_of_workspace', text: 'select id, slug, name, time_zone, policy, version from workspace where id = $1', values: [call.credential.tenant.workspaceId] },
      ]);
      if (!read.ok) return read;
      const row = theRow(read.value.rows);
      return succeed({
        id: row['id'] as string,
        slug: row['slug'] as string,
        name: row['name'] as string,
        timeZone: row['time_zone'] as string,
        policy: { ...usualPolicy, ...(row['policy'] as Partial<WorkspacePolicy>) },
        version: row['version'] as number,
      });
    },
    organization: async (call) => {
      const read = await readAs(pool, call, [
        { name: 'settings_of_organization', text: 'select id, name, seat_limit, account_owner_id, version from organization where id = $1', values: [call.credential.tenant.organizationId] },
      ]);
      if (!read.ok) return read;
      const row = theRow(read.value.rows);
      const accountOwnerId = row['account_owner_id'] as string;
      if (!seesOrganization(read.value.actor, accountOwnerId)) return fail(refuseAll([permissionDenied('organization.read')]));
      return succeed({
        id: row['id'] as string,
        name: row['name'] as string,
        seatLimit: (row['seat_limit'] as number | null) ?? undefined,
        accountOwnerId,
        version: row['version'] as number,
      });
    },
  };
}

function theRow(rows: readonly Row[][]): Row {
  const row = rows[0]?.[0];
  if (row === undefined) throw new Error('whoever is admitted has a workspace and an organization');
  return row;
}
