// The team's list on PostgreSQL; one member is read like everywhere else.
import type { Pool } from 'pg';
import { linkSpaceOf } from '../../domain/model/caller.ts';
import type { TeamReads } from '../../domain/ports.ts';
import { succeed } from '../../domain/refusals.ts';
import { mayDo } from '../../domain/rules/authority.ts';
import { createSnapshots } from '../database/snapshot.ts';
import { memberViewOf } from './member-select.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';
import { openTeamExport } from './team-export.ts';
import { teamPage } from './team-page.ts';

/** Builds the reads on a pool. */
export function createTeamReads(pool: Pool): TeamReads {
  const snapshots = createSnapshots(pool, { most: Math.max(1, Math.floor(pool.options.max / 5)), waitMs: 5_000, stallMs: 8_000 });
  return {
    members: async (call, query, parts) => {
      const { credential } = call;
      // A person without `members.read` finds itself only; its role must be known before the query is made.
      const asked = await readAs(pool, call, []);
      if (!asked.ok) return asked;
      const only = credential.kind === 'person' && !mayDo(asked.value.actor, 'members.read') ? credential.membershipId : undefined;
      const scope = { workspaceId: credential.tenant.workspaceId, linkSpace: linkSpaceOf(credential), only };
      const read = await readPage(pool, call, query, true, teamPage(query, scope, parts));
      if (!read.ok) return read;
      const { total, rows, next, previous } = read.value;
      return succeed({ total, rows: rows.map(memberViewOf), next, previous });
    },
    export: async (call, query, parts) => await openTeamExport(snapshots, call, query, parts),
  };
}
