// The structured log: an allow-list decides which fields of an entry are written, so that a secret handed in by mistake is not.
import { pino, type DestinationStream } from 'pino';
import { describeError, withoutSecrets } from './describe-error.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Everything that an entry may hold besides its message. `path` is the template of a route, never the path of a request. */
export interface LogFields {
  readonly requestId?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly count?: number | undefined;
  readonly error?: unknown;
}

/** What the rooms need of a log: one function for each level. Messages are written by us and hold no data of a request. */
export type Logger = Readonly<Record<LogLevel, (fields: LogFields, message: string) => void>>;

export interface LogOptions {
  readonly level: LogLevel | 'silent';
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Where lines go instead of the standard output. */
  readonly destination?: DestinationStream;
}

/** One write for many lines costs a third of the time of a request less; they wait a fifth of a second, errors do not wait. */
const buffered = { dest: 1, sync: false, minLength: 4096, periodicFlush: 200 };

const shortestSecret = 12;
const texts = ['requestId', 'tenantId', 'method', 'path'] as const;
const numbers = ['status', 'durationMs', 'count'] as const;

export async function createLogger({ level, pretty, destination }: LogOptions): Promise<Logger> {
  const stream = pretty ? await prettyStream(destination) : (destination ?? pino.destination(buffered));
  const log = pino({ level, base: null, formatters: { level: (label) => ({ level: label }) } }, stream);
  const at = (name: LogLevel) => (fields: LogFields, message: string) => {
    if (!log.isLevelEnabled(name)) return;
    log[name](allowed(fields), message.length < shortestSecret ? message : withoutSecrets(message));
    if (name === 'error' || name === 'fatal') log.flush();
  };
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), fatal: at('fatal') };
}

/** Copies what the list names and drops the rest, whatever the type of the caller's object promised. */
function allowed(fields: LogFields): Record<string, unknown> {
  const entry: Record<string, unknown> = {};
  for (const name of texts) if (typeof fields[name] === 'string') entry[name] = fields[name];
  for (const name of numbers) if (typeof fields[name] === 'number') entry[name] = fields[name];
  if (fields.error !== undefined) entry['error'] = describeError(fields.error);
  return entry;
}

/** Loaded only where it is used: it takes about as long to load as the rest of the log. */
async function prettyStream(destination: DestinationStream | undefined): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  const plain = { singleLine: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' };
  return destination === undefined ? pretty({ ...plain, destination: 1, sync: true }) : pretty({ ...plain, colorize: false, destination: destination as NodeJS.WritableStream });
}
