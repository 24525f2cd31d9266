// Decides which account runs PostgreSQL, which refuses root, and where that account may go; assumes a POSIX system.
import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { EmbeddedError } from './embedded-error.ts';

/** `switched` means that Node is root and its PostgreSQL processes are not. */
export type Account = { readonly uid: number; readonly gid: number; readonly switched: boolean };

/** The account `nobody`, present in the passwd file of every usual Linux. */
const nobody = 65534;

/** @param owner who owns a cluster that already exists */
export function chooseAccount(owner: { readonly uid: number; readonly gid: number } | undefined): Account {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) {
    requireName();
    return { uid, gid, switched: false };
  }
  if (process.platform !== 'linux') {
    throw new EmbeddedError('unsupported', 'PostgreSQL refuses to run as root: start Usher from an ordinary account, or set DATABASE_URL.');
  }
  return owner === undefined || owner.uid === 0 ? { uid: nobody, gid: nobody, switched: true } : { ...owner, switched: true };
}

/** PostgreSQL looks its account up by number and stops if there is no such entry, as in containers with a random uid. */
function requireName(): void {
  try {
    userInfo();
  } catch {
    throw new EmbeddedError(
      'unsupported',
      `This account (uid ${process.getuid?.()}) has no entry in the passwd file, which PostgreSQL needs: add one, or set DATABASE_URL to an external PostgreSQL.`,
    );
  }
}

/** Options for child_process that start a process as the account, with nothing of Node's environment. */
export function runAs(account: Account, cwd: string) {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return account.switched ? { cwd, env, uid: account.uid, gid: account.gid } : { cwd, env };
}

/** Asks the system itself, since rights of every parent folder, access lists and mounts count. */
export function canEnter(account: Account, folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...runAs(account, '/'), stdio: 'ignore' }).status === 0;
}
