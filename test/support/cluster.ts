// One PostgreSQL for the whole run, with a migrated database that createDatabase copies; nothing of it survives the run, however it ends.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { canEnter, chooseAccount } from '../../src/persistence/embedded/account.ts';
import type { Connection } from '../../src/persistence/embedded/connection.ts';
import { randomSecret } from '../../src/persistence/embedded/secret-file.ts';
import { startEmbedded } from '../../src/persistence/embedded/start-embedded.ts';
import { migrate } from '../../src/persistence/migrate.ts';

export type Cluster = {
  /** The owner's login to the maintenance database. */
  readonly owner: Connection;
  readonly template: string;
  readonly runtime: { readonly role: string; readonly password: string };
};

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: Cluster;
  }
}

/** A crash of the machine in the middle of a test run needs no survivors. */
export const hasty = {
  initdbSwitches: ['--no-sync', '--wal-segsize=1', '--no-data-checksums'],
  serverSettings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200', autovacuum_naptime: '300' },
};

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { folder, remove } = temporaryFolder();
  try {
    const { ownerConnection, stop } = await startEmbedded({ dataDir: folder, ...hasty });
    const cluster: Cluster = { owner: { ...ownerConnection, database: 'postgres' }, template: 'usher_template', runtime: { role: 'usher_app', password: randomSecret() } };
    await makeTemplate(cluster);
    project.provide('cluster', cluster);
    return async () => {
      await stop();
      remove();
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * A folder that the account of PostgreSQL can enter, which a private TMPDIR does not allow when root runs the tests. It is gone after
 * `remove`, or when this process has ended in any other way.
 */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const account = chooseAccount(undefined);
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => canEnter(account, folder)) ?? tmpdir();
  const folder = mkdtempSync(join(parent, 'usher-test-'));
  if (account.switched) chmodSync(folder, 0o755);
  const cleaner = startCleaner(folder);
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    cleaner.kill('SIGKILL');
  };
  return { folder, remove };
}

/** Waits for the end of this process, then for that of PostgreSQL, which its own watchdog ends, and removes the folder. */
function startCleaner(folder: string) {
  const script = `read _; i=0
    while [ $i -lt 100 ] && ls "$0"/pg*/data/postmaster.pid; do sleep 0.1; i=$((i+1)); done
    while [ $i -lt 150 ] && ! rm -rf "$0"; do sleep 0.1; i=$((i+1)); done`;
  const cleaner = spawn('/bin/sh', ['-c', script, folder], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  cleaner.unref();
  return cleaner;
}

async function makeTemplate({ owner, template, runtime }: Cluster): Promise<void> {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    await client.query(`create database ${template}`);
    await migrate({ ...owner, database: template }, runtime);
    await client.query(`alter database ${template} is_template true allow_connections false`);
  } finally {
    await client.end();
  }
}
