// Finds what the operator names, or says in one line what to do instead.
import type { Tenant } from '../domain/model/caller.ts';
import type { MembershipStatus } from '../domain/model/membership.ts';
import { findOrganization, findWorkspace } from '../persistence/admin/find-tenant.ts';
import { CommandFault } from './io.ts';
import { isId } from './option-values.ts';
import { accept, operatorCall, type Session } from './session.ts';

/** The member that a command is about. */
export interface Named {
  readonly id: string;
  readonly userName: string;
  readonly status: MembershipStatus;
}

/** The workspace with this slug. */
export async function requireWorkspace({ pool }: Session, slug: string): Promise<Tenant> {
  const tenant = await findWorkspace({ pool }, slug);
  if (tenant === undefined) throw new CommandFault(`There is no workspace "${slug}". Create it with: workspace create --org NAME --slug ${slug} --owner EMAIL`);
  return tenant;
}

/** The id of the organization with this name. */
export async function requireOrganization({ pool }: Session, name: string): Promise<string> {
  const id = await findOrganization({ pool }, name);
  if (id === undefined) throw new CommandFault(`There is no organization "${name}". Its name is the one given with: workspace create --org`);
  return id;
}

/** The members with this userName, e-mail address or id. */
export async function findNamed(session: Session, tenant: Tenant, text: string): Promise<readonly Named[]> {
  const byId = isId(text) ? await findById(session, tenant, text.toLowerCase()) : [];
  if (byId.length > 0) return byId;
  const { findMember } = await import('../persistence/admin/members.ts');
  return await findMember(await session.entities(), tenant, text);
}

/** The one member with this userName, e-mail address or id. */
export async function requireMember(session: Session, slug: string, tenant: Tenant, text: string): Promise<Named> {
  const [found, ...others] = await findNamed(session, tenant, text);
  if (found === undefined) throw new CommandFault(`There is no member "${text}" in ${slug}. List them with: member list --workspace ${slug}`);
  if (others.length === 0) return found;
  const choices = [found, ...others].map(({ id, userName, status }) => `${id} (${userName}, ${status})`);
  throw new CommandFault(`"${text}" is the e-mail of ${choices.length} members of ${slug}. Say which by its id or userName: ${choices.join(', ')}`);
}

async function findById({ pool }: Session, tenant: Tenant, id: string): Promise<readonly Named[]> {
  const { createReads } = await import('../persistence/reads/reads.ts');
  const read = await createReads(pool, '').member(operatorCall(tenant), id, { groups: false, managerName: false, holds: false });
  return !read.ok && read.refusal.kind === 'not-found' ? [] : [accept(read)];
}
