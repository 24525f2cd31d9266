// Loads what settings are compared with: their versions, and whether PostgreSQL knows a time zone.
import type { RecordLoad } from './record-load.ts';

/** The rows are locked, so that two changes of one version meet. */
export const settingsLoad: RecordLoad<'settings'> = {
  statements: ({ credential: { tenant } }, { of, timeZone }) => [
    of === 'workspace'
      ? { name: 'settings_workspace', text: 'select version from workspace where id = $1 for update', values: [tenant.workspaceId] }
      : { name: 'settings_organization', text: 'select version from organization where id = $1 for update', values: [tenant.organizationId] },
    ...(timeZone === undefined ? [] : [{ text: 'select from pg_timezone_names where name = $1', values: [timeZone] }]),
  ],
  found: ([rows = [], zones = []], _call, { timeZone }) => ({ version: rows[0]?.['version'] as number, zoneKnown: timeZone === undefined || zones.length > 0 }),
};
