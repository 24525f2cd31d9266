// Changes a member: what describes it, its status, or both, in one transaction. PUT, PATCH, the command line and the APIs end here.
import type { Actor, Call } from '../model/caller.ts';
import type { Handover, BelongingsOf } from '../model/belonging.ts';
import type { MemberParts, Membership, MemberView, Particulars } from '../model/membership.ts';
import type { DomainEvent } from '../events.ts';
import type { CommandStore, Decision, Ground, Target } from '../ports.ts';
import { refuseAll, succeed, type Outcome } from '../refusals.ts';
import { memberNotFound } from '../rules/authority.ts';
import type { MemberAct } from '../rules/guarded-act.ts';
import { checkVersion, type Expected } from '../rules/precondition.ts';
import { assertRole } from './asserted-role.ts';
import { checkStatus } from './check-status.ts';
import { commit, decideAs } from './decide.ts';
import { checkReceiver, departureEvents, returnEvents, withReceiver, type Departure } from './departure.ts';
import { guarded } from './guarded.ts';
import { plainLocks, runCommand } from './run-command.ts';
import { repeatsHold, statusChange } from './status-change.ts';
import { cappedBy, supersede } from './take-over.ts';
import { takenBy } from './taken-by.ts';

/** A change as computed from the current state. `fields` names what differs; `active` undefined leaves the status alone. */
export interface Revision {
  readonly particulars: Particulars;
  readonly fields: readonly string[];
  readonly active: boolean | undefined;
  /** Values of the attribute `roles` where the change touches it. */
  readonly roles?: readonly string[] | undefined;
}

/**
 * A change to one member. `revise` is called under the row's lock, must be pure, and may throw to give the command up.
 * `endsAccess` and `restoresAccess` say what is known of the status beforehand: the first picks the first locks, where a wrong guess costs
 * one more round, and whoever may do what they say needs no right to update as long as nothing else differs.
 */
export interface MemberChange {
  readonly id: string;
  readonly revise: (current: Membership, actor: Actor) => Revision;
  readonly endsAccess: boolean;
  readonly restoresAccess?: boolean;
  /** Set where access is asked back for its own sake and not as part of a whole document: what a return needs is then loaded at once. */
  readonly expectsReturn?: boolean;
  /** Set by callers that ask for this act and nothing else, where a document may say what is so already: the right to it is asked for in any case. */
  readonly only?: 'deactivate' | 'reactivate';
  /** Set by callers that want to be refused where nothing can be lifted; `override` lifts the holds of identity providers too. */
  readonly insists?: 'tell' | 'override' | undefined;
  readonly reason?: string | undefined;
  readonly expected?: Expected;
  /** What becomes of what hangs on a member whose access ends. */
  readonly handover?: Handover | undefined;
  readonly parts: MemberParts;
}

/**
 * Applies a change and answers the view after it. Refuses what the guards refuse, `duplicate`, `seat-limit-reached`, `not-found`, `version-mismatch`,
 * `invalid-value` for a wrong receiver. An identical repeat writes nothing.
 */
export async function changeMember(store: CommandStore, call: Call, change: MemberChange): Promise<Outcome<MemberView>> {
  let wanted: Particulars | undefined;
  const noted: MemberChange = { ...change, revise: (current, actor) => {
    const revision = change.revise(current, actor);
    wanted = revision.particulars;
    return revision;
  } };
  const locks = change.endsAccess ? ({ ...plainLocks, organization: 'shared' } as const) : plainLocks;
  const taken = (on: Parameters<ReturnType<typeof takenBy>>[0]) => takenBy(wanted ?? { userName: '', externalId: undefined })(on);
  const ids = withReceiver([change.id], change.handover ?? {});
  let way: Way | undefined = change.endsAccess ? 'leaving' : change.only === 'reactivate' || change.expectsReturn === true ? 'returning' : undefined;
  const decide = (ground: Ground, targets: ReadonlyMap<string, Target>, belongings?: BelongingsOf) =>
    decideAs(ground, (actor): Decision<undefined> => {
      const decided = decideChange(ground, actor, noted, targets, belongings && { way, found: belongings });
      if (decided.kind !== 'load') return decided;
      way = decided.way;
      return { kind: 'restart', locks: ground.locks };
    });
  const done = await runCommand(store, call, locks, taken, async (held) =>
    way === undefined
      ? await store.onMembers(call, held, ids, decide)
      : await store.onRecord(call, held, { of: 'belongings', ask: { ids: [change.id], way }, memberIds: ids }, (ground, found, targets) => decide(ground, targets, found)),
  );
  if (!done.ok) return done;
  if (done.value.views.member === undefined) throw new Error('a changed member has no view');
  return succeed(done.value.views.member);
}

