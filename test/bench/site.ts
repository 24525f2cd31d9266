// Where the benchmark's databases live: an embedded PostgreSQL in a temporary folder, or the server of DATABASE_URL; nothing of it stays.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { loadSettings, type Settings } from '../../config/settings.ts';
import { openStorage } from '../../src/cli/open-storage.ts';
import { openPorts, type Ports } from '../../src/compose-ports.ts';
import { parseLogin } from '../../src/persistence/database/parse-login.ts';
import type { Login } from '../../src/persistence/database/pool.ts';
import { startEmbedded } from '../../src/persistence/embedded/start-embedded.ts';
import { temporaryFolder } from '../support/cluster.ts';
import { startServer, type Environment } from './processes.ts';
import { say } from './progress.ts';

/** A PostgreSQL with databases of ours. */
export interface Site {
  readonly folder: string;
  /** Milliseconds until a server over the embedded PostgreSQL was ready; undefined with DATABASE_URL. */
  readonly freshStartMs: number | undefined;
  readonly version: string;
  /** The environment of a server on one of the databases, and the owner's login to it. */
  readonly on: (database: string) => { readonly environment: Environment; readonly owner: Login };
  /** Makes a database, empty or as a copy of one to which nobody is connected. */
  readonly create: (database: string, from?: string) => Promise<void>;
  /** How long a server over the embedded PostgreSQL takes with everything that was loaded; only when all others have stopped. */
  readonly restart: () => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
}

export async function openSite(quick: boolean): Promise<Site> {
  const { folder, remove } = temporaryFolder();
  const undo: (() => Promise<void>)[] = [async () => await Promise.resolve(remove())];
  const close = async () => {
    for (const step of undo.splice(0)) await step().catch((error: unknown) => say(String(error)));
  };
  const external = process.env['DATABASE_URL'];
  try {
    return await (external === undefined ? openOwn(folder, undo, close, quick) : openExternal(parseLogin(external), folder, undo, close));
  } catch (error) {
    await close();
    throw error;
  }
}

async function openOwn(folder: string, undo: (() => Promise<void>)[], close: () => Promise<void>, quick: boolean): Promise<Site> {
  const dataDir = join(folder, 'data');
  const freshStartMs = await timeStart(folder, dataDir);
  say(`started on a fresh folder in ${(freshStartMs / 1000).toFixed(2)} s`);
  const cluster = await startEmbedded({ dataDir });
  const stop = async () => await cluster.stop();
  undo.unshift(stop);
  const owner = { ...cluster.ownerConnection, database: 'postgres' };
  const common = await siteOn(owner, folder, '', undo);
  const restart = async () => {
    undo.splice(undo.indexOf(stop), 1);
    await stop();
    const times: number[] = [];
    for (let run = 0; run < (quick ? 1 : 3); run += 1) times.push(await timeStart(folder, dataDir));
    return times;
  };
  return { ...common, freshStartMs, restart, close };
}

async function timeStart(folder: string, dataDir: string): Promise<number> {
  const server = await startServer({ DATA_DIR: dataDir }, folder, 'start');
  await server.stop();
  return server.readyMs;
}

async function openExternal(owner: Login, folder: string, undo: (() => Promise<void>)[], close: () => Promise<void>): Promise<Site> {
  const common = await siteOn(owner, folder, `bench_${process.pid}_`, undo);
  return { ...common, freshStartMs: undefined, restart: async () => await Promise.resolve([]), close };
}

async function siteOn(owner: Login, folder: string, prefix: string, undo: (() => Promise<void>)[]) {
  const client = new pg.Client(owner);
  client.on('error', () => undefined);
  await client.connect();
  const made: string[] = [];
  undo.unshift(async () => {
    if (prefix !== '') for (const name of made) await client.query(`drop database if exists ${name} with (force)`);
    await client.end();
  });
  const { rows } = await client.query<{ version: string; rights: boolean }>(
    `select current_setting('server_version') as version, rolsuper or rolbypassrls as rights from pg_roles where rolname = current_user`,
  );
  if (rows[0]?.rights !== true) throw new Error('the login of DATABASE_URL must bypass row-level security: the data is loaded by COPY');
  const { privateKey } = generateKeyPairSync('ed25519');
  const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const on = (database: string) => {
    const login = { ...owner, database: prefix + database };
    const dataDir = join(folder, `of-${database}`);
    mkdirSync(dataDir, { recursive: true });
    return { owner: login, environment: { DATA_DIR: dataDir, DATABASE_URL: urlOf(login), SIGNING_KEY: signingKey } };
  };
  const create = async (database: string, from?: string) => {
    made.push(prefix + database);
    const exists = await client.query('select from pg_database where datname = $1', [prefix + database]);
    if (exists.rowCount === 1) return;
    await client.query(`create database ${prefix + database}${from === undefined ? '' : ` template ${prefix + from} strategy file_copy`}`);
  };
  return { folder, version: rows[0].version, on, create };
}

/** The address in the form of the setting. */
export function urlOf({ host, port, user, password, database, ssl }: Login): string {
  const mode = ssl === undefined ? '' : `&sslmode=${ssl.rejectUnauthorized ? 'verify-full' : 'require'}`;
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}${mode}`;
}

/** The domain's ports on a database, migrated, with the settings of its server. */
export async function openInside(environment: Environment): Promise<{ readonly ports: Ports; readonly settings: Settings; readonly close: () => Promise<void> }> {
  const settings = loadSettings({ ...environment, DATABASE_STATEMENT_TIMEOUT_MS: '120000', DATABASE_QUERY_TIMEOUT_MS: '130000' });
  const storage = await openStorage(settings, 'command', { onProgress: () => undefined, onDatabaseLine: () => undefined });
  const ports = await openPorts(settings, storage.runtime, { baseUrl: 'http://127.0.0.1/scim/v2', committed: () => undefined });
  return {
    ports,
    settings,
    close: async () => {
      await ports.database.close();
      await storage.stop();
    },
  };
}
