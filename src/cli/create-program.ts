// The tree of commands with their help; assumes that whoever runs it turns what it throws into one line.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { projectRoot } from '../../config/settings.ts';
import { addAccountCommands } from './commands/account.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addClientCommands } from './commands/client.ts';
import { addConnectionCommands } from './commands/connection.ts';
import { addJobsCommand } from './commands/jobs.ts';
import { addMailCommands } from './commands/mail.ts';
import { addMemberCommands } from './commands/member.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addOwnershipCommands } from './commands/ownership.ts';
import { addScheduleCommands } from './commands/schedule.ts';
import { addSchemasCommand } from './commands/schemas.ts';
import { addSecretsCommands } from './commands/secrets.ts';
import { addSeatsCommand } from './commands/seats.ts';
import { addSettingsCommands } from './commands/settings.ts';
import { addTokenCommands } from './commands/token.ts';
import { addWorkspaceCommands } from './commands/workspace.ts';
import { examples } from './help.ts';
import type { Io } from './io.ts';

const about = `
Works on the data of the server, whether it runs or not, with the same settings
from the environment (config/example.env). The result goes to the standard
output, progress and faults to the standard error.
Exit code: 0 done, 1 refused or failed, 2 not understood.`;

/** The program; it ends no process and prints through `io` only. */
export function createProgram(io: Io): Command {
  const program = new Command('usher')
    .description('Seats people in workspaces and shows them out: what an operator does beside the SCIM server.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: () => undefined, outputError: () => undefined })
    .addHelpText('after', about);
  examples(program, ['workspace create --org "Acme" --slug acme --owner ada@acme.example', 'token create --workspace acme --label okta']);
  addWorkspaceCommands(program, io);
  addTokenCommands(program, io);
  addConnectionCommands(program, io);
  addClientCommands(program, io);
  addMemberCommands(program, io);
  addOwnershipCommands(program, io);
  addAccountCommands(program, io);
  addMailCommands(program, io);
  addScheduleCommands(program, io);
  addSettingsCommands(program, io);
  addAuditCommands(program, io);
  addSeatsCommand(program, io);
  addSchemasCommand(program, io);
  addJobsCommand(program, io);
  addSecretsCommands(program, io);
  addMigrateCommand(program, io);
  return program;
}

function version(): string {
  const { version: text } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  return text;
}
