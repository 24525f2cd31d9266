// Reads the users of an identity provider from what it can export: SCIM as JSON or JSON lines, or CSV with a header; assumes a text of any origin.
import { scanJson } from '../http/limits/scan-json.ts';
import { CsvError, readCsv, type CsvRecord } from '../http/read-csv.ts';
import { ScimError } from '../scim/errors.ts';
import { isObject } from '../scim/schema/check-value.ts';
import { CommandFault } from './io.ts';

/** A user as a SCIM body, not yet checked, and where it stands in the file. */
export interface FileUser {
  readonly place: number;
  readonly body: unknown;
}

/** The users; `noun` is how their places are counted. */
export interface UsersOfFile {
  readonly noun: 'line' | 'user';
  readonly users: readonly FileUser[];
}

/** Reads the text. Throws a CommandFault that says what is unclear and what would be right. */
export function usersOfFile(text: string): UsersOfFile {
  const content = text.replace(/^\ufeff/, '');
  const first = content.trimStart().charAt(0);
  if (first === '') throw new CommandFault('The file is empty. Export the users of the identity provider as SCIM JSON or as CSV with a header.');
  if (first !== '{' && first !== '[') return { noun: 'line', users: fromCsv(recordsOf(content)) };
  const lines = content.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ place: index + 1, line }]));
  if (first === '{' && lines.length > 1 && lines[0]?.line.trimEnd().endsWith('}') === true) {
    return { noun: 'line', users: lines.map(({ place, line }) => ({ place, body: parse(line, `Line ${place} of the file`) })) };
  }
  return { noun: 'user', users: listOf(parse(content, 'The file')).map((body, index) => ({ place: index + 1, body })) };
}

/** As strict as the server is with a request. */
function parse(text: string, what: string): unknown {
  try {
    scanJson(text.trim());
  } catch (error) {
    if (error instanceof ScimError) throw new CommandFault(error.message.replace(/^The body/, what));
    throw error;
  }
  return JSON.parse(text) as unknown;
}

function recordsOf(content: string): CsvRecord[] {
  try {
    return readCsv(content);
  } catch (error) {
    throw error instanceof CsvError ? new CommandFault(error.message) : error;
  }
}

function listOf(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content as unknown[];
  if (!isObject(content)) throw new CommandFault('The file holds neither a list of users nor a ListResponse.');
  const name = Object.keys(content).find((key) => key.toLowerCase() === 'resources');
  if (name === undefined) return [content];
  const resources = content[name];
  if (!Array.isArray(resources)) throw new CommandFault('"Resources" of the ListResponse must be a list of users.');
  return resources as unknown[];
}

type Column = 'userName' | 'email' | 'externalId' | 'active';

/** Names of columns without case, blanks, hyphens and underscores: those of SCIM, of Okta's and of Entra's exports. */
const columns: ReadonlyMap<string, Column> = new Map<string, Column>([
  ['username', 'userName'],
  ['login', 'userName'],
  ['userprincipalname', 'userName'],
  ['email', 'email'],
  ['mail', 'email'],
  ['emailaddress', 'email'],
  ['externalid', 'externalId'],
  ['objectid', 'externalId'],
  ['id', 'externalId'],
  ['active', 'active'],
  ['accountenabled', 'active'],
]);

function fromCsv([header, ...records]: readonly CsvRecord[]): FileUser[] {
  const places = placesOf(header?.fields ?? []);
  return records.map(({ line, fields }) => {
    if (fields.length !== header?.fields.length) {
      throw new CommandFault(`Line ${line} of the CSV has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, its header ${header?.fields.length}. Fields are separated by commas.`);
    }
    const cell = (column: Column) => fields[places.get(column) ?? -1]?.trim() ?? '';
    const email = cell('email');
    const body = {
      userName: cell('userName'),
      externalId: cell('externalId'),
      ...(email === '' ? {} : { emails: [{ value: email, type: 'work', primary: true }] }),
      ...(cell('active') === '' ? {} : { active: cell('active') }),
    };
    return { place: line, body };
  });
}

function placesOf(header: readonly string[]): ReadonlyMap<Column, number> {
  const places = new Map<Column, number>();
  for (const [place, name] of header.entries()) {
    const column = columns.get(name.toLowerCase().replaceAll(/[\s_-]/g, ''));
    if (column === undefined) continue;
    const other = places.get(column);
    if (other !== undefined) throw new CommandFault(`Two columns of the CSV could be the ${column}: "${header[other]}" and "${name}". Leave one of them out.`);
    places.set(column, place);
  }
  if (!places.has('userName')) {
    throw new CommandFault('The first line of the CSV names no column with the userName. Call it userName, login or userPrincipalName, and separate columns by commas.');
  }
  return places;
}
