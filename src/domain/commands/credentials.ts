// Connections to identity providers and the tokens that belong to them or to a person.
import type { Actor, Call, Scope } from '../model/caller.ts';
import type { Connection } from '../model/connection.ts';
import { keyOf } from '../model/keys.ts';
import type { TokenRecord } from '../areas/connections.ts';
import type { DomainEvent } from '../events.ts';
import type { CommandStore, Decision, Ground } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, memberNotFound, outranks, permissionDenied } from '../rules/authority.ts';
import { commit, decideAs, deny } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** Live tokens that a connection may have at once: the one in use and the one that replaces it. */
const liveTokensPerConnection = 2;

const connectionScopes: readonly Scope[] = ['scim.read', 'scim.write'];
const personScopes: readonly Scope[] = ['scim.read', 'scim.write', 'admin.read', 'admin.write'];

/** Records a provisioning token for the connection with this label, made if missing. Refuses a third live token, naming what to revoke. */
export async function createConnectionToken(store: CommandStore, call: Call, label: string, expiresAt: Date | undefined): Promise<Outcome<TokenRecord>> {
  return await onConnections(store, call, 'token_create', (ground, actor, connections) => {
    const found = connections.find((connection) => keyOf(connection.label) === keyOf(label));
    if (found !== undefined && found.tokens.length >= liveTokensPerConnection) {
      const ids = found.tokens.map((token) => token.id).join(' and ');
      return deny(actor, refuse('duplicate', `The connection "${found.label}" has two live tokens already: ${ids}. Revoke one of them, then create the new one.`), 'token_create', found.id);
    }
    const connectionId = found?.id ?? ground.newId();
    const token: TokenRecord = { id: ground.newId(), connectionId, membershipId: undefined, epoch: undefined, scopes: connectionScopes, expiresAt };
    const events: DomainEvent[] = [{ kind: 'tokenCreated', token }];
    if (found === undefined) events.unshift({ kind: 'connectionCreated', id: connectionId, label });
    return commit(ground, actor, events, token);
  });
}

/** Records a person's token. Refuses `not-found` and a person who is not active; whoever asks must outrank the person. */
export async function createPersonToken(store: CommandStore, call: Call, membershipId: string, expiresAt: Date): Promise<Outcome<TokenRecord>> {
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onMembers(call, held, [membershipId], (ground, targets) =>
      decideAs(ground, (actor): Decision<TokenRecord> => {
        const member = targets.get(membershipId)?.member;
        if (member === undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(membershipId)]) };
        if (!mayDo(actor, 'connections.write') || !outranks(actor, member.role)) return deny(actor, refuseAll([permissionDenied('connections.write')]), 'token_create', membershipId);
        if (member.status !== 'active') {
          return deny(actor, refuse('invalid-value', `${member.userName} is ${member.status}. Only an active member can have a token.`, membershipId), 'token_create', membershipId);
        }
        const token: TokenRecord = { id: ground.newId(), connectionId: undefined, membershipId, epoch: member.epoch, scopes: personScopes, expiresAt };
        return commit(ground, actor, [{ kind: 'tokenCreated', token }], token);
      }, 'admin.write'),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}

/** Pauses or resumes a connection by its label; the state it has already writes nothing. Refuses `not-found`. */
export async function setConnectionPaused(store: CommandStore, call: Call, label: string, paused: boolean): Promise<Outcome<undefined>> {
  return await onConnections(store, call, paused ? 'connection_pause' : 'connection_resume', (ground, actor, connections) => {
    const found = connections.find((connection) => keyOf(connection.label) === keyOf(label));
    if (found === undefined) return { kind: 'refuse', refusal: refuse('not-found', `There is no connection "${label}". List them with: connection list.`) };
    return commit(ground, actor, found.paused === paused ? [] : [{ kind: paused ? 'connectionPaused' : 'connectionResumed', id: found.id }], undefined);
  });
}

/** Revokes a token of a connection or a person; the very next request with it fails. Refuses `not-found` for one that works no more. */
export async function revokeToken(store: CommandStore, call: Call, tokenId: string): Promise<Outcome<undefined>> {
  return await onConnections<undefined>(store, call, 'token_revoke', (ground, actor, _connections, liveTokenIds) =>
    liveTokenIds.has(tokenId)
      ? commit(ground, actor, [{ kind: 'tokenRevoked', id: tokenId }], undefined)
      : { kind: 'refuse', refusal: refuse('not-found', `There is no live token ${tokenId} in this workspace. List them with: token list.`) },
  );
}

async function onConnections<R>(
  store: CommandStore,
  call: Call,
  action: Parameters<typeof deny>[2],
  decide: (ground: Ground, actor: Actor, connections: readonly Connection[], liveTokenIds: ReadonlySet<string>) => Decision<R>,
): Promise<Outcome<R>> {
  const done = await runCommand<R>(store, call, plainLocks, () => 'The connection was just created by somebody else. Try again.', async (held) =>
    await store.onRecord(call, held, { of: 'connections', ask: undefined }, (ground, { connections, liveTokenIds }) =>
      decideAs(
        ground,
        (actor) => (mayDo(actor, 'connections.write') ? decide(ground, actor, connections, liveTokenIds) : deny(actor, refuseAll([permissionDenied('connections.write')]), action, undefined)),
        'admin.write',
      ),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}
