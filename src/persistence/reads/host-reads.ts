// What a host application reads: its organization's workspaces, and what a token stands for at this moment.
import type { Pool } from 'pg';
import { liveScopes } from '../../domain/model/api-key.ts';
import { atWorkspace, type Call, type Credential, type Standing } from '../../domain/model/caller.ts';
import type { HostReads, Introspected } from '../../domain/host-ports.ts';
import { roleIn } from '../../domain/model/role.ts';
import { fail, succeed, type Outcome } from '../../domain/refusals.ts';
import { noSuchWorkspace, stillHolds } from '../../domain/rules/admit.ts';
import { standingOf, standingStatement } from '../commands/ground-statement.ts';
import type { Row } from '../database/batch.ts';
import type { QuickRead } from '../database/quick-reads.ts';
import { readAs } from './read-as.ts';

type HeldBy<K extends Credential['kind']> = Extract<Credential, { kind: K }>;
type Describe<K extends Credential['kind']> = (held: HeldBy<K>, row: Row | undefined) => Introspected | undefined;

/** One entry for each kind of token that a host may ask about; all others are worth nothing to it. */
const describers: { readonly [K in 'person' | 'account']: Describe<K> } = {
  person: (held, row) => {
    const standing = standingOf(held, row);
    if (!stillHolds(held, standing) || standing.kind !== 'person') return undefined;
    if (held.key === true) return describeKey(held, standing);
    if (standing.member === undefined) return undefined;
    const { id, accountId, role, roles, userName } = standing.member;
    const permissions = [...roleIn(roles, role).permissions];
    const { tokenId, scopes, tenant, session } = held;
    return { kind: session === undefined ? 'person_token' : 'session', sub: id, tokenId, accountId, workspaceId: tenant.workspaceId, userName, role, permissions, scopes };
  },
  account: (held, row) => {
    if (!stillHolds(held, standingOf(held, row))) return undefined;
    const { accountId, sessionId, scopes } = held;
    return { kind: 'account_session', sub: accountId, tokenId: sessionId, accountId, workspaceId: undefined, userName: undefined, role: undefined, permissions: [], scopes };
  },
};

/** A key that was kept is worth what its scopes for the host application are, whatever has become of its creator. */
function describeKey({ membershipId, tokenId, scopes, tenant: { workspaceId } }: HeldBy<'person'>, { member }: Extract<Standing, { kind: 'person' }>): Introspected {
  const acting = member?.active === true ? member : undefined;
  const held = { kind: 'api_key' as const, sub: membershipId, tokenId, accountId: member?.accountId, workspaceId, userName: member?.userName };
  const permissions = acting === undefined ? [] : [...roleIn(acting.roles, acting.role).permissions];
  return { ...held, role: acting?.role, permissions, scopes: liveScopes(scopes, acting !== undefined) };
}

function isTold(held: Credential): held is HeldBy<keyof typeof describers> {
  return Object.hasOwn(describers, held.kind);
}

/** Builds the reads on a pool, introspection on `quick` where there is one. */
export function createHostReads(pool: Pool, quick?: QuickRead): HostReads {
  return {
    workspace: async (call, named) => await findWorkspaceOf(pool, call, named),
    introspect: async (call, held) => {
      const { organizationId } = call.credential.tenant;
      if (held === undefined || !isTold(held) || held.tenant.organizationId !== organizationId) {
        // The caller's own token must hold whatever it asks about.
        const admitted = await readAs(pool, call, [], quick);
        return admitted.ok ? succeed(undefined) : admitted;
      }
      const read = await readAs(pool, atWorkspace(call, held.tenant.workspaceId), [standingStatement(held)], quick);
      if (!read.ok) return read;
      const describe = describers[held.kind] as (held: Credential, row: Row | undefined) => Introspected | undefined;
      return succeed(describe(held, read.value.rows[0]?.[0]));
    },
  };
}

/** The workspace of the caller's organization with this slug or id, its oldest one where none is named. */
export async function findWorkspaceOf(pool: Pool, call: Call, named: string | undefined): Promise<Outcome<string>> {
  const text = 'select workspace_id from usher_workspaces() where $1::text is null or slug = $1 or workspace_id::text = $1 order by workspace_id limit 1';
  const read = await readAs(pool, call, [{ name: 'workspace_of_organization', text, values: [named] }]);
  if (!read.ok) return read;
  const [row] = read.value.rows[0] ?? [];
  return row === undefined ? fail(noSuchWorkspace) : succeed(row['workspace_id'] as string);
}
