// One loaded installation: a database with its tenants and groups, and the server or the floor that works on it.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import pg from 'pg';
import { openSigningKeys, tokenParties } from '../../src/cli/own-issuer.ts';
import { mintToken } from '../../src/http/auth/mint-token.ts';
import { groupSizes } from './group-workloads.ts';
import { loadGroup, loadOthers, loadTenant, settle, type LoadedTenant } from './load.ts';
import { startBeside, startServer, type RunningServer } from './processes.ts';
import type { Place, Side } from './side.ts';
import { openInside, urlOf, type Site } from './site.ts';

export interface Size {
  readonly users: number;
  readonly tenants: number;
  /** Members of the largest group. */
  readonly largest: number;
}

/** What was loaded into a database, and copies of it. */
export type Loaded = Pick<Side, 'main' | 'large' | 'groups'>;

/** Users that are in no group. */
const spare = 500;

/** Loads a new database. A tenant that has enough users holds the large groups too. */
export async function loadInstallation(site: Site, database: string, { users, tenants, largest }: Size): Promise<Loaded> {
  await site.create(database);
  const { environment, owner: login } = site.on(database);
  const inside = await openInside(environment);
  const owner = new pg.Pool({ ...login, max: 4 });
  owner.on('error', () => undefined);
  try {
    const { ports, settings } = inside;
    const keys = await openSigningKeys(settings);
    const place = async ({ tenant, record, ids }: LoadedTenant, number: number): Promise<Place> => ({
      number,
      tenant,
      ids,
      connectionId: record.connectionId ?? randomUUID(),
      token: await mintToken(keys, tokenParties(settings), tenant, record),
    });
    if (tenants > 0) await loadOthers(owner, tenants);
    const measured = await loadTenant(ports, owner, 'measured', users);
    const large = users >= largest + spare ? measured : await loadTenant(ports, owner, 'large', largest + spare);
    const groups = new Map<number, string>();
    // A plan made before there are statistics would read the whole tenant for each member.
    await owner.query('analyze');
    for (const size of groupSizes(largest)) groups.set(size, await loadGroup(ports, large, size));
    await settle(owner);
    const main = await place(measured, 0);
    return { main, large: large === measured ? main : await place(large, 1), groups };
  } finally {
    await owner.end();
    await inside.close();
  }
}

export interface RunningSide {
  readonly side: Side;
  readonly stop: () => Promise<void>;
}

/** Starts the server on a loaded database. */
export async function startSide(site: Site, database: string, name: string, loaded: Loaded, tree?: string): Promise<RunningSide & { readonly server: RunningServer }> {
  const { environment, owner: login } = site.on(database);
  const server = await startServer(environment, site.folder, database, tree);
  const owner = ownerPool(login);
  const stop = async () => {
    await owner.end();
    await server.stop();
    rmSync(`${site.folder}/${database}.log`, { force: true });
  };
  return { side: { kind: 'server', name, port: server.port, pid: server.pid, owner, ...loaded }, server, stop };
}

/** Starts the floor on a copy of a loaded database. */
export async function startFloor(site: Site, database: string, loaded: Loaded): Promise<RunningSide> {
  const { owner: login } = site.on(database);
  const floor = startBeside('floor.ts', { DATABASE_URL: urlOf(login) });
  const tenants = [loaded.main, loaded.large].map(({ tenant, connectionId }) => ({ ...tenant, connectionId }));
  const port = await new Promise<number>((resolve, reject) => {
    floor.child.once('exit', () => reject(new Error('the floor ended')));
    floor.child.once('message', (message) => resolve(Number(message)));
    floor.child.send(tenants);
  });
  const owner = ownerPool(login);
  const stop = async () => {
    await owner.end();
    await floor.stop();
  };
  return { side: { kind: 'floor', name: 'the floor', port, pid: Number(floor.child.pid), owner, ...loaded }, stop };
}

function ownerPool(login: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...login, max: 2 });
  pool.on('error', () => undefined);
  return pool;
}
