// The statements of the changes of all areas; a change without statements does not compile.
import type { AreaChange } from '../../domain/areas/all.ts';
import type { Change } from '../../domain/changes.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import type { Statement } from '../database/batch.ts';
import { belongingStatements } from './belonging-statements.ts';
import { connectionStatements } from './connection-statements.ts';
import { credentialStatements } from './credential-statements.ts';
import { erasureStatements } from './erasure-statements.ts';
import { hostStatements } from './host-statements.ts';
import { invitationStatements } from './invitation-statements.ts';
import { roleStatements } from './role-statements.ts';
import { restoreStatements } from './restore-statements.ts';
import { scheduleStatements } from './schedule-statements.ts';
import { settingsStatements } from './settings-statements.ts';
import { keyStatements } from './key-statements.ts';
import { webhookStatements } from './webhook-statements.ts';
import type { StatementTable } from './statement-table.ts';

const tables: StatementTable<AreaChange> = { ...webhookStatements, ...belongingStatements, ...keyStatements, ...connectionStatements, ...credentialStatements, ...invitationStatements, ...restoreStatements, ...scheduleStatements, ...settingsStatements, ...roleStatements, ...hostStatements, ...erasureStatements };

/** Whether a change belongs to one of the areas. */
export function isOfArea(change: Change): change is AreaChange {
  return Object.hasOwn(tables, change.kind);
}

/** The statements of an area's change. */
export function areaStatements(change: AreaChange, tenant: Tenant): Statement[] {
  const statements: (change: never, tenant: Tenant) => Statement[] = tables[change.kind];
  return statements(change as never, tenant);
}
