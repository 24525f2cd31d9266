// Copies PostgreSQL out of node_modules into the data folder, with the links that npm cannot pack; a copy that is there is complete.
import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Binaries } from './find-binaries.ts';

/**
 * Why a copy: the account of PostgreSQL may be unable to enter the project's folder, node_modules may be read-only,
 * and `npm ci` may replace it under a running server.
 */
export function copyBinaries(binaries: Binaries, base: string): string {
  const target = join(base, `bin-${binaries.version}`);
  if (existsSync(target)) return target;
  const draft = `${target}.tmp-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  copyFolder(binaries.native, draft);
  for (const { source, target: link } of linksOf(binaries.native)) {
    const path = join(draft, link);
    rmSync(path, { force: true });
    symlinkSync(basename(source), path);
  }
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** Modes are set anew: under a strict umask npm leaves files that only their owner may read. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else if (entry.isFile()) {
      copyFileSync(source, target, constants.COPYFILE_FICLONE);
      chmodSync(target, basename(from) === 'bin' ? 0o755 : 0o644);
    }
  }
}

/** The package lists them as paths below `native/`, each link beside its target. */
function linksOf(native: string): { source: string; target: string }[] {
  const list = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  return list.map(({ source, target }) => ({ source: source.replace(/^native\//, ''), target: target.replace(/^native\//, '') }));
}
