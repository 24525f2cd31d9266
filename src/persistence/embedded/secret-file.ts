// Random secrets kept in files of mode 0600; several processes may ask for the same one at once and all get the same text.
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from './make-folders.ts';

export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Returns the file's text, first making the file with the text of `make`; never half a file, never two texts. */
function readOrCreate(path: string, make: () => string): string {
  const found = readIfThere(path);
  if (found !== undefined) return found;
  makeFolders(dirname(path), 0o700);
  const draft = `${path}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, make(), { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path, 'utf8');
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The password of the pool's low-privilege role on a database whose roles we make ourselves. */
export function runtimePassword(dataDir: string): string {
  return readOrCreate(join(dataDir, 'runtime-password'), randomSecret);
}
