// Members of a workspace, as an operator lists and names them.
import type { Tenant } from '../../domain/model/caller.ts';
import { keyOf } from '../../domain/model/keys.ts';
import type { MembershipStatus } from '../../domain/model/membership.ts';
import type { RoleKey } from '../../domain/model/role.ts';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../database/pool.ts';
import { MembershipEmailEntity } from '../entities/membership-email.entity.ts';
import { MembershipEntity } from '../entities/membership.entity.ts';
import { OrganizationEntity } from '../entities/organization.entity.ts';
import { readAs } from './read-as.ts';

export interface ListedMember {
  readonly id: string;
  readonly userName: string;
  /** The primary e-mail, else the first. */
  readonly email: string | undefined;
  readonly status: MembershipStatus;
  readonly role: RoleKey;
  readonly accountOwner: boolean;
  readonly createdAt: Date;
}

/** All live members by their userName. */
export async function listMembers(database: Database, tenant: Tenant): Promise<ListedMember[]> {
  return await readAs(database, tenant, async (em) => await load(em, tenant, undefined));
}

/** The live member with this userName in any case, else every member who has it as an e-mail: none, one, or several to choose from. */
export async function findMember(database: Database, tenant: Tenant, text: string): Promise<ListedMember[]> {
  const { workspaceId } = tenant;
  const key = keyOf(text);
  return await readAs(database, tenant, async (em) => {
    const named = await em.findOne(MembershipEntity, { workspaceId, userNameKey: key, deletedAt: null });
    if (named !== null) return await load(em, tenant, [named.id]);
    const emails = await em.find(MembershipEmailEntity, { workspaceId, valueKey: key });
    return emails.length === 0 ? [] : await load(em, tenant, emails.map((email) => email.membershipId));
  });
}

async function load(em: SqlEntityManager, { workspaceId, organizationId }: Tenant, ids: readonly string[] | undefined): Promise<ListedMember[]> {
  const chosen = ids === undefined ? {} : { id: { $in: [...ids] } };
  const members = await em.find(MembershipEntity, { workspaceId, deletedAt: null, ...chosen }, { orderBy: { userNameKey: 'asc' } });
  const whose = ids === undefined ? {} : { membershipId: { $in: [...ids] } };
  const emails = Map.groupBy(await em.find(MembershipEmailEntity, { workspaceId, ...whose }, { orderBy: { ordinal: 'asc' } }), (email) => email.membershipId);
  const organization = await em.findOne(OrganizationEntity, { id: organizationId });
  return members.map(({ id, accountId, userName, status, role, createdAt }) => {
    const own = emails.get(id) ?? [];
    const email = (own.find(({ isPrimary }) => isPrimary) ?? own[0])?.value;
    return { id, userName, email, status, role, accountOwner: accountId === organization?.accountOwnerId, createdAt };
  });
}
