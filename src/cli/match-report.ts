// `connection match-report`: says what the first sync of an identity provider would do to each of its users; reads only.
import { createReadStream } from 'node:fs';
import type { Tenant } from '../domain/model/caller.ts';
import { accountKeyOf, keyOf } from '../domain/model/keys.ts';
import { matchUsers, type ComingUser, type Match, type MatchedMember } from '../domain/match-users.ts';
import type { MatchReads } from '../persistence/admin/match-members.ts';
import { CommandFault, type Io } from './io.ts';
import { requireWorkspace } from './look-up.ts';
import { matchesAsJson, printMatches, type Line, type MatchOptions, type MatchReport } from './print-matches.ts';
import { withSession, type Session } from './session.ts';
import type { FileUser } from './users-of-file.ts';

const step = 1000;
const mostBytes = 268_435_456;
const mostUsers = 1_000_000;
const longestName = 100;

export async function reportMatches(io: Io, options: MatchOptions): Promise<void> {
  const content = await read(options.users);
  const { usersOfFile } = await import('./users-of-file.ts');
  const { noun, users } = usersOfFile(content);
  if (users.length > mostUsers) throw new CommandFault(`The file has ${users.length} users; at most ${mostUsers} are reported at once. Split it.`);
  await withSession(io, 'Matching the users', async (session) => {
    const tenant = await requireWorkspace(session, options.workspace);
    const connectionId = await requireConnection(session, tenant, options);
    const { readForMatch } = await import('../persistence/admin/match-members.ts');
    const checked = await check(users);
    const report = await readForMatch(session.pool, tenant, connectionId, async (reads) => await matchAll(reads, checked, connectionId, noun));
    if (options.json === true) io.out(matchesAsJson(report));
    else printMatches(io, options, report);
  });
}

async function read(path: string): Promise<string> {
  try {
    const source = path === '-' ? process.stdin : createReadStream(path);
    return await textOf(limited(source, mostBytes));
  } catch (error) {
    if (error instanceof CommandFault) throw error;
    throw new CommandFault(`The users cannot be read from "${path}": ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** A text in another encoding would be read as other people, all of them new. */
async function textOf(source: AsyncIterable<Buffer>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  try {
    for await (const chunk of source) parts.push(decoder.decode(chunk, { stream: true }));
    return parts.join('') + decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw new CommandFault('The file of the users is not written in UTF-8. Save it as UTF-8; spreadsheets call it "CSV UTF-8".');
    throw error;
  }
}

async function* limited(source: AsyncIterable<Buffer>, most: number): AsyncIterable<Buffer> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > most) throw new CommandFault(`The file of the users is larger than ${most} bytes. Split it.`);
    yield chunk;
  }
}

async function requireConnection(session: Session, tenant: Tenant, { workspace, label }: MatchOptions): Promise<string> {
  const { listConnections } = await import('../persistence/admin/credentials.ts');
  const connections = await listConnections(await session.entities(), tenant);
  const found = connections.find((connection) => keyOf(connection.label) === keyOf(label));
  if (found === undefined) throw new CommandFault(`${workspace} has no connection "${label}". Make it with its first token: token create --workspace ${workspace} --label "${label}"`);
  return found.id;
}

type Checked = { readonly coming: readonly ComingUser[]; readonly invalid: readonly Line[] };

/** Reads every user as a POST of it would be read. */
async function check(users: readonly FileUser[]): Promise<Checked> {
  const [{ normaliseResource }, { userType }, { particularsOf }, { ScimError }] = await Promise.all([
    import('../scim/normalise-resource.ts'),
    import('../scim/schema/resource-types.ts'),
    import('../provisioning/user-resource.ts'),
    import('../scim/errors.ts'),
  ]);
  const coming: ComingUser[] = [];
  const invalid: Line[] = [];
  for (const { place, body } of users) {
    try {
      const document = normaliseResource(userType, body);
      const { userName, externalId, emails } = particularsOf(document);
      coming.push({ place, userName, externalId, accountKey: accountKeyOf(userName, emails), active: document['active'] !== false });
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      invalid.push({ user: { place, userName: nameIn(body) }, outcome: 'invalid', detail: error.message });
    }
  }
  return { coming, invalid };
}

/** As far as a userName may go: one that is refused for its length would make every line of the report as long. */
function nameIn(body: unknown): string {
  const name: unknown = typeof body === 'object' && body !== null && Object.hasOwn(body, 'userName') ? (body as { userName: unknown }).userName : undefined;
  if (typeof name !== 'string') return '';
  return name.length <= longestName ? name : `${name.slice(0, longestName)}…`.toWellFormed();
}

async function matchAll(reads: MatchReads, { coming, invalid }: Checked, connectionId: string, noun: 'line' | 'user'): Promise<MatchReport> {
  const seats = await reads.seats();
  const matching = matchUsers(`idp:${connectionId}`, noun, seats);
  const steps = Array.from({ length: Math.ceil(coming.length / step) }, (_, index) => coming.slice(index * step, (index + 1) * step));
  for (const users of steps) matching.note(users, await reads.mentioned(users));
  const matches: Match[] = [];
  for (const users of steps) matches.push(...matching.match(users, await reads.mentioned(users)));
  const untouched: MatchedMember[] = [];
  for await (const members of reads.members()) untouched.push(...members.filter(({ id }) => !matching.isTaken(id)));
  const lines = [...matches, ...invalid].toSorted((one, other) => one.user.place - other.user.place);
  const needed = matches.reduce((sum, { seat }) => sum + seat, 0);
  return { noun, lines, untouched, seats: { ...seats, needed, refused: matches.filter(({ noSeat }) => noSeat).length } };
}
