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

/** Which members to list; all when nothing is said. */
export interface MemberChoice {
  readonly id?: string | undefined;
  readonly role?: RoleKey | undefined;
}

const pageSize = 500;

/** Hands the live members over by their userName, a page at a time and all of one moment; no page is empty. */
export async function listMembers(database: Database, tenant: Tenant, { id, role }: MemberChoice, take: (page: ListedMember[]) => void, size = pageSize): Promise<void> {
  const { workspaceId } = tenant;
  const chosen = { workspaceId, deletedAt: null, ...(id === undefined ? {} : { id }), ...(role === undefined ? {} : { role }) };
  await readAs(database, tenant, async (em) => {
    for (let after = ''; ; ) {
      const members = await em.find(MembershipEntity, { ...chosen, userNameKey: { $gt: after } }, { orderBy: { userNameKey: 'asc' }, limit: size });
      if (members.length > 0) take(await withEmails(em, tenant, members));
      const last = members.at(-1);
      if (last === undefined || members.length < size) return;
      after = last.userNameKey;
      // What was handed over is not kept.
      em.clear();
    }
  });
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

async function load(em: SqlEntityManager, tenant: Tenant, ids: readonly string[]): Promise<ListedMember[]> {
  const found = await em.find(MembershipEntity, { workspaceId: tenant.workspaceId, deletedAt: null, id: { $in: [...ids] } }, { orderBy: { userNameKey: 'asc' } });
  return await withEmails(em, tenant, found);
}

type Loaded = Pick<ListedMember, 'id' | 'userName' | 'status' | 'role' | 'createdAt'> & { readonly accountId: string };

async function withEmails(em: SqlEntityManager, { workspaceId, organizationId }: Tenant, members: readonly Loaded[]): Promise<ListedMember[]> {
  const whose = { workspaceId, membershipId: { $in: members.map(({ id }) => id) } };
  const emails = Map.groupBy(await em.find(MembershipEmailEntity, whose, { orderBy: { ordinal: 'asc' } }), (email) => email.membershipId);
  const organization = await em.findOne(OrganizationEntity, { id: organizationId });
  return members.map(({ id, accountId, userName, status, role, createdAt }) => {
    const own = emails.get(id) ?? [];
    const email = (own.find(({ isPrimary }) => isPrimary) ?? own[0])?.value;
    return { id, userName, email, status, role, accountOwner: accountId === organization?.accountOwnerId, createdAt };
  });
}
