// Puts the rooms together: storage, the domain's ports, the keys and the HTTP application; nothing else knows all of them.
import { createHmac } from 'node:crypto';
import type { Settings } from '../config/settings.ts';
import type { CommandStore, Reads } from './domain/ports.ts';
import { createCommandStore, type StoreOptions } from './persistence/commands/command-store.ts';
import { openDatabase, type Database, type Login } from './persistence/database/pool.ts';
import { parseLogin } from './persistence/database/parse-login.ts';
import { useEmbedded } from './persistence/embedded/connect-running.ts';
import { runtimePassword } from './persistence/embedded/secret-file.ts';
import { startEmbedded } from './persistence/embedded/start-embedded.ts';
import { migrate } from './persistence/migrate.ts';
import { createReads } from './persistence/reads/reads.ts';
import type { Filter } from './scim/filter/ast.ts';

/** Where the data lives: the embedded cluster or an external server. */
export interface Storage {
  readonly kind: 'embedded' | 'external';
  readonly owner: Login;
  readonly runtime: Login;
  /** Settles when the embedded server ends, also unasked; never for an external one. */
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** Told of steps that can take a second, and of the lines PostgreSQL writes. */
export interface Listener {
  readonly onProgress: (message: string) => void;
  readonly onDatabaseLine: (line: string) => void;
}

const runtimeRole = 'usher_app';

/** Opens the storage and brings its schema up to date. `holder` server wants the embedded cluster for itself, command shares it. */
export async function openStorage(settings: Settings, holder: 'server' | 'command', listener: Listener): Promise<Storage> {
  const storage = settings.databaseUrl === undefined ? await openEmbedded(settings, holder, listener) : openExternal(settings, settings.databaseUrl);
  try {
    await migrate(storage.owner, { role: storage.runtime.user, password: storage.runtime.password });
    return storage;
  } catch (error) {
    await storage.stop();
    throw error;
  }
}

async function openEmbedded(settings: Settings, holder: 'server' | 'command', { onProgress, onDatabaseLine }: Listener): Promise<Storage> {
  const options = { dataDir: settings.dataDir, onProgress, log: onDatabaseLine };
  const never = new Promise<never>(() => undefined);
  const { ownerConnection: owner, stop, exited: ended } = holder === 'server' ? await startEmbedded(options) : { ...(await useEmbedded(options)), exited: never };
  const runtime = { ...owner, user: runtimeRole, password: runtimePassword(settings.dataDir) };
  return { kind: 'embedded', owner, runtime, ended, stop };
}

function openExternal(settings: Settings, databaseUrl: string): Storage {
  const owner = parseLogin(databaseUrl);
  const runtime = settings.databaseRuntimeUrl === undefined ? derivedRuntime(owner, settings.dataDir) : parseLogin(settings.databaseRuntimeUrl);
  return { kind: 'external', owner, runtime, ended: new Promise(() => undefined), stop: async () => undefined };
}

/**
 * The login of the pool when only the owner's was given. Every instance derives the same password from the owner's, so that several
 * hosts need no shared file; an owner without a password (trusted or peer) leaves a random one in the data folder.
 */
function derivedRuntime(owner: Login, dataDir: string): Login {
  const password = owner.password === '' ? runtimePassword(dataDir) : createHmac('sha256', owner.password).update(`${runtimeRole} of Usher`).digest('base64url');
  return { ...owner, user: runtimeRole, password };
}

/** The ports of the domain on an open database. */
export interface Ports {
  readonly database: Database;
  readonly store: CommandStore;
  readonly reads: Reads<Filter>;
}

/** Opens the pool and puts the ports on it. */
export async function openPorts(settings: Settings, runtime: Login, options: StoreOptions): Promise<Ports> {
  const database = await openDatabase(runtime, {
    size: settings.databasePoolSize,
    connectTimeoutMs: settings.databaseConnectTimeoutMs,
    statementTimeoutMs: settings.databaseStatementTimeoutMs,
    queryTimeoutMs: settings.databaseQueryTimeoutMs,
    lockTimeoutMs: settings.databaseLockTimeoutMs,
    idleInTransactionTimeoutMs: settings.databaseIdleInTransactionTimeoutMs,
  });
  return { database, store: createCommandStore(database.pool, options), reads: createReads(database.pool, options.baseUrl) };
}
