// Runs one command line to its exit code: 0 done, 1 refused or failed, 2 not understood.
import { CommanderError } from 'commander';
import { createProgram } from './create-program.ts';
import { explainError } from './explain-error.ts';
import { invocation } from './help.ts';
import type { Io } from './io.ts';

/** Runs the words after the program's name. Whatever goes wrong is one line on `err`. */
export async function runCli(words: readonly string[], io: Io): Promise<number> {
  const program = createProgram(io);
  try {
    await program.parseAsync(words.length === 0 ? ['--help'] : [...words], { from: 'user' });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      io.err(`usher: ${explainError(error, io.settings)}\n`);
      return 1;
    }
    if (error.exitCode === 0) return 0;
    io.err(`usher: ${usageFault(program, words, error)}\n`);
    return 2;
  }
}

/** What was not understood, and where to read how it is meant. */
function usageFault(program: ReturnType<typeof createProgram>, words: readonly string[], error: CommanderError): string {
  const path: string[] = [];
  let command: typeof program | undefined = program;
  for (const word of words) {
    command = command?.commands.find((one) => one.name() === word);
    if (command === undefined) break;
    path.push(word);
  }
  const last = path.reduce<typeof program | undefined>((at, word) => at?.commands.find((one) => one.name() === word), program);
  const what =
    error.code === 'commander.help'
      ? `${path.join(' ')} needs one of: ${last?.commands.map((one) => one.name()).join(', ')}`
      : error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
  return `${what.replace(/[.]$/, '')}. Help: ${invocation} ${[...path, '--help'].join(' ')}`;
}
