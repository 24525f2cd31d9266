// Connections and tokens of a workspace, as an operator lists them.
import type { Tenant } from '../../domain/model/caller.ts';
import type { Database } from '../database/pool.ts';
import { AccessTokenEntity } from '../entities/access-token.entity.ts';
import { IdpConnectionEntity } from '../entities/idp-connection.entity.ts';
import { MembershipEntity } from '../entities/membership.entity.ts';
import { readAs } from './read-as.ts';

export interface ListedConnection {
  readonly id: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly pausedAt: Date | undefined;
}

/** `live`: the token authenticates now. A token of a person who was since deactivated or removed does not. */
export interface ListedToken {
  readonly id: string;
  readonly holder: { readonly kind: 'connection' | 'person'; readonly id: string; readonly name: string };
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly live: boolean;
}

/** All connections by their label. */
export async function listConnections(database: Database, tenant: Tenant): Promise<ListedConnection[]> {
  const { workspaceId } = tenant;
  const rows = await readAs(database, tenant, async (em) => await em.find(IdpConnectionEntity, { workspaceId, deletedAt: null }, { orderBy: { labelKey: 'asc' } }));
  return rows.map(({ id, label, createdAt, pausedAt }) => ({ id, label, createdAt, pausedAt: pausedAt ?? undefined }));
}

/** All tokens there ever were, oldest first. */
export async function listTokens(database: Database, tenant: Tenant): Promise<ListedToken[]> {
  const { workspaceId } = tenant;
  return await readAs(database, tenant, async (em) => {
    const tokens = await em.find(AccessTokenEntity, { workspaceId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
    const memberIds = tokens.flatMap(({ membershipId }) => membershipId ?? []);
    const members = new Map((await em.find(MembershipEntity, { workspaceId, id: { $in: memberIds } })).map((member) => [member.id, member]));
    const connections = new Map((await em.find(IdpConnectionEntity, { workspaceId })).map((connection) => [connection.id, connection]));
    const now = await databaseNow(em);
    return tokens.map((token) => {
      const member = members.get(token.membershipId ?? '');
      const connection = connections.get(token.connectionId ?? '');
      const usable = member === undefined || (member.status === 'active' && !member.deletedAt && member.epoch === token.epoch);
      return {
        id: token.id,
        holder:
          member === undefined
            ? { kind: 'connection', id: token.connectionId ?? '', name: connection?.label ?? '' }
            : { kind: 'person', id: member.id, name: member.userName },
        scopes: token.scopes,
        createdAt: token.createdAt,
        expiresAt: token.expiresAt ?? undefined,
        revokedAt: token.revokedAt ?? undefined,
        live: usable && !token.revokedAt && (!token.expiresAt || token.expiresAt > now),
      };
    });
  });
}

/** The clock that decides about expiry in every request. */
async function databaseNow(em: Parameters<Parameters<typeof readAs>[2]>[0]): Promise<Date> {
  const [row] = await em.execute<{ now: string }[]>('select now() as now');
  return new Date(row?.now ?? Date.now());
}
