// Opens the place where the data lives, the embedded cluster or an external server, for the server and for commands alike.
import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { Settings } from '../../config/settings.ts';
import { parseLogin } from '../persistence/database/parse-login.ts';
import type { Login } from '../persistence/database/pool.ts';
import { useEmbedded } from '../persistence/embedded/connect-running.ts';
import { inFolder } from '../persistence/embedded/embedded-error.ts';
import { runtimePassword } from '../persistence/embedded/secret-file.ts';
import { startEmbedded } from '../persistence/embedded/start-embedded.ts';

/** Where the data lives: the embedded cluster or an external server. */
export interface Storage {
  readonly kind: 'embedded' | 'external';
  readonly owner: Login;
  readonly runtime: Login;
  /** The operator named the runtime login, whose password is then nobody's to change. */
  readonly runtimeNamed: boolean;
  readonly connectTimeoutMs: number;
  /** Settles when the embedded server ends, also unasked; never for an external one. */
  readonly ended: Promise<unknown>;
  /** Whether any workspace was ever set up here; asks with the owner's login, because no tenant is known yet. */
  readonly hasWorkspaces: () => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Told of steps that can take a second, and of the lines PostgreSQL writes. */
export interface Listener {
  readonly onProgress: (message: string) => void;
  readonly onDatabaseLine: (line: string) => void;
}

const runtimeRole = 'usher_app';

/** Opens the storage as it is. `holder` server wants the embedded cluster for itself, command shares it. */
export async function reachStorage(settings: Settings, holder: 'server' | 'command', listener: Listener): Promise<Storage> {
  return settings.databaseUrl === undefined ? await openEmbedded(settings, holder, listener) : await openExternal(settings, settings.databaseUrl);
}

/** Opens the storage and brings its schema up to date. */
export async function openStorage(settings: Settings, holder: 'server' | 'command', listener: Listener): Promise<Storage> {
  const storage = await reachStorage(settings, holder, listener);
  try {
    await migrateStorage(storage);
    return storage;
  } catch (error) {
    await storage.stop();
    throw error;
  }
}

/** Brings the schema up to date; loads what migrating needs only now, because that takes longer than most commands. */
export async function migrateStorage({ owner, runtime, runtimeNamed, connectTimeoutMs }: Storage): Promise<void> {
  const { migrate } = await import('../persistence/migrate.ts');
  await migrate(owner, { role: runtime.user, password: runtime.password, named: runtimeNamed }, connectTimeoutMs);
}

async function openEmbedded(settings: Settings, holder: 'server' | 'command', { onProgress, onDatabaseLine }: Listener): Promise<Storage> {
  const options = { dataDir: settings.dataDir, onProgress, log: onDatabaseLine };
  const never = new Promise<never>(() => undefined);
  const { ownerConnection: owner, stop, exited: ended } = holder === 'server' ? await startEmbedded(options) : { ...(await useEmbedded(options)), exited: never };
  const runtime = { ...owner, user: runtimeRole, password: await passwordInFolder(settings.dataDir) };
  const connectTimeoutMs = settings.databaseConnectTimeoutMs;
  return { kind: 'embedded', owner, runtime, runtimeNamed: false, connectTimeoutMs, ended, hasWorkspaces: async () => await anyWorkspace(owner, settings), stop };
}

async function openExternal(settings: Settings, databaseUrl: string): Promise<Storage> {
  const owner = parseLogin(databaseUrl);
  const runtimeNamed = settings.databaseRuntimeUrl !== undefined;
  const connectTimeoutMs = settings.databaseConnectTimeoutMs;
  const runtime = settings.databaseRuntimeUrl === undefined ? await derivedRuntime(owner, settings.dataDir) : parseLogin(settings.databaseRuntimeUrl);
  const ended = new Promise<never>(() => undefined);
  return { kind: 'external', owner, runtime, runtimeNamed, connectTimeoutMs, ended, hasWorkspaces: async () => await anyWorkspace(owner, settings), stop: async () => undefined };
}

async function anyWorkspace(owner: Login, settings: Settings): Promise<boolean> {
  const { databaseConnectTimeoutMs, databaseStatementTimeoutMs, databaseQueryTimeoutMs } = settings;
  const timeouts = { connectionTimeoutMillis: databaseConnectTimeoutMs, statement_timeout: databaseStatementTimeoutMs, query_timeout: databaseQueryTimeoutMs };
  const client = new pg.Client({ ...owner, ...timeouts });
  // A connection that breaks in between is reported by the statement.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query('select from workspace_directory limit 1')).rowCount === 1;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * The login of the pool when only the owner's was given. Every instance derives the same password from the owner's, so that several
 * hosts need no shared file; an owner without a password (trusted or peer) leaves a random one in the data folder.
 */
async function derivedRuntime(owner: Login, dataDir: string): Promise<Login> {
  const password = owner.password === '' ? await passwordInFolder(dataDir) : createHmac('sha256', owner.password).update(`${runtimeRole} of Usher`).digest('base64url');
  return { ...owner, user: runtimeRole, password };
}

async function passwordInFolder(dataDir: string): Promise<string> {
  return await inFolder(dataDir, () => runtimePassword(dataDir));
}
