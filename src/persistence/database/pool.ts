// The pool of the runtime role with time-outs on everything: without them a black-holed connection hangs for ever.
import { MikroORM } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { createQuickReads, type QuickReads } from './quick-reads.ts';
import { entities } from '../entities/all.ts';

/** Where a login reaches PostgreSQL; `host` may be the folder of a socket. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** TLS to the server; absent means none, which is right for a socket and for loopback. */
  readonly ssl?: { readonly rejectUnauthorized: boolean } | undefined;
}

/** Sizes and time-outs of the pool, in milliseconds. */
export interface PoolLimits {
  readonly size: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
}

/** MikroORM and the pool beneath it: one set of connections for both. */
export interface Database {
  readonly orm: MikroORM;
  readonly pool: Pool;
  /** Some of the connections, if there are enough, for look-ups by key. */
  readonly quick: QuickReads | undefined;
  close(): Promise<void>;
}

/** Of these many connections and more, some are kept for quick reads. */
const fewest = 6;
const quickConnections = 2;

/** Opens the pool; the first connection is made when the first statement needs it. */
export async function openDatabase(login: Login, limits: PoolLimits): Promise<Database> {
  const driverOptions = {
    ...(login.ssl === undefined ? {} : { ssl: login.ssl }),
    connectionTimeoutMillis: limits.connectTimeoutMs,
    query_timeout: limits.queryTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    lock_timeout: limits.lockTimeoutMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionTimeoutMs,
    keepAlive: true,
    application_name: 'usher',
  };
  const apart = limits.size < fewest ? 0 : quickConnections;
  const orm = await MikroORM.init({ ...clientOptions(login), entities, pool: { min: 0, max: limits.size - apart }, driverOptions });
  const pool = await orm.driver.getConnection().getNativeClient();
  const quick = apart === 0 ? undefined : createQuickReads({ ...login, ...driverOptions }, apart);
  const close = async () => {
    await quick?.close();
    await orm.close(true);
    // MikroORM's query builder ends the pool only if it was ever used itself.
    if (!pool.ending) await pool.end();
  };
  return { orm, pool, quick, close };
}

/** How MikroORM is told of a login. */
export function clientOptions(login: Login) {
  const { host, port, user, password, database } = login;
  return { host, port, user, password, dbName: database, ensureDatabase: false as const, debug: false as const };
}
