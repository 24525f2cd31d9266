// What every command on connections begins with: all of them under their locks, and a caller who may write them.
import type { AuditAction } from '../changes.ts';
import type { Actor, Call } from '../model/caller.ts';
import type { Connection } from '../model/connection.ts';
import { keyOf } from '../model/keys.ts';
import type { CommandStore, Decision, Ground, Locks } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, permissionDenied } from '../rules/authority.ts';
import { decideAs, deny } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** A connection by its label in any case, or by its id. */
export type ConnectionRef = string | { readonly id: string };

type DecideOnConnections<R> = (ground: Ground, actor: Actor, connections: readonly Connection[], liveTokenIds: ReadonlySet<string>) => Decision<R>;

/** Decides on the connections of the workspace. Refuses `permission-denied` without `connections.write`, and `duplicate` for a label that is taken. */
export async function onConnections<R>(store: CommandStore, call: Call, action: AuditAction, decide: DecideOnConnections<R>, locks: Locks = plainLocks): Promise<Outcome<R>> {
  const done = await runCommand<R>(store, call, locks, () => 'Another connection of the workspace has this label. Choose another one.', async (held) =>
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

/** The connection that is meant. */
export function findConnection(connections: readonly Connection[], ref: ConnectionRef): Connection | undefined {
  return connections.find((connection) => (typeof ref === 'string' ? keyOf(connection.label) === keyOf(ref) : connection.id === ref.id));
}

/** The refusal of a connection that does not exist, was deleted or belongs to another tenant. */
export function noSuchConnection(ref: ConnectionRef): Extract<Decision<never>, { kind: 'refuse' }> {
  const detail = typeof ref === 'string' ? `There is no connection "${ref}". List them with: connection list.` : `There is no connection ${ref.id} in this workspace. It may have been deleted: list the connections.`;
  return { kind: 'refuse', refusal: refuse('not-found', detail) };
}
