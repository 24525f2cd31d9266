// Puts the rooms together: storage, the domain's ports, the keys and the HTTP application; nothing else knows all of them.
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import type { Settings } from '../config/settings.ts';
import type { CommandStore, Reads } from './domain/ports.ts';
import type { TokenParties } from './http/auth/mint-token.ts';
import { openSigningKeyFile } from './http/auth/signing-key-file.ts';
import { importSigningKeys, type SigningKeys } from './http/auth/signing-keys.ts';
import { createVerifier } from './http/auth/verify-token.ts';
import { createApp } from './http/create-app.ts';
import type { Logger } from './http/log.ts';
import { scimPath } from './http/scim/endpoint.ts';
import { scimRoutes } from './http/scim/scim-routes.ts';
import type { Served } from './http/server.ts';
import { createCommandStore, type StoreOptions } from './persistence/commands/command-store.ts';
import { isUnavailable } from './persistence/database/errors.ts';
import { openDatabase, type Database, type Login } from './persistence/database/pool.ts';
import { parseLogin } from './persistence/database/parse-login.ts';
import { useEmbedded } from './persistence/embedded/connect-running.ts';
import { runtimePassword } from './persistence/embedded/secret-file.ts';
import { startEmbedded } from './persistence/embedded/start-embedded.ts';
import { isMigrated, migrate } from './persistence/migrate.ts';
import { createReads } from './persistence/reads/reads.ts';
import { resourceHandlers } from './provisioning/resource-handlers.ts';
import type { Filter } from './scim/filter/ast.ts';

/** Where the data lives: the embedded cluster or an external server. */
export interface Storage {
  readonly kind: 'embedded' | 'external';
  readonly owner: Login;
  readonly runtime: Login;
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
  return { kind: 'embedded', owner, runtime, ended, hasWorkspaces: async () => await anyWorkspace(owner), stop };
}

function openExternal(settings: Settings, databaseUrl: string): Storage {
  const owner = parseLogin(databaseUrl);
  const runtime = settings.databaseRuntimeUrl === undefined ? derivedRuntime(owner, settings.dataDir) : parseLogin(settings.databaseRuntimeUrl);
  const ended = new Promise<never>(() => undefined);
  return { kind: 'external', owner, runtime, ended, hasWorkspaces: async () => await anyWorkspace(owner), stop: async () => undefined };
}

async function anyWorkspace(owner: Login): Promise<boolean> {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    return (await client.query('select from workspace_directory limit 1')).rowCount === 1;
  } finally {
    await client.end();
  }
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

/** The keys of our own issuer: those of the setting, or those kept in the data folder, made at the first start. */
export async function openSigningKeys(settings: Settings): Promise<SigningKeys> {
  if (settings.signingKey !== undefined) return await importSigningKeys([settings.signingKey]);
  return await openSigningKeyFile(join(settings.dataDir, 'signing-keys.json'));
}

/** Who issues our tokens and for whom. Independent of the public address, so that moving the server does not void its tokens. */
export function tokenParties(settings: Settings): TokenParties {
  return { issuer: settings.issuer ?? 'usher', audience: 'usher' };
}

/** The HTTP application over the ports. `baseUrl` is the public address of the server root. */
export function composeApp(settings: Settings, ports: Ports, keys: SigningKeys, logger: Logger, baseUrl: string): Served {
  const { database, store, reads } = ports;
  const scim = scimRoutes({
    handlers: resourceHandlers,
    context: { store, reads, baseUrl: `${baseUrl}${scimPath}` },
    verify: createVerifier({ keys, ...tokenParties(settings) }),
    limits: { plain: settings.bodyLimitBytes, large: settings.groupBodyLimitBytes },
  });
  return createApp({
    doors: [{ path: scimPath, app: scim }],
    logger,
    baseUrl,
    isUnavailable,
    ready: async () => await isMigrated(database.pool),
    jwks: keys.jwks,
  });
}
