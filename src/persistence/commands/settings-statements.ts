// Statements that write the settings of a workspace and of its organization.
import type { SettingsChange } from '../../domain/areas/settings.ts';
import type { StatementTable } from './statement-table.ts';

/** The statements of each change of settings; what is not set stays. */
export const settingsStatements: StatementTable<SettingsChange> = {
  'workspace.update': ({ kind, set: { name, timeZone, policy } }, { workspaceId }) => [
    {
      name: kind,
      text: `update workspace set version = version + 1, name = coalesce($2, name), time_zone = coalesce($3, time_zone), policy = policy || coalesce($4::jsonb, '{}') where id = $1`,
      values: [workspaceId, name, timeZone, policy && JSON.stringify(policy)],
    },
  ],
  'organization.update': ({ kind, set: { name, seatLimit } }, { organizationId }) => [
    {
      name: kind,
      text: `update organization set version = version + 1, name = coalesce($2, name), seat_limit = case when $3::boolean then $4::integer else seat_limit end where id = $1`,
      values: [organizationId, name, seatLimit !== undefined, seatLimit],
    },
  ],
};
