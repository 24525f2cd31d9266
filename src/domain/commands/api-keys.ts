// API keys of members: made by a member for itself, ended by the same member or by somebody who manages keys.
import { mostKeysPerMember, type ApiKeyRecord, type KeyScope } from '../model/api-key.ts';
import { nowhere, type Actor, type Call } from '../model/caller.ts';
import type { Loads } from '../loads.ts';
import type { CommandStore, Decision, Ground, Target } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, outranks, permissionDenied } from '../rules/authority.ts';
import { keyUnknown } from '../rules/keys.ts';
import { commit, decideAs, deny } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** A key to be made; without an expiry it lasts until it is revoked. */
export interface NewKey {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly expiresAt: Date | undefined;
}

/**
 * Records a key of the calling person. It never has more than its creator asked with: a scope of this server that the credential lacks is
 * refused `permission-denied`, and so is a key that would make another. Refuses `invalid-value` beyond the most keys of a member.
 */
export async function createKey(store: CommandStore, call: Call, wanted: NewKey): Promise<Outcome<ApiKeyRecord>> {
  const { credential } = call;
  const own = credential.kind === 'person' ? credential.membershipId : nowhere;
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'keysOf', ask: own }, (ground, count) => decideAs(ground, (actor) => decideKey(ground, actor, wanted, count))),
  );
  return done.ok ? succeed(done.value.result) : done;
}

function decideKey(ground: Ground, actor: Actor, { name, scopes, expiresAt }: NewKey, count: number): Decision<ApiKeyRecord> {
  const action = 'api_key_create';
  const { credential } = ground.call;
  if (actor.kind !== 'person' || credential.kind !== 'person') {
    return deny(actor, refuse('permission-denied', 'Only a person has API keys. Ask with the token or the session of a member.'), action, undefined);
  }
  if (credential.key === true) return deny(actor, refuse('permission-denied', 'A key cannot make another. Ask with your own token or session.'), action, actor.id);
  const beyond = scopes.find((scope) => !scope.startsWith('app:') && !credential.scopes.includes(scope));
  if (beyond !== undefined) {
    return deny(actor, refuse('permission-denied', `A key cannot carry ${beyond}, which your own token lacks. Leave it out, or ask with a token that has it.`), action, actor.id);
  }
  if (count >= mostKeysPerMember) return { kind: 'refuse', refusal: refuse('invalid-value', `You have ${count} keys that are not revoked, and nobody can have more. Revoke some first.`, actor.id) };
  const key: ApiKeyRecord = { id: ground.newId(), membershipId: actor.id, name, scopes, expiresAt };
  return commit(ground, actor, [{ kind: 'keyCreated', key }], key);
}

/**
 * Revokes a key: the very next request with it fails. One's own always; others' with `keys.revoke` and the rank for their creator, whose
 * rank counts for nothing any more after a removal. A revoked key stays as it is. Refuses `not-found`, `permission-denied` and `role-not-manageable`.
 */
export async function revokeKey(store: CommandStore, call: Call, id: string, reason?: string): Promise<Outcome<undefined>> {
  let creator: string | undefined;
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'key', ask: id, memberIds: creator === undefined ? [] : [creator] }, (ground, key, targets) =>
      decideAs(ground, (actor): Decision<undefined> => {
        if (key === undefined) return { kind: 'refuse', refusal: keyUnknown(id) };
        const own = actor.kind === 'person' && actor.id === key.membershipId;
        // The creator is a membership, and those are locked before keys: begin again with it once it is known.
        if (!own && !key.creatorRemoved && creator === undefined) {
          creator = key.membershipId;
          return { kind: 'restart', locks: ground.locks };
        }
        return (own ? undefined : refusedTo(actor, id, key, targets)) ?? commit(ground, actor, key.revoked ? [] : [{ kind: 'keysRevoked', membershipId: key.membershipId, ids: [id], reason }], undefined);
      }),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

type FoundKey = NonNullable<Loads['key']['found']>;

function refusedTo(actor: Actor, id: string, key: FoundKey, targets: ReadonlyMap<string, Target>): Extract<Decision<never>, { kind: 'refuse' }> | undefined {
  const action = 'api_key_revoke';
  if (!mayDo(actor, 'members.read')) return { kind: 'refuse', refusal: keyUnknown(id) };
  if (!mayDo(actor, 'keys.revoke')) return deny(actor, refuseAll([permissionDenied('keys.revoke')]), action, key.membershipId);
  const creator = targets.get(key.membershipId)?.member;
  if (creator === undefined || outranks(actor, creator.role)) return undefined;
  const detail = `You cannot revoke a key of ${creator.userName}: the role ${creator.role} is above yours. Ask an owner.`;
  return deny(actor, refuse('role-not-manageable', detail, creator.id), action, creator.id);
}
