// The first statement of every exchange: it sets the tenant for the transaction and takes the locks a command asks for.
import type { Tenant } from '../../domain/model/caller.ts';
import type { Locks } from '../../domain/ports.ts';
import type { Statement } from './batch.ts';

// Every index begins with the tenant: no plan may read a whole table, least of all one that was made while the table was small.
const settings = `set_config('app.workspace', $1, true), set_config('app.organization', $2, true), set_config('enable_seqscan', 'off', true)`;

// A command looks rows up by their keys: plans made anew for each list of ids cost more than the look-ups.
const byKeys = `set_config('plan_cache_mode', 'force_generic_plan', true)`;

/** Sets the tenant for a read; transaction-local, because a session's setting would leak through the pool. */
export function scopeOf(tenant: Tenant): Statement {
  return { name: 'scope', text: `select ${settings}`, values: [tenant.workspaceId, tenant.organizationId] };
}

/** Sets the tenant and takes the advisory locks of a command: the organization's first, then the workspace's. */
export function lockedScopeOf(tenant: Tenant, locks: Locks): Statement {
  const { organization, workspace } = locks;
  const values = [tenant.workspaceId, tenant.organizationId, lockKey(tenant.workspaceId)];
  if (organization === 'none') return { name: `scope_${workspace}`, text: `select ${settings}, ${byKeys}, ${lock(workspace, '$3')}`, values };
  return {
    name: `scope_${organization}_${workspace}`,
    text: `select ${settings}, ${byKeys}, ${lock(organization, '$4')}, ${lock(workspace, '$3')}`,
    values: [...values, lockKey(tenant.organizationId)],
  };
}

/**
 * Takes the organization's lock and then those of all its workspaces, in the order of their ids, which the second statement answers. Assumes
 * the scope of the organization; nobody makes a workspace without the first lock.
 */
export function lockOrganization(organizationId: string): Statement[] {
  const key = `('x' || right(replace(w.workspace_id::text, '-', ''), 16))::bit(64)::bigint`;
  return [
    { name: 'lock_organization', text: `select ${lock('exclusive', '$1')}`, values: [lockKey(organizationId)] },
    { name: 'lock_workspaces', text: `select w.workspace_id, ${lock('exclusive', key)} from (select workspace_id from usher_workspaces() order by workspace_id offset 0) w`, values: [] },
  ];
}

function lock(strength: 'shared' | 'exclusive', key: string): string {
  return `pg_advisory_xact_lock${strength === 'shared' ? '_shared' : ''}(${key}::bigint)`;
}

/** A 64-bit lock key out of a UUID's random half; two UUIDs with one key only wait for each other needlessly. */
function lockKey(id: string): string {
  return BigInt.asIntN(64, BigInt(`0x${id.replaceAll('-', '').slice(16)}`)).toString();
}

export const begin: Statement = { name: 'begin', text: 'begin', values: [] };
export const commit: Statement = { name: 'commit', text: 'commit', values: [] };
export const rollback: Statement = { name: 'rollback', text: 'rollback', values: [] };