type Way = 'leaving' | 'returning';

/** What hangs on the member, as far as it was loaded. */
type Loaded = { readonly way: Way | undefined; readonly found: BelongingsOf } | undefined;

function decideChange(ground: Ground, actor: Actor, change: MemberChange, targets: ReadonlyMap<string, Target>, loaded: Loaded): Decision<undefined> | { readonly kind: 'load'; readonly way: Way } {
  const target = targets.get(change.id);
  if (target === undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(change.id)]) };
  const { member } = target;
  const { roles } = ground.workspace;
  const { against, againstUpdate } = reach(ground, actor, target, change);
  const refused = against ?? checkVersion(member.version, change.expected);
  if (refused !== undefined) return refused;
  const { particulars, fields, active, roles: named } = change.revise(member, actor);
  const relinked = particulars.externalId !== member.externalId;
  const updates = fields.length > 0 || relinked;
  if (updates && againstUpdate !== undefined) return againstUpdate;
  const joins = member.status === 'invited' && actor.kind === 'connection' && relinked && particulars.externalId !== undefined && active !== false;
  const status = joins ? [supersede(target, actor, roles)] : active === undefined ? [] : statusChange(target, active, { actor, credential: ground.call.credential, roles, reason: change.reason, override: change.insists === 'override' });
  const blocked = checkStatus(ground, actor, target, status, 'team_membership_update', change.insists);
  if (blocked !== undefined) return blocked;
  const granted = assertRole(ground, actor, cappedBy(target, status), named);
  if ('kind' in granted) return granted;
  const way = wayOf(change, active, status);
  if (way !== undefined && way !== loaded?.way) return { kind: 'load', way };
  const departure: Departure = { act: 'deactivate', handover: change.handover ?? {}, reason: change.reason, leaving: new Set([member.id]) };
  const misplaced = way === 'leaving' ? checkReceiver(departure, targets) : undefined;
  if (misplaced !== undefined) return { kind: 'refuse', refusal: misplaced };
  const found = loaded?.found ?? new Map();
  const moved = way === undefined ? [] : way === 'leaving' ? departureEvents(ground, actor, member, found, departure) : returnEvents(member, found);
  const updated: DomainEvent[] = updates ? [{ kind: 'memberUpdated', id: member.id, particulars, fields, relinked }] : [];
  return commit(ground, actor, [...updated, ...status, ...granted, ...moved], undefined, { kind: 'member', id: member.id, parts: change.parts });
}

/** Whether belongings and keys have a part in the change; an identical repeat has none. */
function wayOf({ handover }: MemberChange, active: boolean | undefined, status: readonly DomainEvent[]): Way | undefined {
  if (active === false) return status.length > 0 || handover?.suspendApiKeys === true ? 'leaving' : undefined;
  return status.some((event) => event.kind === 'memberReactivated') ? 'returning' : undefined;
}

/** What stands against the whole change, or against all of it but the status that it is known to ask for. */
interface Reach {
  readonly against?: ReturnType<typeof guarded>;
  readonly againstUpdate?: ReturnType<typeof guarded>;
}

/** Whoever may not even update a member is told, and the audit notes, what stands against the status that the change is known to ask for. */
function reach(ground: Ground, actor: Actor, target: Target, { endsAccess, restoresAccess = false, only, insists }: MemberChange): Reach {
  if (only !== undefined) return { against: guarded(ground, actor, target, actOf(only, insists, repeatsHold(target, ground.call.credential))) };
  const againstUpdate = guarded(ground, actor, target, { kind: 'update' });
  const asked = endsAccess ? 'deactivate' : restoresAccess && target.member.status === 'deactivated' ? 'reactivate' : undefined;
  if (againstUpdate?.kind !== 'refuse' || asked === undefined) return { against: againstUpdate };
  const against = guarded(ground, actor, target, actOf(asked, insists));
  return against === undefined ? { againstUpdate } : { against };
}

function actOf(kind: 'deactivate' | 'reactivate', insists: MemberChange['insists'], repeats = false): MemberAct {
  return kind === 'reactivate' ? { kind, insists } : { kind, repeats };
}
