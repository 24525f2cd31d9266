// Says where the files of an embedded cluster lie, without making any; the same answer for the server, a command and the next start.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { canEnter, chooseAccount, type Account } from './account.ts';
import { EmbeddedError } from './embedded-error.ts';

export type Place = {
  readonly dataDir: string;
  /** Holds everything below; differs from dataDir only when root runs PostgreSQL as an account that cannot enter dataDir. */
  readonly base: string;
  readonly account: Account;
  readonly cluster: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly socketFolder: string;
};

/** A socket's whole path has at most 107 bytes, on macOS 103; its name is /.s.PGSQL.5432. */
const socketFolderBytes = process.platform === 'darwin' ? 89 : 93;

export function findPlace(dataDir: string, major: string): Place {
  if (!statSync(nearestExisting(dataDir)).isDirectory()) {
    throw new EmbeddedError('folder', `The data folder ${dataDir} cannot be used: a part of its path is a file. Set DATA_DIR to another folder.`);
  }
  const real = realPath(dataDir);
  const elsewhere = `/var/lib/usher-${shortHash(real)}`;
  const name = `pg${major}`;
  const existing = [real, elsewhere].find((base) => existsSync(join(base, name, 'data')));
  const account = chooseAccount(existing === undefined ? undefined : ownerOf(join(existing, name, 'data')));
  if (existing !== undefined) {
    if (account.switched && !canEnter(account, existing)) {
      throw new EmbeddedError('folder', `The account that runs PostgreSQL (uid ${account.uid}) can no longer enter the data folder ${existing}: open its parent folders for it.`);
    }
    return placeIn(existing, dataDir, account, name);
  }
  const base = !account.switched || canEnter(account, nearestExisting(real)) ? real : elsewhere;
  refuseOtherMajor(base, name);
  return placeIn(base, dataDir, account, name);
}

function placeIn(base: string, dataDir: string, account: Account, name: string): Place {
  const cluster = join(base, name);
  const run = join(base, 'run');
  const socketFolder = Buffer.byteLength(run) <= socketFolderBytes ? run : `/tmp/usher-${shortHash(base)}`;
  return { dataDir, base, account, cluster, data: join(cluster, 'data'), passwordFile: join(cluster, 'password'), socketFolder };
}

/** An empty cluster beside the data of another version would look as if everything had been lost. */
function refuseOtherMajor(base: string, name: string): void {
  const other = existsSync(base) ? readdirSync(base).find((entry) => /^pg\d+$/.test(entry) && entry !== name) : undefined;
  if (other === undefined) return;
  throw new EmbeddedError('folder', `The data folder ${base} holds data of PostgreSQL ${other.slice(2)}, and this is PostgreSQL ${name.slice(2)}: start the version of Usher that wrote it.`);
}

function ownerOf(path: string): { uid: number; gid: number } {
  const { uid, gid } = statSync(path);
  return { uid, gid };
}

function nearestExisting(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** PostgreSQL's command line, by which it is recognised, must not depend on the links one came through. */
function realPath(path: string): string {
  const nearest = nearestExisting(path);
  return join(realpathSync(nearest), relative(nearest, path));
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
