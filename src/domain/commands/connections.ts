// Connections to identity providers: made, renamed, given a policy, released, deleted.
import type { DomainEvent } from '../events.ts';
import type { Call } from '../model/caller.ts';
import { changedPolicy, policyFields, usualConnectionPolicy, type ConnectionPolicy, type PolicyChange } from '../model/connection-policy.ts';
import type { CommandStore, Locks } from '../ports.ts';
import { refuse, type Outcome } from '../refusals.ts';
import { beyondReach } from '../rules/connection-reach.ts';
import { commit, deny } from './decide.ts';
import { findConnection, noSuchConnection, onConnections } from './on-connections.ts';

/** Nobody else writes members while the holds of a connection become the admins'. */
const deletionLocks: Locks = { organization: 'none', workspace: 'exclusive', account: false };

/** Makes a connection and answers its id. Refuses `duplicate` for a label that is taken, a policy that contradicts itself, and `role-not-manageable` for one that gives more than the caller could. */
export async function createConnection(store: CommandStore, call: Call, { label, policy = {} }: { readonly label: string; readonly policy?: PolicyChange | undefined }): Promise<Outcome<string>> {
  return await onConnections(store, call, 'connection_create', (ground, actor, connections) => {
    if (findConnection(connections, label) !== undefined) return deny(actor, labelTaken(label), 'connection_create', undefined);
    const wanted = changedPolicy(usualConnectionPolicy, policy);
    const contradiction = contradictionIn(wanted);
    if (contradiction !== undefined) return deny(actor, refuse('invalid-value', contradiction), 'connection_create', undefined);
    const beyond = beyondReach(actor, wanted, ground.workspace.roles, usualConnectionPolicy);
    if (beyond !== undefined) return deny(actor, beyond, 'connection_create', undefined);
    const id = ground.newId();
    const decided = policyFields(usualConnectionPolicy, wanted).length > 0;
    return commit(ground, actor, [{ kind: 'connectionCreated', id, label, policy: decided ? wanted : undefined }], id);
  });
}

/** Renames a connection and changes its policy; what is not named stays, and what is so already writes nothing. Refuses as `createConnection` does, and `not-found`. */
export async function changeConnection(store: CommandStore, call: Call, id: string, change: { readonly label?: string | undefined; readonly policy?: PolicyChange | undefined }): Promise<Outcome<undefined>> {
  return await onConnections(store, call, 'connection_update', (ground, actor, connections) => {
    const found = findConnection(connections, { id });
    if (found === undefined) return noSuchConnection({ id });
    const { label = found.label } = change;
    const holder = findConnection(connections, label);
    if (holder !== undefined && holder.id !== id) return deny(actor, labelTaken(label), 'connection_update', id);
    const policy = changedPolicy(found.policy, change.policy ?? {});
    const contradiction = contradictionIn(policy);
    if (contradiction !== undefined) return deny(actor, refuse('invalid-value', contradiction), 'policy_update', id);
    const beyond = beyondReach(actor, policy, ground.workspace.roles, found.policy);
    if (beyond !== undefined) return deny(actor, beyond, 'policy_update', id);
    const fields = policyFields(found.policy, policy);
    const events: DomainEvent[] = [
      ...(label === found.label ? [] : [{ kind: 'connectionRenamed' as const, id, label }]),
      ...(fields.length === 0 ? [] : [{ kind: 'connectionPolicyChanged' as const, id, policy, fields }]),
    ];
    return commit(ground, actor, events, undefined);
  });
}

/** Deletes a connection: its tokens end at once, its links go, its holds become the admins', what was refused to it is over. Refuses `not-found`. */
export async function deleteConnection(store: CommandStore, call: Call, id: string, reason?: string): Promise<Outcome<undefined>> {
  const decide: Parameters<typeof onConnections<undefined>>[3] = (ground, actor, connections) => {
    const found = findConnection(connections, { id });
    return found === undefined ? noSuchConnection({ id }) : commit(ground, actor, [{ kind: 'connectionDeleted', id, tokens: found.tokens.length, reason }], undefined);
  };
  return await onConnections(store, call, 'connection_delete', decide, deletionLocks);
}

/** Lets a connection go on that has ended the access of too many; one that has not writes nothing. Refuses `not-found`. */
export async function releaseBreaker(store: CommandStore, call: Call, id: string, reason?: string): Promise<Outcome<undefined>> {
  return await onConnections(store, call, 'connection_breaker_release', (ground, actor, connections) => {
    const found = findConnection(connections, { id });
    if (found === undefined) return noSuchConnection({ id });
    return commit(ground, actor, found.tripped ? [{ kind: 'breakerReleased', id, reason }] : [], undefined);
  });
}

function labelTaken(label: string): ReturnType<typeof refuse> {
  return refuse('duplicate', `Another connection of the workspace has the label "${label}". Choose another one.`);
}

function contradictionIn({ defaultRole, maxRole }: ConnectionPolicy): string | undefined {
  return defaultRole === 'admin' && maxRole === 'member' ? 'A connection that may grant no more than "member" cannot provision people as "admin". Raise maxRole, or lower defaultRole.' : undefined;
}
