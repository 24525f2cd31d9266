// What a command works with: the storage, reached or started, a small pool on it, and the domain's transactions; assumes one command per process.
import pg, { type Pool } from 'pg';
import type { Settings } from '../../config/settings.ts';
import type { Call, Tenant } from '../domain/model/caller.ts';
import type { AccountStore } from '../domain/erasure-ports.ts';
import type { CommandStore } from '../domain/ports.ts';
import type { Outcome } from '../domain/refusals.ts';
import { sealSeats, sealWorkspace } from '../persistence/audit/seal.ts';
import { createAccountStore } from '../persistence/commands/account-store.ts';
import { createCommandStore } from '../persistence/commands/command-store.ts';
import type { Database, Login } from '../persistence/database/pool.ts';
import { uuidV7 } from '../persistence/database/uuid-v7.ts';
import { isMigrated } from '../persistence/is-migrated.ts';
import { CommandFault, whileSlow, type Io } from './io.ts';
import { loadResourceKinds } from './load-resource-kinds.ts';
import { migrateStorage, reachStorage, type Storage } from './open-storage.ts';

export interface Session {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly pool: Pool;
  readonly store: CommandStore;
  /** For whole accounts, in all workspaces of their organization. */
  readonly accounts: AccountStore;
  /** Entities for lists and look-ups; opened when first asked for, because loading them takes longer than most commands. */
  readonly entities: () => Promise<Database>;
}

/** Opens everything, works, seals what was written, and closes everything whatever happened. `doing` is shown when it takes long. */
export async function withSession<T>(io: Io, doing: string, work: (session: Session) => Promise<T>): Promise<T> {
  const settings = io.settings();
  const listener = { onProgress: (message: string) => io.err(`${message}\n`), onDatabaseLine: () => undefined };
  const storage = await whileSlow(io, 'Opening the database', reachStorage(settings, 'command', listener));
  const pool = openPool(storage.runtime, settings);
  let entities: Promise<Database> | undefined;
  try {
    await ensureMigrated(io, storage, pool);
    const written = new Map<string, string>();
    const committed = (workspaceId: string, organizationId: string) => void written.set(workspaceId, organizationId);
    // The addresses of resources matter to filters on groups only, which no command uses.
    const belongingKinds = loadResourceKinds(settings);
    const store = createCommandStore(pool, { baseUrl: '', belongingKinds, committed });
    const accounts = createAccountStore(pool, { belongingKinds, committed });
    try {
      return await whileSlow(io, doing, work({ settings, storage, pool, store, accounts, entities: async () => await (entities ??= openEntities(storage.runtime, settings)) }));
    } finally {
      await whileSlow(io, 'Sealing the audit log', seal(pool, written));
    }
  } finally {
    await entities?.then(async ({ close }) => await close()).catch(() => undefined);
    await pool.end();
    await whileSlow(io, 'Stopping PostgreSQL', storage.stop());
  }
}

const poolSize = 2;

/** The command line as a caller. */
export function operatorCall(tenant: Tenant): Call {
  return { credential: { kind: 'operator', tenant }, requestId: uuidV7() };
}

/** The value of a good outcome; a refusal is shown in the words of the rule that refused. */
export function accept<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new CommandFault(outcome.refusal.detail);
  return outcome.value;
}

async function openEntities(login: Login, settings: Settings): Promise<Database> {
  const { openDatabase } = await import('../persistence/database/pool.ts');
  return await openDatabase(login, {
    size: poolSize,
    connectTimeoutMs: settings.databaseConnectTimeoutMs,
    statementTimeoutMs: settings.databaseStatementTimeoutMs,
    queryTimeoutMs: settings.databaseQueryTimeoutMs,
    lockTimeoutMs: settings.databaseLockTimeoutMs,
    idleInTransactionTimeoutMs: settings.databaseIdleInTransactionTimeoutMs,
  });
}

function openPool(login: Login, settings: Settings): Pool {
  const pool = new pg.Pool({
    ...login,
    max: poolSize,
    connectionTimeoutMillis: settings.databaseConnectTimeoutMs,
    query_timeout: settings.databaseQueryTimeoutMs,
    statement_timeout: settings.databaseStatementTimeoutMs,
    lock_timeout: settings.databaseLockTimeoutMs,
    idle_in_transaction_session_timeout: settings.databaseIdleInTransactionTimeoutMs,
    keepAlive: true,
    application_name: 'usher-command',
  });
  // A connection lost while idle is reported by the next statement.
  pool.on('error', () => undefined);
  return pool;
}

async function ensureMigrated(io: Io, storage: Storage, pool: Pool): Promise<void> {
  if (await whileSlow(io, 'Connecting to the database', isReady(pool))) return;
  io.err('Bringing the database up to date …\n');
  await migrateStorage(storage);
}

/** A role that is missing, or that was let in with another password, is made right by migrating, as at a start of the server. */
async function isReady(pool: Pool): Promise<boolean> {
  try {
    return await isMigrated(pool);
  } catch (error) {
    if (error instanceof pg.DatabaseError && ['28000', '28P01', '42501'].includes(error.code ?? '')) return false;
    throw error;
  }
}

const batchSize = 500;
const batches = 40;

/** What cannot be sealed now, or is too much, the server seals, and so does the next command. */
async function seal(pool: Pool, written: ReadonlyMap<string, string>): Promise<void> {
  try {
    for (const [workspaceId, organizationId] of written) {
      for (let round = 0; round < batches && (await sealWorkspace(pool, workspaceId, batchSize)) === batchSize; round += 1);
      for (let round = 0; round < batches && (await sealSeats(pool, organizationId, batchSize)) === batchSize; round += 1);
    }
  } catch {
    // The command itself is committed: it must not look as if it had failed.
  }
}
