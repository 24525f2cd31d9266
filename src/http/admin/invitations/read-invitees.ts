// Reads the people of an import from CSV and names all faults by their lines; may assume nothing of the file.
import type { Invitee } from '../../../domain/commands/invite-members.ts';
import { fail, refuseAll, succeed, type Blocker, type Outcome } from '../../../domain/refusals.ts';
import { badRequest, ScimError } from '../../../scim/errors.ts';
import { parseHeaderList } from '../../limits/header-list.ts';
import { readBody } from '../../limits/read-body.ts';
import { CsvError, readCsv, type CsvRecord } from '../../read-csv.ts';
import { addressShape, nameShape, roleShape } from './shapes.ts';

const mostInvitees = 1_000;
const columns = ['email', 'name', 'role'] as const;
type Column = (typeof columns)[number];
const shapes = { email: addressShape, name: nameShape.optional(), role: roleShape.default('member') };

/** The people of the file. Throws for what is no such file; faults of its lines are refused together, each with its line. */
export async function readInvitees(request: Request, limitBytes: number): Promise<Outcome<Invitee[]>> {
  requireCsv(request.headers);
  const [header, ...records] = recordsOf(decode(await readBody(request, limitBytes)));
  const places = placesOf(header?.fields ?? []);
  if (records.length === 0) throw badRequest('invalidValue', 'The file names nobody: behind its header there must be a line for each person.');
  if (records.length > mostInvitees) throw badRequest('invalidValue', `The file names ${records.length} people. Send at most ${mostInvitees} at once.`);
  const read = records.map((record) => inviteeOf(record, places, header?.fields.length ?? 0));
  const blockers = read.flatMap((one) => ('faults' in one ? one.faults : []));
  return blockers.length > 0 ? fail(refuseAll(blockers)) : succeed(read.flatMap((one) => ('faults' in one ? [] : [one])));
}

function requireCsv(headers: Headers): void {
  const [type, ...others] = parseHeaderList(headers.get('content-type') ?? '');
  const charset = type?.parameters.get('charset')?.toLowerCase() ?? 'utf-8';
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? 'identity';
  if (type?.name === 'text/csv' && others.length === 0 && ['utf-8', 'utf8', 'us-ascii'].includes(charset) && encoding === 'identity') return;
  throw new ScimError(415, undefined, 'An import is a file of the type text/csv, in UTF-8 and uncompressed. Send it with the header Content-Type: text/csv.');
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('invalidSyntax', 'The file is not valid UTF-8. Save it as "CSV UTF-8".');
  }
}

function recordsOf(text: string): CsvRecord[] {
  try {
    return readCsv(text);
  } catch (error) {
    throw error instanceof CsvError ? badRequest('invalidSyntax', error.message) : error;
  }
}

function placesOf(header: readonly string[]): ReadonlyMap<Column, number> {
  const places = new Map<Column, number>();
  for (const [place, name] of header.entries()) {
    const column = columns.find((known) => known === name.trim().toLowerCase());
    if (column === undefined) throw badRequest('invalidValue', `The first line names a column ${JSON.stringify(name.slice(0, 40).toWellFormed())}. The columns are email, name and role, separated by commas; only email is needed.`);
    if (places.has(column)) throw badRequest('invalidValue', `The first line names the column ${column} twice. Leave one of them out.`);
    places.set(column, place);
  }
  if (!places.has('email')) throw badRequest('invalidValue', 'The first line must name the columns: email, and if wanted name and role, separated by commas.');
  return places;
}

function inviteeOf({ line, fields }: CsvRecord, places: ReadonlyMap<Column, number>, width: number): Invitee | { readonly faults: Blocker[] } {
  const place = `Line ${line}`;
  const fault = (detail: string): Blocker => ({ rule: 'invalid-value', detail: `${place}: ${detail}`, memberId: undefined });
  if (fields.length !== width) return { faults: [fault(`there ${fields.length === 1 ? 'is 1 field' : `are ${fields.length} fields`}, and the header has ${width}.`)] };
  const cell = (column: Column) => fields[places.get(column) ?? -1]?.trim() || undefined;
  const [email, name, role] = [shapes.email.safeParse(cell('email') ?? ''), shapes.name.safeParse(cell('name')), shapes.role.safeParse(cell('role'))];
  if (email.success && name.success && role.success) return { email: email.data, name: name.data, role: role.data, groupIds: [], place };
  const told = Object.entries({ email, name, role }).flatMap(([column, { error }]) => (error === undefined ? [] : [fault(`the ${column} ${error.issues[0]?.message ?? 'is not right'}.`)]));
  return { faults: told };
}
