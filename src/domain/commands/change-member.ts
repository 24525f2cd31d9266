// Changes a member: what describes it, its status, or both, in one transaction. PUT, PATCH, the command line and the APIs end here.
import type { Actor, Call } from '../model/caller.ts';
import type { MemberParts, Membership, MemberView, Particulars } from '../model/membership.ts';
import type { DomainEvent } from '../events.ts';
import type { CommandStore, Decision, Ground, Target } from '../ports.ts';
import { refuseAll, succeed, type Outcome } from '../refusals.ts';
import { memberNotFound } from '../rules/authority.ts';
import { checkVersion, type Expected } from '../rules/precondition.ts';
import { checkStatus } from './check-status.ts';
import { commit, decideAs } from './decide.ts';
import { guarded } from './guarded.ts';
import { plainLocks, runCommand } from './run-command.ts';
import { statusChange } from './status-change.ts';
import { supersede } from './take-over.ts';
import { takenBy } from './taken-by.ts';

/** A change as computed from the current state. `fields` names what differs; `active` undefined leaves the status alone. */
export interface Revision {
  readonly particulars: Particulars;
  readonly fields: readonly string[];
  readonly active: boolean | undefined;
}

/**
 * A change to one member. `revise` is called under the row's lock, must be pure, and may throw to give the command up.
 * `endsAccess` and `restoresAccess` say what is known of the status beforehand: the first picks the first locks, where a wrong guess costs
 * one more round, and both name what was attempted where even an update is refused.
 */
export interface MemberChange {
  readonly id: string;
  readonly revise: (current: Membership) => Revision;
  readonly endsAccess: boolean;
  readonly restoresAccess?: boolean;
  /** Set by callers that want to be refused where nothing can be lifted; `override` lifts the holds of identity providers too. */
  readonly insists?: 'tell' | 'override' | undefined;
  readonly reason?: string | undefined;
  readonly expected?: Expected;
  readonly parts: MemberParts;
}

/**
 * Applies a change and answers the view after it. Refuses what the guards refuse, `duplicate`, `seat-limit-reached`, `not-found`, `version-mismatch`.
 * An identical repeat writes nothing.
 */
export async function changeMember(store: CommandStore, call: Call, change: MemberChange): Promise<Outcome<MemberView>> {
  let wanted: Particulars | undefined;
  const noted: MemberChange = { ...change, revise: (current) => {
    const revision = change.revise(current);
    wanted = revision.particulars;
    return revision;
  } };
  const locks = change.endsAccess ? ({ ...plainLocks, organization: 'shared' } as const) : plainLocks;
  const taken = (on: Parameters<ReturnType<typeof takenBy>>[0]) => takenBy(wanted ?? { userName: '', externalId: undefined })(on);
  const done = await runCommand(store, call, locks, taken, async (held) =>
    await store.onMembers(call, held, [change.id], (ground, targets) =>
      decideAs(ground, (actor) => decideChange(ground, actor, noted, targets.get(change.id))),
    ),
  );
  if (!done.ok) return done;
  if (done.value.views.member === undefined) throw new Error('a changed member has no view');
  return succeed(done.value.views.member);
}

function decideChange(ground: Ground, actor: Actor, change: MemberChange, target: Target | undefined): Decision<undefined> {
  if (target === undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(change.id)]) };
  const { member } = target;
  const refused = reach(ground, actor, target, change) ?? checkVersion(member.version, change.expected);
  if (refused !== undefined) return refused;
  const { particulars, fields, active } = change.revise(member);
  const relinked = particulars.externalId !== member.externalId;
  const joins = member.status === 'invited' && actor.kind === 'connection' && relinked && particulars.externalId !== undefined && active !== false;
  const status = joins ? [supersede(target, actor)] : active === undefined ? [] : statusChange(target, active, { actor, credential: ground.call.credential, reason: change.reason, override: change.insists === 'override' });
  const blocked = checkStatus(ground, actor, target, status, 'team_membership_update', change.insists);
  if (blocked !== undefined) return blocked;
  const updated: DomainEvent[] = fields.length > 0 || relinked ? [{ kind: 'memberUpdated', id: member.id, particulars, fields, relinked }] : [];
  return commit(ground, actor, [...updated, ...status], undefined, { kind: 'member', id: member.id, parts: change.parts });
}

/** Whoever may not even update a member is told, and the audit notes, what stands against the status that the change is known to ask for. */
function reach(ground: Ground, actor: Actor, target: Target, { endsAccess, restoresAccess = false }: MemberChange): ReturnType<typeof guarded> {
  const refused = guarded(ground, actor, target, { kind: 'update' });
  if (refused?.kind !== 'refuse' || (!endsAccess && !restoresAccess)) return refused;
  return guarded(ground, actor, target, { kind: endsAccess ? 'deactivate' : 'reactivate' }) ?? refused;
}
