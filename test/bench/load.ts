// Fills an installation: the measured tenants, their users by COPY, other tenants, large groups through the domain's own commands.
import type { Pool, PoolClient } from 'pg';
import { accept } from '../../src/cli/session.ts';
import { setUpWorkspace } from '../../src/cli/set-up-workspace.ts';
import type { Ports } from '../../src/compose-ports.ts';
import type { TokenRecord } from '../../src/domain/areas/connections.ts';
import type { Change } from '../../src/domain/changes.ts';
import { changeGroup, createGroup } from '../../src/domain/commands/change-group.ts';
import { createConnectionToken } from '../../src/domain/commands/credentials.ts';
import type { Tenant } from '../../src/domain/model/caller.ts';
import { sealSeats, sealWorkspace, unsealedOrganizations, unsealedWorkspaces } from '../../src/persistence/audit/seal.ts';
import { uuidV7 } from '../../src/persistence/database/uuid-v7.ts';
import { copyInto } from './copy.ts';
import { loaderOf, makeTenant, nameOf, seatUser, userBody, type Loader } from './population.ts';
import { progressBar } from './progress.ts';
import { addRows, columnsOf, noRows } from './rows.ts';

/** A tenant with a connection and the ids of its loaded users, in order. */
export interface LoadedTenant {
  readonly tenant: Tenant;
  readonly record: TokenRecord;
  readonly ids: readonly string[];
}

const usersAtOnce = 5_000;
const tenantsAtOnce = 200;
const membersOfOther = 9;
const sealedAtOnce = 5_000;
const membersAtOnce = 10_000;

/** A workspace of its own organization with so many users and a connection. */
export async function loadTenant(ports: Ports, owner: Pool, name: string, users: number): Promise<LoadedTenant> {
  const { workspaceId, organizationId } = accept(await setUpWorkspace(ports, { organization: `Organization of ${name}`, slug: name, owner: `owner@${name}.example` }));
  const tenant = { workspaceId, organizationId };
  const operator = { credential: { kind: 'operator', tenant }, requestId: 'bench-load' } as const;
  const record = accept(await createConnectionToken(ports.store, operator, 'bench', undefined));
  const loader = loaderOf(tenant, record);
  const ids: string[] = [];
  const bar = progressBar(`loading ${users.toLocaleString('en')} users of ${name}`, users);
  while (ids.length < users) {
    const changes: Change[] = [];
    for (const end = Math.min(users, ids.length + usersAtOnce); ids.length < end; ) {
      const seated = seatUser(loader, userBody(nameOf(ids.length), ids.length));
      ids.push(seated.id);
      for (const change of seated.changes) changes.push(change);
    }
    await write(owner, [{ loader, changes }]);
    bar.at(ids.length);
  }
  bar.end();
  return { tenant, record, ids };
}

/** Tenants that are only there. */
export async function loadOthers(owner: Pool, tenants: number): Promise<void> {
  const bar = progressBar(`loading ${tenants.toLocaleString('en')} other tenants`, tenants);
  for (let made = 0; made < tenants; ) {
    const batch: { loader: Loader; changes: readonly Change[] }[] = [];
    for (const end = Math.min(tenants, made + tenantsAtOnce); made < end; made += 1) {
      const loader = loaderOf({ workspaceId: uuidV7(), organizationId: uuidV7() });
      batch.push({ loader, changes: makeTenant(loader, `other-${made}`, membersOfOther) });
    }
    await write(owner, batch);
    bar.at(made);
  }
  bar.end();
}

/** Writes the changes of several tenants in one transaction, table by table. */
async function write(owner: Pool, batch: readonly { readonly loader: Loader; readonly changes: readonly Change[] }[]): Promise<void> {
  await inTransaction(owner, async (client, now) => {
    const rows = noRows();
    for (const { loader, changes } of batch) for (const change of changes) addRows(rows, change, loader.tenant, now);
    for (const [table, values] of rows) await copyInto(client, table, columnsOf[table], values);
  });
}

async function inTransaction(owner: Pool, work: (client: PoolClient, now: string) => Promise<void>): Promise<void> {
  const client = await owner.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ now: string }>('select now()::text as now');
    await work(client, rows[0]?.now ?? '');
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** A group with the first so many users of the tenant, made by the commands that serve requests. Answers its id. */
export async function loadGroup(ports: Ports, { tenant, record, ids }: LoadedTenant, members: number): Promise<string> {
  const { call } = loaderOf(tenant, record);
  const bar = progressBar(`making a group of ${members.toLocaleString('en')}`, members);
  const particulars = { displayName: `Group of ${members}`, externalId: undefined, profile: {} };
  const { id } = accept(await createGroup(ports.store, call, { particulars, memberIds: ids.slice(0, Math.min(members, membersAtOnce)), members: false }));
  for (let done = membersAtOnce; done < members; done += membersAtOnce) {
    const steps = [{ kind: 'add', ids: ids.slice(done, Math.min(members, done + membersAtOnce)) }] as const;
    accept(await changeGroup(ports.store, call, { id, steps, members: false, revise: ({ displayName, externalId, profile }) => ({ particulars: { displayName, externalId, profile }, fields: [] }) }));
    bar.at(done);
  }
  bar.end();
  return id;
}

/** Seals all that was loaded, as the server would do in the background, and lets PostgreSQL settle. */
export async function settle(owner: Pool): Promise<void> {
  const { rows } = await owner.query<{ events: string }>('select count(*) as events from audit_unsealed');
  const events = Number(rows[0]?.events);
  const bar = progressBar(`sealing ${events.toLocaleString('en')} audit events`, events);
  let sealed = 0;
  for (const { waiting, seal, counts } of [
    { waiting: unsealedWorkspaces, seal: sealWorkspace, counts: true },
    { waiting: unsealedOrganizations, seal: sealSeats, counts: false },
  ]) {
    for (let tenants = await waiting(owner, 500); tenants.length > 0; tenants = await waiting(owner, 500)) {
      for (const id of tenants) {
        for (let done = sealedAtOnce; done === sealedAtOnce; ) {
          done = await seal(owner, id, sealedAtOnce);
          if (counts) bar.at((sealed += done));
        }
      }
    }
  }
  bar.end();
  await owner.query('vacuum (analyze)');
  await owner.query('checkpoint');
}
