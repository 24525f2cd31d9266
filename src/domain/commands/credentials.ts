// Connections to identity providers and the tokens that belong to them or to a person.
import type { Call, Scope } from '../model/caller.ts';
import type { TokenRecord } from '../areas/connections.ts';
import type { DomainEvent } from '../events.ts';
import type { CommandStore, Decision } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, memberNotFound, outranks, permissionDenied } from '../rules/authority.ts';
import { beyondReach } from '../rules/connection-reach.ts';
import { commit, decideAs, deny } from './decide.ts';
import { findConnection, noSuchConnection, onConnections, type ConnectionRef } from './on-connections.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** Live tokens that a connection may have at once: the one in use and the one that replaces it. */
const liveTokensPerConnection = 2;

const connectionScopes: readonly Scope[] = ['scim.read', 'scim.write'];
const personScopes: readonly Scope[] = ['scim.read', 'scim.write', 'admin.read', 'admin.write'];

/**
 * Records a provisioning token for a connection, which is made if a label finds none. Refuses a third live token, naming what to revoke,
 * `not-found` for an id, and `role-not-manageable` for a connection that may give more than the caller could: a token is all that it can do.
 */
export async function createConnectionToken(store: CommandStore, call: Call, ref: ConnectionRef, expiresAt: Date | undefined): Promise<Outcome<TokenRecord>> {
  return await onConnections(store, call, 'token_create', (ground, actor, connections) => {
    const found = findConnection(connections, ref);
    if (found === undefined && typeof ref !== 'string') return noSuchConnection(ref);
    if (found !== undefined && found.tokens.length >= liveTokensPerConnection) {
      const ids = found.tokens.map((token) => token.id).join(' and ');
      return deny(actor, refuse('duplicate', `The connection "${found.label}" has two live tokens already: ${ids}. Revoke one of them, then create the new one.`), 'token_create', found.id);
    }
    const beyond = found && beyondReach(actor, found.policy, ground.workspace.roles);
    if (beyond !== undefined) return deny(actor, beyond, 'token_create', found?.id);
    const connectionId = found?.id ?? ground.newId();
    const token: TokenRecord = { id: ground.newId(), connectionId, membershipId: undefined, epoch: undefined, scopes: connectionScopes, expiresAt };
    const events: DomainEvent[] = [{ kind: 'tokenCreated', token }];
    if (found === undefined && typeof ref === 'string') events.unshift({ kind: 'connectionCreated', id: connectionId, label: ref });
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

/** Pauses or resumes a connection; the state it has already writes nothing. Refuses `not-found`. */
export async function setConnectionPaused(store: CommandStore, call: Call, ref: ConnectionRef, paused: boolean): Promise<Outcome<undefined>> {
  return await onConnections(store, call, paused ? 'connection_pause' : 'connection_resume', (ground, actor, connections) => {
    const found = findConnection(connections, ref);
    if (found === undefined) return noSuchConnection(ref);
    return commit(ground, actor, found.paused === paused ? [] : [{ kind: paused ? 'connectionPaused' : 'connectionResumed', id: found.id }], undefined);
  });
}

/**
 * Revokes a token of a connection or a person, or only one of the connection that is named; the very next request with it fails. Refuses
 * `not-found` for one that works no more.
 */
export async function revokeToken(store: CommandStore, call: Call, tokenId: string, connectionId?: string): Promise<Outcome<undefined>> {
  return await onConnections<undefined>(store, call, 'token_revoke', (ground, actor, connections, liveTokenIds) => {
    const owner = connectionId === undefined ? undefined : findConnection(connections, { id: connectionId });
    if (connectionId !== undefined && owner === undefined) return noSuchConnection({ id: connectionId });
    const found = owner === undefined ? liveTokenIds.has(tokenId) : owner.tokens.some(({ id }) => id === tokenId);
    if (found) return commit(ground, actor, [{ kind: 'tokenRevoked', id: tokenId }], undefined);
    const where = owner === undefined ? 'in this workspace. List them with: token list.' : `of the connection "${owner.label}". It may have been revoked or have expired.`;
    return { kind: 'refuse', refusal: refuse('not-found', `There is no live token ${tokenId} ${where}`) };
  });
}
