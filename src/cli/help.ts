// What the help of every command has in common.
import type { Command } from 'commander';

/** How a command line begins. */
export const invocation = 'npm run --silent usher --';

/** A command that only holds others. */
export function addGroup(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).helpCommand(false);
}

/** Appends examples to the help of a command. */
export function examples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExample${lines.length === 1 ? '' : 's'}:\n${lines.map((line) => `  ${invocation} ${line}\n`).join('')}`);
}

export const workspaceOption = ['--workspace <slug>', 'the slug of the workspace'] as const;
export const userOption = ['--user <email>', 'e-mail address, userName or id of the member'] as const;
export const jsonOption = ['--json', 'print JSON'] as const;
