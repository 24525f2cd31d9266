// The match report as it is shown: for people what needs attention first, then everything else, then the sums; for programs JSON.
import type { ComingUser, Match, MatchedMember, MatchOutcome, SeatCount } from '../domain/match-users.ts';
import type { Io } from './io.ts';
import { json, printable, table, tablePages } from './print.ts';

export interface MatchOptions {
  readonly workspace: string;
  readonly label: string;
  readonly users: string;
  readonly json?: true;
}

/** What a line of the report says about a user: the fate of a good one, or why it is refused. */
export type Line = Match | { readonly user: Pick<ComingUser, 'place' | 'userName'>; readonly outcome: 'invalid'; readonly detail: string };

/** The whole report; `untouched` are the members that no user is. */
export interface MatchReport {
  readonly noun: 'line' | 'user';
  readonly lines: readonly Line[];
  readonly untouched: readonly MatchedMember[];
  readonly seats: SeatCount & { readonly needed: number; readonly refused: number };
}

/** As many lines of a table are laid out, and held as one text, at a time. */
const pageSize = 10_000;

/** In the order of the report, with the sentence of the sums. */
const outcomes: readonly (readonly [outcome: MatchOutcome | 'invalid', label: string, meaning: string])[] = [
  ['invalid', 'invalid', 'would be refused as they are'],
  ['conflict', 'conflict', 'meet another user or member'],
  ['sameEmail', 'same e-mail', 'would become a second member with the e-mail of another'],
  ['held', 'held', 'are members whom somebody else has deactivated'],
  ['invitation', 'invitation', 'take over an invitation to their e-mail'],
  ['matches', 'matches', 'are members by their userName and would be linked'],
  ['known', 'known', 'are known in the organization and would become members here'],
  ['new', 'new', 'are new'],
  ['linked', 'linked', 'are linked already'],
];

/** Prints the report; nothing of it is an instruction to the terminal. */
export function printMatches(io: Io, { workspace, label }: MatchOptions, { noun, lines, untouched, seats }: MatchReport): void {
  const ordered = outcomes.flatMap(([outcome, name]) => lines.filter((line) => line.outcome === outcome).map((line) => [String(line.user.place), name, line.user.userName || '-', line.detail]));
  const page = tablePages([noun.toUpperCase(), 'OUTCOME', 'USER NAME', 'WHAT WOULD HAPPEN']);
  for (let from = 0; from < ordered.length; from += pageSize) io.out(page(ordered.slice(from, from + pageSize)));
  if (untouched.length > 0) {
    io.out(`\nMembers that none of the users is; the sync leaves them alone:\n\n`);
    io.out(table(['USER NAME', 'ROLE', 'STATUS', 'ID'], untouched.map(({ userName, role, service, status, id }) => [userName, service ? `${role} (service account)` : role, status, id])));
  }
  const counts = countOutcomes(lines);
  io.out(`\n${lines.length} ${lines.length === 1 ? 'user' : 'users'} of ${printable(label)} for ${workspace}:\n`);
  for (const [outcome, , meaning] of outcomes) {
    const count = counts.get(outcome);
    if (count !== undefined) io.out(`  ${count} ${meaning}\n`);
  }
  io.out(`  ${untouched.length} ${untouched.length === 1 ? 'member is' : 'members are'} left alone${ownersIn(untouched)}\n`);
  const limit = seats.limit === undefined ? 'no limit' : `a limit of ${seats.limit}`;
  const refused = seats.refused === 0 ? '' : ` ${seats.refused} would find no seat: raise the limit or take users out of the scope.`;
  io.out(`Seats: ${seats.used} used, ${seats.needed} more needed, ${limit}.${refused}\nNothing was changed.\n`);
}

function ownersIn(members: MatchReport['untouched']): string {
  const owners = members.filter(({ role }) => role === 'owner').length;
  const services = members.filter(({ service }) => service).length;
  const parts = [...(owners === 0 ? [] : [`${owners} ${owners === 1 ? 'owner' : 'owners'}`]), ...(services === 0 ? [] : [`${services} ${services === 1 ? 'service account' : 'service accounts'}`])];
  return parts.length === 0 ? '' : `, among them ${parts.join(' and ')}`;
}

function countOutcomes(lines: readonly Line[]): Map<MatchOutcome | 'invalid', number> {
  const counts = new Map<MatchOutcome | 'invalid', number>();
  for (const { outcome } of lines) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

/** The report for programs. */
export function matchesAsJson({ noun, lines, untouched, seats }: MatchReport): string {
  return json({
    users: lines.map((line) => {
      const { user, outcome, detail } = line;
      const head = { [noun]: user.place, userName: user.userName, outcome };
      if (line.outcome === 'invalid') return { ...head, detail };
      return { ...head, externalId: line.user.externalId ?? null, member: line.member?.id ?? null, memberUserName: line.member?.userName ?? null, seats: line.seat, noSeat: line.noSeat, detail };
    }),
    untouched: untouched.map(({ id, userName, role, status, service }) => ({ member: id, userName, role, status, service })),
    totals: { users: lines.length, ...Object.fromEntries(countOutcomes(lines)), untouched: untouched.length },
    seats: { used: seats.used, limit: seats.limit ?? null, needed: seats.needed, refused: seats.refused },
  });
}
