// Erases an account: the person leaves every workspace of the organization in one transaction, and no word of and about it stays.
import type { AccountAsk, Consent } from '../areas/erasure.ts';
import type { AccountDecision, AccountGround, AccountStore, ErasedRows, ErasurePlace } from '../erasure-ports.ts';
import { effectsOf } from '../effects.ts';
import type { DomainEvent } from '../events.ts';
import { scopeFor, type Actor, type Call } from '../model/caller.ts';
import type { CommandStore, Decision, Locks } from '../ports.ts';
import { refuse, succeed, type Outcome } from '../refusals.ts';
import { admit } from '../rules/admit.ts';
import { accountUnknown, confirmsErasure, guardErasure, mayDisposeOf } from '../rules/erasure.ts';
import { seatEffect } from '../rules/seats.ts';
import { deny } from './decide.ts';
import { departureEvents } from './departure.ts';
import { runCommand } from './run-command.ts';

/** Everything that could stand in the way of an erasure is locked. */
const locks: Locks = { organization: 'exclusive', workspace: 'exclusive', account: true };

/** Whose account is erased, and on what word: the person confirms it, or whoever acts for the person names the consent. */
export interface ErasureRequest {
  readonly of: AccountAsk;
  readonly word: { readonly confirm: string } | { readonly consent: Consent };
  readonly reason?: string | undefined;
}

/** What was erased. `memberships` are those that were live, `seats` by how much the organization's count changed. An account that was erased before has nothing left. */
export interface Erasure {
  readonly accountId: string;
  readonly memberships: number;
  readonly seats: number;
  readonly rows: ErasedRows;
}

type Decided = Omit<Erasure, 'rows'>;

/**
 * Erases the account. Refuses `permission-denied` and `not-found`, `invalid-value` for a wrong confirmation, and with every blocker of
 * every workspace what guards 3 and 4 refuse: then nothing has changed anywhere.
 */
export async function eraseAccount(store: CommandStore, accounts: AccountStore, call: Call, request: ErasureRequest): Promise<Outcome<Erasure>> {
  const done = await runCommand(store, call, locks, () => '', async () => await accounts.onAccountEverywhere(call, request.of, (ground) => decideErasure(ground, request)));
  return done.ok ? succeed({ ...done.value.result.decided, rows: done.value.result.rows }) : done;
}

function decideErasure(ground: AccountGround, request: ErasureRequest): AccountDecision<Decided> {
  const { call, standing, account, organization, places, otherWorkspaceIds } = ground;
  const admitted = admit(call.credential, standing, scopeFor(call, 'write'));
  if (!admitted.ok) return { kind: 'refuse', refusal: admitted.refusal };
  const actor = admitted.value;
  const refused = mayDisposeOf(actor, account?.id, organization);
  if (refused !== undefined) return deny(actor, refused, 'user_account_erase', named(request.of));
  if (account === undefined) return { kind: 'refuse', refusal: accountUnknown };
  const nothing = { accountId: account.id, memberships: 0, seats: 0 };
  if (account.erased) return { kind: 'commit', parts: [], result: nothing };
  const unconfirmed = checkWord(ground, request);
  if (unconfirmed !== undefined) return unconfirmed;
  const blocked = guardErasure(actor, places);
  if (blocked !== undefined) return deny(actor, blocked, 'user_account_erase', account.id);
  const parts = places.map((place, index) => partOf(ground, actor, place, index, request));
  return {
    kind: 'commit',
    parts: [...parts, ...otherWorkspaceIds.map((workspaceId) => ({ workspaceId, changes: [{ kind: 'requests.forget' as const }] }))],
    result: { ...nothing, memberships: places.filter(({ target }) => target !== undefined).length, seats: places.some(holdsSeat) ? -1 : 0 },
  };
}

function named(of: AccountAsk): string {
  return 'accountId' in of ? of.accountId : of.memberId;
}

function checkWord(ground: AccountGround, { word }: ErasureRequest): Extract<Decision<never>, { kind: 'refuse' }> | undefined {
  if ('consent' in word || confirmsErasure(word.confirm, ground)) return undefined;
  return { kind: 'refuse', refusal: refuse('invalid-value', '"confirm" is not the e-mail address of this account. Nothing was erased. Send the address that account home shows.') };
}

/** What happens in one workspace. A seat is freed once, where the last of its claims ends. */
function partOf({ account, call, places }: AccountGround, actor: Actor, place: ErasurePlace, index: number, { word, reason }: ErasureRequest) {
  const { ground, memberIds, target } = place;
  const accountId = account?.id ?? '';
  const as = actorIn(place, actor, call);
  const claimedLater = places.slice(index + 1).some(holdsSeat);
  const removed = target === undefined ? [] : [removalOf(place, claimedLater)];
  const left = memberIds.flatMap((id) => departureEvents(ground, as, { id }, place.belongings, { act: 'remove', handover: { revokeApiKeys: true }, reason: undefined, leaving: new Set(memberIds) }));
  const consent = 'consent' in word ? word.consent : undefined;
  const erased: DomainEvent = { kind: 'accountErased', accountId, memberIds, consent, reason, everywhere: index === places.length - 1 };
  return { workspaceId: ground.workspace.id, changes: effectsOf(ground, as, [...removed, ...left, erased]) };
}

/** A removal without a mail: nobody is written to whose address is being erased. */
function removalOf({ target }: ErasurePlace, claimedElsewhere: boolean): DomainEvent {
  if (target === undefined) throw new Error('only a live membership is removed');
  const { id, accountId, status } = target.member;
  const seat = seatEffect(target.member, undefined, claimedElsewhere);
  return status === 'invited' ? { kind: 'invitationRevoked', id, accountId, removes: true, seat, reason: undefined } : { kind: 'memberRemoved', id, accountId, seat, notify: false, reason: undefined };
}

function holdsSeat({ target }: ErasurePlace): boolean {
  return target !== undefined && seatEffect(target.member, undefined, false).claim === 'end';
}

/** Ids of memberships stay in their workspace: elsewhere the account owner acts as an account. */
function actorIn({ ground }: ErasurePlace, actor: Actor, call: Call): Actor {
  if (actor.kind !== 'person' || ground.workspace.id === call.credential.tenant.workspaceId) return actor;
  return { kind: 'account', id: actor.accountId, emailKey: undefined };
}

