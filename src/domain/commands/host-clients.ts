// Clients of an organization, by which its host application authenticates, and their secrets; the operator makes and revokes them.
import type { Actor, Call } from '../model/caller.ts';
import { keyOf } from '../model/keys.ts';
import type { HostClient } from '../model/session.ts';
import type { AuditAction } from '../changes.ts';
import type { CommandStore, Decision, Ground } from '../ports.ts';
import { refuse, succeed, type Outcome } from '../refusals.ts';
import { commit, decideAs, deny } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** Live secrets that a client may have at once: the one in use and the one that replaces it. */
const liveSecretsPerClient = 2;

/** Records a client with its first secret, given by its hash. Refuses `duplicate` for a label that a live client has. */
export async function createHostClient(store: CommandStore, call: Call, label: string, hash: Uint8Array): Promise<Outcome<{ readonly clientId: string; readonly secretId: string }>> {
  return await onClients(store, call, label, 'client_create', (ground, actor, clients) => {
    if (clients.some((client) => keyOf(client.label) === keyOf(label))) return { kind: 'refuse', refusal: refuse('duplicate', takenLabel(label)) };
    const [clientId, secretId] = [ground.newId(), ground.newId()];
    return commit(ground, actor, [{ kind: 'clientCreated', id: clientId, label, secret: { id: secretId, clientId, hash } }], { clientId, secretId });
  });
}

/** Records one more secret. Refuses `not-found`, and a third live secret, naming what to revoke. */
export async function addClientSecret(store: CommandStore, call: Call, clientId: string, hash: Uint8Array): Promise<Outcome<{ readonly secretId: string }>> {
  return await onClients(store, call, '', 'client_secret_create', (ground, actor, clients) => {
    const client = clients.find(({ id }) => id === clientId);
    if (client === undefined) return notFound(clientId);
    if (client.secrets.length >= liveSecretsPerClient) {
      const ids = client.secrets.map(({ id }) => id).join(' and ');
      return { kind: 'refuse', refusal: refuse('duplicate', `The client "${client.label}" has two live secrets already: ${ids}. Revoke one of them, then create the new one.`) };
    }
    const secretId = ground.newId();
    return commit(ground, actor, [{ kind: 'clientSecretCreated', secret: { id: secretId, clientId, hash } }], { secretId });
  });
}

/** Revokes a secret with the access tokens that were issued for it. Refuses `not-found`. */
export async function revokeClientSecret(store: CommandStore, call: Call, secretId: string): Promise<Outcome<undefined>> {
  return await onClients<undefined>(store, call, '', 'client_secret_revoke', (ground, actor, clients) => {
    const client = clients.find(({ secrets }) => secrets.some(({ id }) => id === secretId));
    if (client === undefined) return { kind: 'refuse', refusal: refuse('not-found', `There is no live secret ${secretId} in this organization. List them with: client list.`) };
    return commit(ground, actor, [{ kind: 'clientSecretRevoked', id: secretId, clientId: client.id }], undefined);
  });
}

/** Revokes a client; its secrets and tokens end at once, sessions that it opened go on. Refuses `not-found`. */
export async function revokeHostClient(store: CommandStore, call: Call, clientId: string): Promise<Outcome<undefined>> {
  return await onClients<undefined>(store, call, '', 'client_revoke', (ground, actor, clients) =>
    clients.some(({ id }) => id === clientId) ? commit(ground, actor, [{ kind: 'clientRevoked', id: clientId }], undefined) : notFound(clientId),
  );
}

function notFound(clientId: string): Decision<never> {
  return { kind: 'refuse', refusal: refuse('not-found', `There is no client ${clientId} in this organization. List them with: client list.`) };
}

function takenLabel(label: string): string {
  return `The organization has a client "${label}" already. Choose another label, or give that client a new secret.`;
}

async function onClients<R>(
  store: CommandStore,
  call: Call,
  label: string,
  action: AuditAction,
  decide: (ground: Ground, actor: Actor, clients: readonly HostClient[]) => Decision<R>,
): Promise<Outcome<R>> {
  const done = await runCommand<R>(store, call, plainLocks, () => takenLabel(label), async (held) =>
    await store.onRecord(call, held, { of: 'hostClients', ask: undefined }, (ground, clients) =>
      decideAs(
        ground,
        (actor) => (actor.kind === 'operator' ? decide(ground, actor, clients) : deny(actor, refuse('permission-denied', 'Only the operator manages clients, with the command line.'), action, undefined)),
        'admin.write',
      ),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}
