// What members own, on PostgreSQL: one resource by its kind and reference, and lists by owner, creator, kind or handover.
import type { Pool } from 'pg';
import type { BelongingReads, ResourceFilter } from '../../domain/belonging-ports.ts';
import type { OwnedResourceView } from '../../domain/model/belonging.ts';
import type { Call } from '../../domain/model/caller.ts';
import { fail, refuseAll, succeed, type Outcome } from '../../domain/refusals.ts';
import { permissionDenied } from '../../domain/rules/authority.ts';
import { resourcesSeenBy, resourceUnknown } from '../../domain/rules/belongings.ts';
import type { Row } from '../database/batch.ts';
import type { ParameterList } from '../filter/parameters.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';
import { recordsPage } from './records-page.ts';

const columns = `p.id, p.kind, p.external_ref, p.name, p.created_by, p.owner_id, p.created_at, p.updated_at,
  (select t.from_id from resource_taking t where t.workspace_id = p.workspace_id and t.resource_id = p.id and t.live order by t.position limit 1) as held_for`;

/** Builds the reads on a pool. */
export function createBelongingReads(pool: Pool): BelongingReads {
  return {
    resource: async (call, place) => {
      const text = `select ${columns} from owned_resource p where p.workspace_id = $1 and p.kind = $2 and p.external_ref = $3`;
      const read = await readAs(pool, call, [{ name: 'owned_resource', text, values: [call.credential.tenant.workspaceId, place.kind, place.externalRef] }]);
      if (!read.ok) return read;
      const { actor, rows } = read.value;
      const [row] = rows[0] ?? [];
      const seen = resourcesSeenBy(actor);
      const hidden = seen === undefined || (seen !== 'all' && row?.['owner_id'] !== seen.memberId);
      return row === undefined || hidden ? fail(resourceUnknown(place)) : succeed(viewOf(row));
    },
    resources: async (call, filter, cut) => {
      const own = await ownOnly(pool, call);
      if (!own.ok) return own;
      const { workspaceId } = call.credential.tenant;
      const where = (parameters: ParameterList) => conditionsOf(workspaceId, filter, own.value, parameters);
      const order = { key: undefined, id: 'r.id', descending: false };
      const read = await readPage(pool, call, cut, true, recordsPage({ cut: 'owned_resource r', where, order, shownKey: '', columns, given: [] }, cut));
      if (!read.ok) return read;
      const { total, rows, next, previous } = read.value;
      return succeed({ total, rows: rows.map(viewOf), next, previous });
    },
  };
}

/** The one member whose resources the caller may list, undefined for everybody's; its role must be known before the query is made. */
async function ownOnly(pool: Pool, call: Call): Promise<Outcome<string | undefined>> {
  const asked = await readAs(pool, call, []);
  if (!asked.ok) return asked;
  const seen = resourcesSeenBy(asked.value.actor);
  if (seen === undefined) return fail(refuseAll([permissionDenied('members.read')]));
  return succeed(seen === 'all' ? undefined : seen.memberId);
}

function conditionsOf(workspaceId: string, { ownerId, createdBy, kind, handoverId }: ResourceFilter, own: string | undefined, parameters: ParameterList): string[] {
  const tenant = parameters.add(workspaceId, 'uuid');
  return [
    `r.workspace_id = ${tenant}`,
    ...(own === undefined ? [] : [`r.owner_id = ${parameters.add(own, 'uuid')}`]),
    ...(ownerId === undefined ? [] : [ownerId === 'system' ? 'r.owner_id is null' : `r.owner_id = ${parameters.add(ownerId, 'uuid')}`]),
    ...(createdBy === undefined ? [] : [`r.created_by = ${parameters.add(createdBy, 'uuid')}`]),
    ...(kind === undefined ? [] : [`r.kind = ${parameters.add(kind, 'text')}`]),
    ...(handoverId === undefined
      ? []
      : [`r.id = any(array(select t.resource_id from resource_taking t where t.workspace_id = ${tenant} and t.handover_id = ${parameters.add(handoverId, 'uuid')}))`]),
  ];
}

function viewOf(row: Row): OwnedResourceView {
  const text = (name: string) => (row[name] as string | null) ?? undefined;
  return {
    id: row['id'] as string,
    kind: row['kind'] as string,
    externalRef: row['external_ref'] as string,
    name: text('name'),
    createdBy: text('created_by'),
    ownerId: text('owner_id'),
    heldFor: text('held_for'),
    createdAt: (row['created_at'] as Date).toISOString(),
    updatedAt: (row['updated_at'] as Date).toISOString(),
  };
}
