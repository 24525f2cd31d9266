// What a command may touch of its process, so that tests can run it inside their own.
import type { Settings } from '../../config/settings.ts';

/** `out` takes the result and nothing else; progress and faults go to `err`. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly settings: () => Settings;
}

/** A command cannot do what it was asked; the message is one line for the operator. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault';
}

const patienceMs = 1_000;

/** Says what is being done once it takes longer than a second. */
export async function whileSlow<T>(io: Io, doing: string, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => io.err(`${doing} …\n`), patienceMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
