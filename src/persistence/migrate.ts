// Brings the database to the schema of this program and lets the runtime role in; assumes a login that may create tables in the database.
import { ConnectionException, DriverException } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import pg, { type ClientBase } from 'pg';
import { migrations } from '../../migrations/all.ts';
import { clientOptions, type Login } from './database/pool.ts';
import { MigrationError } from './migration-error.ts';
import { letIn, type RuntimeRole } from './runtime-role.ts';

const migrationTable = 'usher_migration';

/** Any number that nobody else locks; advisory locks are per database. */
const migrationLock = '7308895158391825';
const lockPatienceMs = 300_000;
const lockPollMs = 100;

const defaultConnectTimeoutMs = 10_000;

const ownerTimeouts = {
  statement_timeout: 600_000,
  lock_timeout: 60_000,
  idle_in_transaction_session_timeout: 600_000,
  keepAlive: true,
  application_name: 'usher-migrate',
};

/**
 * Runs the migrations that are pending and gives the runtime role its rights; may be called at any time and by several instances at once.
 * Throws a MigrationError when the server, the database or the logins do not fit.
 */
export async function migrate(owner: Login, runtime: RuntimeRole, connectTimeoutMs = defaultConnectTimeoutMs): Promise<void> {
  const client = new pg.Client({ ...owner, ...ownerTimeouts, connectionTimeoutMillis: connectTimeoutMs });
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await checkServer(client);
    await lock(client);
    await runPending(owner, connectTimeoutMs);
    await letIn(client, owner, runtime, connectTimeoutMs);
  } finally {
    // Ending the session gives the lock back, whatever state the session is in.
    await client.end().catch(() => undefined);
  }
}

async function checkServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: number; encoding: string; has_icu: boolean; may_create: boolean | null }>(
    `select current_setting('server_version_num')::integer as version, current_setting('server_encoding') as encoding, to_regcollation('"und-x-icu"') is not null as has_icu,
      (select has_schema_privilege(n.oid, 'create') and has_schema_privilege(n.oid, 'usage') from pg_namespace n where n.nspname = 'public') as may_create`,
  );
  const server = rows[0];
  if (server === undefined || server.version < 150_000) throw new MigrationError('Usher needs PostgreSQL 15 or newer');
  if (server.encoding !== 'UTF8') throw new MigrationError(`the database has the encoding ${server.encoding}; Usher needs UTF8`);
  if (!server.has_icu) throw new MigrationError('the server was built without ICU, by whose rules filters compare text; use a PostgreSQL with ICU, as all common packages are');
  if (server.may_create !== true) throw new MigrationError('the owner login may not create tables in the schema "public" of this database');
}

/** Polls instead of waiting in the server, so that neither a statement time-out nor a stuck instance decides for us. */
async function lock(client: ClientBase): Promise<void> {
  const deadline = performance.now() + lockPatienceMs;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1::bigint) as locked', [migrationLock]);
    if (rows[0]?.locked === true) return;
    if (performance.now() > deadline) throw new MigrationError('another instance has been migrating this database for more than five minutes');
    await new Promise((resolve) => setTimeout(resolve, lockPollMs));
  }
}

async function runPending(owner: Login, connectTimeoutMs: number): Promise<void> {
  const migrationsList = await Promise.all(migrations.map(async ({ name, load }) => ({ name, class: await load() })));
  const orm = await MikroORM.init({
    ...clientOptions(owner),
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    pool: { min: 0, max: 2 },
    driverOptions: { ...ownerTimeouts, connectionTimeoutMillis: connectTimeoutMs, ...(owner.ssl === undefined ? {} : { ssl: owner.ssl }), options: '-c search_path=public' },
    migrations: { tableName: migrationTable, migrationsList, silent: true, snapshot: false, disableForeignKeys: false },
  });
  try {
    const known = new Set(migrations.map(({ name }) => name));
    const unknown = (await orm.migrator.getExecuted()).map(({ name }) => name).filter((name) => !known.has(name));
    if (unknown.length > 0) {
      throw new MigrationError(`the database is newer than this program: it has the migration ${unknown.join(', ')}, which this version does not know`);
    }
    await orm.migrator.up();
  } catch (error) {
    throw error instanceof DriverException && !(error instanceof ConnectionException) ? new MigrationError(`a migration failed: ${error.message}`, { cause: error }) : error;
  } finally {
    await orm.close(true);
  }
}
