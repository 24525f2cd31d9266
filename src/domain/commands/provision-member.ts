// Provisions a person: a new membership, or the takeover of a pending invitation to the same e-mail.
import type { Actor, Call } from '../model/caller.ts';
import { accountKeyOf } from '../model/keys.ts';
import type { HoldSource, MemberParts, MemberView, Particulars } from '../model/membership.ts';
import type { RoleKey } from '../model/role.ts';
import type { DomainEvent } from '../events.ts';
import type { AccountMatch, CommandStore, Decision, Ground, Locks } from '../ports.ts';
import { refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, mayGrant, permissionDenied, roleUnknown } from '../rules/authority.ts';
import { holdSourceOf } from '../rules/hold-source.ts';
import { seatEffect } from '../rules/seats.ts';
import { aboveCeiling, roleNamed } from './asserted-role.ts';
import { commit, decideAs, deny, need } from './decide.ts';
import { runCommand } from './run-command.ts';
import { checkSeat } from './seat-check.ts';
import { takeOver } from './take-over.ts';
import { takenBy } from './taken-by.ts';

/** A person to seat. `active` false provisions without access and without a seat until the first activation. */
export interface NewMember {
  readonly particulars: Particulars;
  readonly active: boolean;
  readonly role: RoleKey;
  /** Values of the attribute `roles`, of which a connection may assert one. */
  readonly roles?: readonly string[] | undefined;
  /** Keeps the person back beside whatever `active` says. */
  readonly hold?: HoldSource;
  readonly parts: MemberParts;
}

const locks: Locks = { organization: 'none', workspace: 'shared', account: true };

/**
 * Seats a new member and answers its view. Refuses `duplicate`, `seat-limit-reached`, `permission-denied`, `role-not-manageable`.
 * An account that is live in the workspace already is never shared: the second user gets an account of its own (domain.md §5).
 */
export async function provisionMember(store: CommandStore, call: Call, input: NewMember): Promise<Outcome<MemberView>> {
  const { userName, emails } = input.particulars;
  const accountKey = accountKeyOf(userName, emails);
  const done = await runCommand(store, call, locks, takenBy(input.particulars), async (held) =>
    await store.onAccount(call, held, accountKey, (ground, account) =>
      decideAs(ground, (actor) => decideProvision(ground, actor, input, accountKey, account)),
    ),
  );
  if (!done.ok) return done;
  if (done.value.views.member === undefined) throw new Error('a provisioned member has no view');
  return succeed(done.value.views.member);
}

function decideProvision(ground: Ground, actor: Actor, asked: NewMember, accountKey: string | undefined, account: AccountMatch | undefined): Decision<undefined> {
  const action = 'team_membership_provision';
  const input = actor.kind === 'connection' ? { ...asked, role: roleNamed(actor, ground.workspace.roles, asked.roles) ?? actor.policy.defaultRole } : asked;
  if (!mayDo(actor, 'members.invite')) return deny(actor, refuseAll([permissionDenied('members.invite')]), action, undefined);
  if (!ground.workspace.roles.has(input.role)) return { kind: 'refuse', refusal: refuseAll([roleUnknown(input.role)]) };
  if (!mayGrant(actor, input.role, ground.workspace.roles)) {
    const detail = `You cannot grant the role ${input.role}: it is above yours. Ask an owner.`;
    return deny(actor, refuseAll([{ rule: 'role-not-manageable', detail, memberId: undefined }]), action, undefined);
  }
  const above = aboveCeiling(actor, ground.workspace.roles, input.role);
  if (above !== undefined) return deny(actor, refuseAll([above]), action, undefined);
  if (account?.target?.member.status === 'invited') return takeOver(ground, actor, account.target, input);
  const restart = input.role === 'owner' ? need(ground, { workspace: 'exclusive' }) : undefined;
  const held = actor.kind === 'connection' && actor.policy.reprovision === 'hold' && account?.removedByPeople === true;
  return restart ?? seat(ground, actor, { ...input, ...(held ? { hold: 'policy' as const } : {}) }, accountFor(ground, accountKey, account));
}

type Home = Extract<DomainEvent, { kind: 'memberProvisioned' }>['account'] & { readonly claimedElsewhere: boolean };

/** The account a new membership belongs to: the one found, unless it is live here already. */
function accountFor(ground: Ground, key: string | undefined, account: AccountMatch | undefined): Home {
  if (account === undefined) return { id: ground.newId(), isNew: true, key, claimedElsewhere: false };
  if (account.target !== undefined) return { id: ground.newId(), isNew: true, key: undefined, claimedElsewhere: false };
  return { id: account.id, isNew: false, key, claimedElsewhere: account.claimedElsewhere };
}

function seat(ground: Ground, actor: Actor, input: NewMember, { claimedElsewhere, ...account }: Home): Decision<undefined> {
  const event = provisionEvent(ground, input, account, claimedElsewhere);
  const blocked = checkSeat(ground, event.seat);
  if (blocked?.kind === 'refuse') return deny(actor, blocked.refusal, 'team_membership_provision', undefined);
  return blocked ?? commit(ground, actor, [event], undefined, { kind: 'member', id: event.id, parts: input.parts });
}

/** The event that seats a new member, for this command and for the first owner of a new workspace. */
export function provisionEvent(
  ground: Ground,
  input: Omit<NewMember, 'parts'>,
  account: Extract<DomainEvent, { kind: 'memberProvisioned' }>['account'],
  claimedElsewhere: boolean,
): Extract<DomainEvent, { kind: 'memberProvisioned' }> {
  const { particulars, role, hold } = input;
  const holds = [...(input.active ? [] : [holdSourceOf(ground.call.credential)]), ...(hold === undefined ? [] : [hold])];
  const active = holds.length === 0;
  const acceptedAt = active ? new Date(0) : undefined;
  const after = { status: active ? ('active' as const) : ('deactivated' as const), acceptedAt, pendingInvitation: false };
  const effect = seatEffect(undefined, after, claimedElsewhere);
  return { kind: 'memberProvisioned', id: ground.newId(), account, particulars, role, holds, seat: effect };
}
