// `migrate`: brings the database to the schema of this program, which the server also does at its start.
import type { Command } from 'commander';
import { examples } from '../help.ts';
import { whileSlow, type Io } from '../io.ts';
import { migrateStorage, reachStorage } from '../open-storage.ts';

export function addMigrateCommand(program: Command, io: Io): void {
  const migrate = program
    .command('migrate')
    .description('bring the database up to date and give the server\'s login its rights; does nothing twice')
    .action(async () => await runMigrations(io));
  examples(migrate, ['migrate']);
}

async function runMigrations(io: Io): Promise<void> {
  const listener = { onProgress: (message: string) => io.err(`${message}\n`), onDatabaseLine: () => undefined };
  const storage = await whileSlow(io, 'Opening the database', reachStorage(io.settings(), 'command', listener));
  try {
    await whileSlow(io, 'Migrating the database', migrateStorage(storage));
  } finally {
    await storage.stop();
  }
  io.out('The database is up to date.\n');
}
