// Sends one act through one door and says everything that is not as the specification has it.
import { blockersOf, isAudited, statusOf, type About } from './oracle.ts';
import { hasRehearsal, documentOf, type Door, type Ended } from './doors.ts';
import { seenBy, type AskerHere, type DeniedRow, type Send, type Target } from './world.ts';

/** What a door is to answer; without a code the act may happen. */
export interface Verdict {
  readonly code?: string | undefined;
  readonly blockers: readonly string[];
  /** Whether the audit has a row of it, and whom it names. */
  readonly audited: 'no' | 'target' | 'all';
}

/** The verdict of the guards, in the form of the door. */
function verdictAt(door: Door, asker: AskerHere, about: About, strict: boolean): Verdict {
  const { facts } = asker;
  const batch = door.of === 'batch';
  if (facts.kind === 'leaver') return { code: 'membership-deactivated', blockers: [], audited: 'no' };
  if (facts.kind === 'connection' && !door.of.startsWith('scim')) return { code: 'permission-denied', blockers: [], audited: 'no' };
  const oneStep = strict && !door.of.startsWith('scim');
  const lacking = { here: true, self: true, role: 'member', status: 'active', onlyOwner: false, accountOwner: false } as const;
  if (batch && facts.kind !== 'stranger' && blockersOf(facts, door.act, lacking)[0] === 'permission-denied') return { code: 'permission-denied', blockers: ['permission-denied'], audited: 'all' };
  if (isRepeat(door, asker, about)) return { blockers: [], audited: 'no' };
  const blockers = blockersOf(facts, door.act, about, oneStep);
  const [first] = blockers;
  if (first === undefined) return door.of === 'booking' && about.status === 'deactivated' ? { code: 'invalid-value', blockers: ['invalid-value'], audited: 'no' } : { blockers, audited: 'no' };
  if (batch) return { code: 'bulk-blocked', blockers, audited: 'all' };
  return { code: first, blockers, audited: isAudited(first) ? 'target' : 'no' };
}

/** A document that says of a user what is so already is no act: whoever may edit the user may send it (I22). */
function isRepeat(door: Door, { facts }: AskerHere, { here, status }: About): boolean {
  return door.of.startsWith('scim') && door.act.kind === 'deactivate' && here && status === 'deactivated' && facts.kind === 'person' && facts.role === 'greeter';
}

/** One case, and how it ended. */
export interface Case {
  readonly door: Door;
  readonly asker: AskerHere;
  readonly target: Target;
  readonly verdict: Verdict;
  readonly ended: Ended;
}

/** Sends what is to be refused in earnest and the rest as a rehearsal where there is one; elsewhere somebody of the same kind is used up. */
export async function send(door: Door, asker: AskerHere, target: Target, reader: Send, strict = false): Promise<Case> {
  const about = seenBy(asker, target);
  const verdict = verdictAt(door, asker, about, strict);
  const allowed = verdict.code === undefined;
  const dry = allowed && hasRehearsal(door);
  const id = allowed && !dry && target.fresh !== undefined ? await target.fresh() : target.id;
  const document = door.name === 'SCIM PUT' ? await documentOf(reader, id) : {};
  return { door, asker, target, verdict, ended: await door.ask(asker.send, id, { dry, document }) };
}

/** What is wrong with a case; `rows` are what the audit has of its request. */
export function faultsOf({ door, asker, target, verdict, ended }: Case, rows: readonly DeniedRow[]): string[] {
  const what = `${door.name} by ${asker.name} on ${target.name}`;
  const tell = (expected: unknown, found: unknown): string[] => (JSON.stringify(expected) === JSON.stringify(found) ? [] : [`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`]);
  if (verdict.code === undefined) return tell('allowed', ended.status < 300 ? 'allowed' : [ended.status, ended.code, ended.blockers, ended.detail]);
  const told = ended.blockers !== undefined && verdict.blockers.length > 0;
  const outcome = (status: number, code: unknown, blockers: unknown) => [status, ended.code === undefined && ended.status >= 400 ? '-' : code, told ? blockers : '-'];
  const wanted = verdict.audited === 'no' ? [] : [[door.action, 'denied', asker.facts.kind === 'connection' ? 'connection' : 'person', asker.id, verdict.audited === 'target' ? target.id : null]];
  const denied = rows.map(({ action, outcome: how, actor_kind, actor_id, target_id }) => [action, how, actor_kind, actor_id, target_id]);
  return [...tell(outcome(statusOf(verdict.code), verdict.code, verdict.blockers), outcome(ended.status, ended.code, ended.blockers)), ...tell(wanted, denied)];
}
