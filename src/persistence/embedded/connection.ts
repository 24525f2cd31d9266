// Connections of the owner to the embedded cluster, and what can be learned through them about who uses it.
import pg from 'pg';
import { EmbeddedError } from './embedded-error.ts';
import type { Place } from './find-place.ts';
import { readIfThere } from './secret-file.ts';

export type Connection = { readonly host: string; readonly port: number; readonly user: string; readonly password: string; readonly database: string };

/** The database of Usher, and the one that PostgreSQL always has. */
export const databaseName = 'usher';
export const maintenanceDatabase = 'postgres';

/** Who keeps a cluster running: `server` for as long as it likes, `command` until its work is done. */
export type Holder = 'server' | 'command';

function ownerConnection(place: Place, database: string): Connection | undefined {
  const password = readIfThere(place.passwordFile);
  return password === undefined ? undefined : { host: place.socketFolder, port: 5432, user: 'postgres', password, database };
}

export function requireConnection(place: Place, database: string): Connection {
  const connection = ownerConnection(place, database);
  if (connection === undefined) throw new EmbeddedError('folder', `The password of the database is missing: ${place.passwordFile}`);
  return connection;
}

/** A client whose later loss does not end the process. */
export async function connect(connection: Connection, name: string): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, application_name: name, connectionTimeoutMillis: 5_000, query_timeout: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
}

/** `absent`: nobody listens; `busy`: it starts, recovers or stops; otherwise it answers, and perhaps somebody holds it. */
export type Sight = 'absent' | 'busy' | { readonly holder: Holder | undefined };

export async function look(place: Place): Promise<Sight> {
  const connection = ownerConnection(place, maintenanceDatabase);
  if (connection === undefined) return 'absent';
  try {
    const client = await connect(connection, 'usher:look');
    try {
      const { rows } = await client.query<{ name: string }>(`select application_name as name from pg_stat_activity where application_name like 'usher:hold:%'`);
      const names = rows.map((row) => row.name);
      return { holder: names.includes(holdName('server')) ? 'server' : names.includes(holdName('command')) ? 'command' : undefined };
    } finally {
      await client.end().catch(() => undefined);
    }
  } catch (error) {
    return sightOfRefusal(error);
  }
}

export function holdName(holder: Holder): string {
  return `usher:hold:${holder}`;
}

function sightOfRefusal(error: unknown): Sight {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'absent';
  // Starting, stopping, full, or gone in the middle of the talk.
  if (code.startsWith('57P') || code === '53300' || code === 'ECONNRESET' || code === 'EPIPE' || /terminated|timeout/i.test(message)) return 'busy';
  throw error;
}
