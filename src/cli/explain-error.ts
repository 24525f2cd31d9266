// Says in one line what went wrong and what the operator can do; a bug is called one. Never repeats a password or a token.
import pg from 'pg';
import { SchemaFilesError } from '../../config/schema-files.ts';
import { loadSettings, projectRoot, SettingsError, type Settings } from '../../config/settings.ts';
import { isUnavailable } from '../persistence/database/errors.ts';
import { parseLogin } from '../persistence/database/parse-login.ts';
import { printable } from './print.ts';

/** Errors whose message was written for the operator, by name, so that not every module that throws one is loaded. */
const forOperators: ReadonlySet<string> = new Set(['CommandFault', 'EmbeddedError', 'ListenError', 'MigrationError', 'SigningKeyError']);

/** The line, without its end; the faults of schema files, of which there may be many in one, have a line each. */
export function explainError(error: unknown, settings: () => Settings = loadSettings): string {
  if (error instanceof SettingsError) return oneLine(`${error.faults.length === 1 ? 'A setting is' : `${error.faults.length} settings are`} wrong: ${error.faults.join('; ')}`);
  if (error instanceof SchemaFilesError) return error.message.split('\n').map(printable).join('\n');
  if (!(error instanceof Error)) return oneLine(`Unexpected: ${String(error)}`);
  if (forOperators.has(error.name)) return oneLine(error.message);
  const known = explainDatabase(error, settings);
  return oneLine(known ?? `Unexpected ${error.name}: ${error.message || codeOf(error)}${whereOf(error)}. This is a fault of the program: please report it.`);
}

function explainDatabase(error: Error, settings: () => Settings): string | undefined {
  const code = codeOf(error);
  if (error instanceof pg.DatabaseError) {
    if (code === '28P01' || code === '28000') return `The database refuses the login: ${error.message}. Correct DATABASE_URL or DATABASE_RUNTIME_URL.`;
    if (code === '3D000') return `${error.message}: create it, or correct DATABASE_URL.`;
    if (code === '53300') return `${placeOf(settings())} takes no more connections now. Try again.`;
    if (code === '42501') return `The login to the database may not do this: ${error.message}.`;
  }
  if (/certificate|SSL|TLS/i.test(`${code} ${error.message}`)) return `The connection to the database cannot be encrypted as DATABASE_URL asks: ${error.message}.`;
  if (!isUnavailable(error)) return undefined;
  return `${placeOf(settings())} does not answer: ${reasonOf(error)}. Try again, or correct the setting.`;
}

function placeOf({ databaseUrl, dataDir }: Settings): string {
  if (databaseUrl === undefined) return `The embedded PostgreSQL in DATA_DIR (${dataDir})`;
  const { host, port } = parseLogin(databaseUrl);
  return `The database of DATABASE_URL (${host}, port ${port})`;
}

/** Node reports a host with several addresses as one error that holds the others and says nothing itself. */
function reasonOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return error.message || (first instanceof Error ? first.message : codeOf(error));
}

/** The innermost place of our own in the stack: enough to begin with, and still one line. */
function whereOf({ stack = '' }: Error): string {
  const place = stack.split('\n').find((frame) => frame.includes(`${projectRoot}/`) && !frame.includes('node_modules'));
  const at = place === undefined ? undefined : /[^/(]*:\d+:\d+/.exec(place)?.[0];
  return at === undefined ? '' : ` (${at})`;
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s*\n\s*/g, ' ').trim()).replace(/\.\.$/, '.');
}
