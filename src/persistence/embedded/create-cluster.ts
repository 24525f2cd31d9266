// Makes the cluster's folder with its password and data as a whole: other processes see all of it or nothing.
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAs, type Account } from './account.ts';
import { EmbeddedError } from './embedded-error.ts';
import type { Place } from './find-place.ts';
import { makeFolders } from './make-folders.ts';
import { isAlive } from './process-table.ts';
import { randomSecret } from './secret-file.ts';

/** Makes the folder of everything, open to the account of PostgreSQL but not to change; folders that exist keep their modes. */
export function prepareBase(place: Place): void {
  const { base, account } = place;
  makeFolders(base, account.switched ? 0o755 : 0o700);
  for (const entry of readdirSync(base)) {
    const pid = /\.tmp-(\d+)$/.exec(entry)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(base, entry), { recursive: true, force: true });
  }
}

/** initdb's switches decide what can never be changed: UTF-8, and the same order of texts on every system. */
const initdbSwitches = ['-U', 'postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'];

export async function createCluster(place: Place, binaries: string, switches: readonly string[]): Promise<void> {
  const { account, cluster } = place;
  const draft = `${cluster}.tmp-${process.pid}`;
  const [data, password, passwordForInitdb] = [join(draft, 'data'), join(draft, 'password'), join(draft, 'data.pw')];
  mkdirSync(draft, { mode: 0o755 });
  chmodSync(draft, account.switched ? 0o755 : 0o700);
  try {
    const secret = randomSecret();
    writeFileSync(password, secret, { mode: 0o600, flush: true });
    makePrivate(data, account);
    writeFileSync(passwordForInitdb, secret, { mode: 0o600 });
    if (account.switched) chownSync(passwordForInitdb, account.uid, account.gid);
    await runInitdb(account, binaries, ['-D', data, `--pwfile=${passwordForInitdb}`, ...initdbSwitches, ...switches]);
    rmSync(passwordForInitdb);
    renameSync(draft, cluster);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(cluster)) throw error;
  }
}

/** A folder that only the account of PostgreSQL can look into. */
export function makePrivate(folder: string, account: Account): void {
  mkdirSync(folder, { mode: 0o700 });
  if (account.switched) chownSync(folder, account.uid, account.gid);
}

async function runInitdb(account: Account, binaries: string, args: readonly string[]): Promise<void> {
  const child = spawn(join(binaries, 'bin', 'initdb'), args, { ...runAs(account, '/'), stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', (error) => reject(cannotStart(error))).on('close', resolve));
  if (code === 0) return;
  const reason = said.split('\n').find((line) => /error|fatal|cannot|could not/i.test(line));
  throw new EmbeddedError('failed', `PostgreSQL could not make its data: ${reason?.trim() ?? `initdb ended with ${code}`}`);
}

export function cannotStart(error: Error): EmbeddedError {
  return new EmbeddedError('unsupported', `The PostgreSQL that npm brought cannot be started here (${error.message}); it needs glibc 2.27 or newer. Set DATABASE_URL to an external one.`);
}
