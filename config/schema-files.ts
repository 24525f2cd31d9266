// Reads the folder in which operators describe schemas and resource types of their own; what the files say is checked elsewhere.
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file by its name in the folder, with what JSON made of it. */
export interface SchemaFile {
  readonly name: string;
  readonly content: unknown;
}

/** Most faults that are told at once. */
const mostShown = 100;

/** Faults of the folder and of its files, one line for each as far as anybody reads on. */
export class SchemaFilesError extends Error {
  override readonly name = 'SchemaFilesError';
  readonly faults: readonly string[];

  constructor(folder: string, faults: readonly string[]) {
    const more = faults.length - mostShown;
    const lines = [...faults.slice(0, mostShown), ...(more > 0 ? [`… and ${more} more.`] : [])];
    super([`The schema files in ${folder} (SCHEMAS_DIR) have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:`, ...lines.map((line) => `  ${line}`)].join('\n'));
    this.faults = faults;
  }
}

const [mostFiles, mostBytes] = [100, 1_048_576];

/** Every .json file of the folder, by name; folders in it and other files are passed over. Throws a SchemaFilesError that names all faults. */
export function readSchemaFiles(folder: string): SchemaFile[] {
  const names = namesIn(folder);
  if (names.length > mostFiles) throw new SchemaFilesError(folder, [`There are ${names.length} .json files; at most ${mostFiles} are read. Take some away.`]);
  const faults: string[] = [];
  const files = names.flatMap((name): SchemaFile[] => {
    const read = readJsonFile(join(folder, name));
    if (read.ok) return [{ name, content: read.content }];
    faults.push(`${name}: ${read.fault}`);
    return [];
  });
  if (faults.length > 0) throw new SchemaFilesError(folder, faults);
  return files;
}

/** What JSON makes of a file, or in words why there is nothing to be made of it. */
export function readJsonFile(path: string): { readonly ok: true; readonly content: unknown } | { readonly ok: false; readonly fault: string } {
  try {
    return { ok: true, content: JSON.parse(textOf(path)) as unknown };
  } catch (error) {
    return { ok: false, fault: explain(error) };
  }
}

function namesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json') && !entry.name.startsWith('.')).map(({ name }) => name).sort();
  } catch (error) {
    throw new SchemaFilesError(folder, [`The folder cannot be read (${codeOf(error)}). Create it, it may be empty, or correct SCHEMAS_DIR.`]);
  }
}

/** Neither the opening nor the reading waits: a name may stand for a pipe to which nobody writes. */
function textOf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new Fault('is no ordinary file. Take it away');
    if (status.size > mostBytes) throw new Fault(`is larger than ${mostBytes} bytes. Split it`);
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } finally {
    closeSync(file);
  }
}

class Fault extends Error {}

function explain(error: unknown): string {
  if (error instanceof Fault) return `${error.message}.`;
  if (error instanceof SyntaxError) return `is no JSON: ${error.message}. Correct it there.`;
  if (error instanceof TypeError) return 'is not written in UTF-8. Save it as UTF-8.';
  return `cannot be read (${codeOf(error)}). Correct its rights, or take it away.`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
