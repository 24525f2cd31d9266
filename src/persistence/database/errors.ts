// Classifies what PostgreSQL and the connection to it report, once: a lost race, a value taken, a database that is away, or a bug.
import pg from 'pg';
import type { Conflict } from '../../domain/ports.ts';

const conflicts: ReadonlyMap<string, Conflict> = new Map<string, Conflict>([
  ['membership_user_name_live', 'userName'],
  ['membership_account_live', 'account'],
  ['membership_link_external_id', 'externalId'],
  ['membership_keeps_owner', 'lastOwner'],
  ['user_account_email_key', 'account'],
  ['scim_group_display_name', 'displayName'],
  ['group_link_external_id', 'externalId'],
  ['resource_link_external_id', 'externalId'],
  ['unique_value_pkey', 'uniqueValue'],
  ['workspace_directory_pkey', 'slug'],
  ['organization_directory_pkey', 'slug'],
  ['idp_connection_label', 'label'],
  // Two registrations of one resource at once: the later one finds it.
  ['owned_resource_ref', 'account'],
  ['idp_connection_departures', 'breaker'],
  ['idp_connection_trip', 'breaker'],
  ['oauth_client_label', 'label'],
  ['account_subject_account', 'account'],
  ['account_subject_pkey', 'account'],
]);

/** The conflict a constraint stands for, if the error is one. */
export function conflictOf(error: unknown): Conflict | undefined {
  if (!(error instanceof pg.DatabaseError) || error.constraint === undefined) return undefined;
  return error.code === '23505' || error.code === '23514' ? conflicts.get(error.constraint) : undefined;
}

/** Whether the same transaction may simply be tried again: serialisation, deadlock, lock wait, or a plan that outlived a migration. */
export function isRetryable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && ['40001', '40P01', '55P03', '0A000'].includes(error.code ?? '');
}

/** Errors of the connection as Node and pg report them, without a SQLSTATE; Node's other ERR_ codes are faults of the program. */
const connectionErrors = /^(E(?!RR_)[A-Z]+|ERR_(SOCKET|STREAM|TLS|SSL)_|Connection terminated|Client has encountered|Client was closed|timeout exceeded|timeout expired|Query read timeout|Cannot use a pool)/;

/**
 * Whether the database is away or cannot work now: connection lost or refused, shutting down, too many clients, disk full, time-out.
 * FATAL is what PostgreSQL answers to a login it turns away and to a session it ends, whatever its reason.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError && (error.severity === 'FATAL' || error.severity === 'PANIC')) return true;
  if (error instanceof pg.DatabaseError) return /^(08|53|57P|57014|58)/.test(error.code ?? '') || error.code === '25P03' || error.code === '25006';
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return connectionErrors.test(code) || connectionErrors.test(error.message);
}
