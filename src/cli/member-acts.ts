// What the commands on members do, each in one session and with one sentence about how things stand afterwards.
import { bookDeactivation } from '../domain/commands/book-deactivation.ts';
import { changeMember } from '../domain/commands/change-member.ts';
import { changeRole } from '../domain/commands/change-role.ts';
import { provisionMember } from '../domain/commands/provision-member.ts';
import { removeMember } from '../domain/commands/remove-member.ts';
import type { Tenant } from '../domain/model/caller.ts';
import type { MemberView } from '../domain/model/membership.ts';
import { particularsOf } from '../domain/model/particulars-of.ts';
import type { RoleKey } from '../domain/model/role.ts';
import type { ListedMember } from '../persistence/admin/members.ts';
import { CommandFault, type Io } from './io.ts';
import { findNamed, requireMember, requireWorkspace, type Named } from './look-up.ts';
import { isId } from './option-values.ts';
import { json, jsonList, printable, tablePages } from './print.ts';
import { accept, operatorCall, withSession, type Session } from './session.ts';

/** The options that the acts on one member have in common. */
export interface MemberOptions {
  readonly workspace: string;
  readonly user: string;
}

/** Which members to list, and how. */
export interface ListOptions {
  readonly workspace: string;
  readonly user?: string;
  readonly role?: RoleKey;
  readonly json?: true;
}

const noParts = { groups: false, managerName: false, holds: false };

export async function listOf(io: Io, { workspace, user, role, json: asJson }: ListOptions): Promise<void> {
  await withSession(io, 'Reading the members', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const { findMember, listMembers } = await import('../persistence/admin/members.ts');
    const database = await session.entities();
    const list = asJson === true ? jsonList(io.out) : undefined;
    const rows = tablePages(['USER NAME', 'E-MAIL', 'ROLE', 'STATUS', 'ID']);
    let listed = 0;
    const show = (members: readonly ListedMember[]): void => {
      if (members.length === 0) return;
      listed += members.length;
      if (list === undefined) io.out(rows(members.map(rowOf)));
      else list.add(members.map((member) => ({ ...member, email: member.email ?? null })));
    };
    if (user === undefined || isId(user)) await listMembers(database, tenant, { id: user?.toLowerCase(), role }, show);
    else show((await findMember(database, tenant, user)).filter((member) => role === undefined || member.role === role));
    if (list !== undefined) list.end();
    else if (listed === 0) io.err(`${workspace} has no such member.\n`);
  });
}

function rowOf({ userName, email, role, accountOwner, status, id }: ListedMember): string[] {
  return [userName, email ?? '-', accountOwner ? `${role} (account owner)` : role, status, id];
}

export async function addMember(io: Io, { workspace, user, name, role, json: asJson }: MemberOptions & { name?: string; role: RoleKey; json?: true }): Promise<void> {
  await withSession(io, 'Adding the member', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    // The domain would seat a second person with this e-mail, which an identity provider may want and an operator never does.
    const there = (await findNamed(session, tenant, user)).find(({ status }) => status !== 'invited');
    if (there !== undefined) throw new CommandFault(`${user} is a member of ${workspace} already: ${there.userName}, ${there.status}, ${there.id}.`);
    const view = accept(await provisionMember(session.store, operatorCall(tenant), { particulars: particularsOf(user, name), active: true, role, parts: noParts }));
    if (asJson === true) io.out(json({ id: view.id, userName: view.userName, role: view.role, status: view.status }));
    else io.out(`${printable(view.userName)} is ${view.role} in ${workspace}: ${view.id}\n`);
  });
}

export async function setRole(io: Io, { workspace, user, role }: MemberOptions & { role: RoleKey }): Promise<void> {
  await onMember(io, 'Changing the role', { workspace, user }, async ({ store }, tenant, { id, userName }) => {
    accept(await changeRole(store, operatorCall(tenant), id, role));
    return `${userName} is ${role} in ${workspace}.`;
  });
}

export async function deactivateMember(io: Io, options: MemberOptions & { reason?: string; on?: string }): Promise<void> {
  await onMember(io, 'Deactivating the member', options, async (session, tenant, { id, userName }) => {
    const { on, reason } = options;
    if (on !== undefined) {
      accept(await bookDeactivation(session.store, operatorCall(tenant), id, { on, reason, suspendApiKeys: false }));
      return `${userName} will be deactivated in ${options.workspace} at the end of ${on}.`;
    }
    await assertActive(session, tenant, id, false, reason);
    return `${userName} is deactivated in ${options.workspace}.`;
  });
}

export async function reactivateMember(io: Io, options: MemberOptions): Promise<void> {
  const { workspace } = options;
  await onMember(io, 'Reactivating the member', options, async (session, tenant, { id, userName }) => {
    const view = await assertActive(session, tenant, id, true, undefined);
    if (view.status === 'active') return `${userName} is active in ${workspace}.`;
    if (view.status === 'invited') throw new CommandFault(`${userName} was invited and has not accepted yet.`);
    throw new CommandFault(`${userName} stays deactivated: ${await holdersOf(session, tenant, view)} must reactivate too.`);
  });
}

export async function removeOne(io: Io, options: MemberOptions & { reason?: string }): Promise<void> {
  await onMember(io, 'Removing the member', options, async ({ store }, tenant, { id, userName }) => {
    accept(await removeMember(store, operatorCall(tenant), id, { reason: options.reason }));
    return `${userName} is removed from ${options.workspace}.`;
  });
}

async function onMember(io: Io, doing: string, { workspace, user }: MemberOptions, act: (session: Session, tenant: Tenant, member: Named) => Promise<string>): Promise<void> {
  await withSession(io, doing, async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const member = await requireMember(session, workspace, tenant, user);
    io.out(`${printable(await act(session, tenant, member))}\n`);
  });
}

async function assertActive({ store }: Session, tenant: Tenant, id: string, active: boolean, reason: string | undefined): Promise<MemberView> {
  const change = { id, endsAccess: !active, only: active ? ('reactivate' as const) : ('deactivate' as const), reason, parts: { ...noParts, holds: true } };
  return accept(await changeMember(store, operatorCall(tenant), { ...change, revise: (particulars) => ({ particulars, fields: [], active }) }));
}

/** Who else holds the member back, in words. */
async function holdersOf(session: Session, tenant: Tenant, { holds = [] }: MemberView): Promise<string> {
  const { listConnections } = await import('../persistence/admin/credentials.ts');
  const connections = await listConnections(await session.entities(), tenant);
  const names = holds.map(({ source }) => {
    const connection = connections.find(({ id }) => source === `idp:${id}`);
    return connection === undefined ? `the ${source} hold` : `the connection "${connection.label}"`;
  });
  return names.join(' and ');
}
