// Statements that place and lift holds; those of a connection say at the same time what its identity provider has asserted last.
import type { Change } from '../../domain/changes.ts';
import type { Statement } from '../database/batch.ts';

const asserted = (active: boolean) => `asserted as (update membership_link set asserted_active = ${String(active)}
  where workspace_id = $1 and membership_id = $2 and link_space = $4 and asserted_active <> ${String(active)})`;

const overIntents = (acts: string) => `over as (update blocked_intent set status = 'resolved', ended_at = now()
  where workspace_id = $1 and membership_id = $2 and connection_id = $4 and status = 'open' and act in (${acts}))`;

/** A hold of the source, kept if it is there already. What a connection was refused before is done by its own hold. */
export function placeHold(workspaceId: string, { kind, membershipId, source, auditId }: Extract<Change, { kind: 'hold.place' }>): Statement {
  const connectionId = connectionOf(source);
  const insert = (event: string) => `insert into membership_hold (workspace_id, membership_id, source, event_id) values ($1, $2, $3, ${event}) on conflict do nothing`;
  if (connectionId === undefined) return { name: kind, text: insert('$4'), values: [workspaceId, membershipId, source, auditId] };
  return { name: `${kind}_idp`, text: `with ${asserted(false)}, ${overIntents(`'deactivate'`)} ${insert('$5')}`, values: [workspaceId, membershipId, source, connectionId, auditId] };
}

/** The end of a source's hold; lifted by somebody else, a connection's assertion stays what it was. */
export function liftHold(workspaceId: string, { kind, membershipId, source, asserted: own = false }: Extract<Change, { kind: 'hold.lift' }>): Statement {
  const connectionId = own ? connectionOf(source) : undefined;
  const remove = 'delete from membership_hold where workspace_id = $1 and membership_id = $2 and source = $3';
  if (connectionId === undefined) return { name: kind, text: remove, values: [workspaceId, membershipId, source] };
  return { name: `${kind}_idp`, text: `with ${asserted(true)}, ${overIntents(`'deactivate', 'remove'`)} ${remove}`, values: [workspaceId, membershipId, source, connectionId] };
}

function connectionOf(source: string): string | undefined {
  return source.startsWith('idp:') ? source.slice(4) : undefined;
}
