// Workspaces with everybody in them whom the guards tell apart, askers with their tokens, and what a refusal must leave behind.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { changeMember } from '../../../src/domain/commands/change-member.ts';
import { removeMember } from '../../../src/domain/commands/remove-member.ts';
import { changedTables, fingerprint, type Fingerprint } from '../../support/fingerprint.ts';
import { sendRequest, type RawAnswer } from '../../support/raw-http.ts';
import type { StartedServer, TestWorkspace } from '../../support/started-server.ts';
import type { ShownInvitation } from '../admin/invitations.ts';
import { person } from '../admin/team.ts';
import { roles, type About, type Asker, type RoleName } from './oracle.ts';

export interface AskerHere {
  readonly name: string;
  readonly facts: Asker;
  /** The membership, or the connection. */
  readonly id: string;
  readonly send: Send;
}

export type Send = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<RawAnswer>;

export interface Target {
  readonly name: string;
  readonly id: string;
  readonly facts: About;
  /** Another one of this kind, which may be used up; absent where there is but one. */
  readonly fresh?: () => Promise<string>;
}

/** JSON requests; SCIM's addresses begin with /scim, the others are those behind /api/v1. */
export function sender({ root }: Pick<StartedServer, 'root'>, token: string): Send {
  return async (method, path, body, headers = {}) => {
    const scim = path.startsWith('/scim');
    return await sendRequest(root, {
      method,
      path: scim ? path : `/api/v1${path}`,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': scim ? 'application/scim+json' : 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  };
}

export async function makeRoles({ query }: StartedServer, { tenant }: TestWorkspace): Promise<void> {
  for (const { key, rank, may } of [roles.clerk, roles.caster, roles.greeter, roles.blind]) {
    await query('insert into workspace_role (workspace_id, key, name, rank, permissions) values ($1, $2, $2, $3, $4)', [tenant.workspaceId, key, rank, may]);
  }
}

/** Somebody who acts in the workspace; an owner is one among several. */
export async function asker(service: StartedServer, workspace: TestWorkspace, role: RoleName, id?: string): Promise<AskerHere> {
  const membership = id ?? (await person(service, workspace, role));
  const { token } = await workspace.personToken(membership);
  return { name: role, facts: { kind: 'person', role }, id: membership, send: sender(service, token) };
}

export async function connection(service: StartedServer, workspace: TestWorkspace): Promise<AskerHere> {
  const { token, record } = await workspace.connectionToken('guards');
  // The breaker has tests of its own.
  await service.query(`update idp_connection set policy = '{"breaker": {"mode": "off"}}' where workspace_id = $1`, [workspace.tenant.workspaceId]);
  return { name: 'connection', facts: { kind: 'connection' }, id: record.connectionId ?? '', send: sender(service, token) };
}

/** A token that was good before its person was deactivated. */
export async function leaver(service: StartedServer, workspace: TestWorkspace): Promise<AskerHere> {
  const id = await person(service, workspace, 'owner');
  const { token } = await workspace.personToken(id);
  await deactivate(service, workspace, id);
  return { name: 'leaver', facts: { kind: 'leaver' }, id, send: sender(service, token) };
}

export async function stranger(service: StartedServer): Promise<AskerHere> {
  const elsewhere = await service.workspace();
  const { token } = await elsewhere.personToken(elsewhere.ownerId);
  return { name: 'stranger', facts: { kind: 'stranger' }, id: elsewhere.ownerId, send: sender(service, token) };
}

export async function deactivate({ ports }: StartedServer, { operator }: TestWorkspace, id: string): Promise<void> {
  const parts = { groups: false, managerName: false, holds: false };
  const done = await changeMember(ports.store, operator, { id, endsAccess: true, parts, revise: (particulars) => ({ particulars, fields: [], active: false }) });
  if (!done.ok) throw new Error(done.refusal.detail);
}

/** Invites somebody new. */
export async function invite(send: Send, role: RoleName): Promise<ShownInvitation> {
  const made = await send('POST', '/team/invitations', { email: `${randomUUID()}@guards.example`, role });
  expect(made.status, made.text).toBe(201);
  return made.json as ShownInvitation;
}

const nobody: About = { here: false, self: false, role: 'member', status: 'active', onlyOwner: false, accountOwner: false };

/** Everybody whom one can have several of, and those who are not there at all; without other owners the one who is there stays the only one. */
export async function crowd(service: StartedServer, workspace: TestWorkspace, withOwners = true): Promise<Target[]> {
  const { operator } = workspace;
  const of = async (name: string, facts: Partial<About>, fresh: () => Promise<string>): Promise<Target> => ({ name, id: await fresh(), facts: { ...nobody, here: true, ...facts }, fresh });
  const [foreign, gone] = [await service.workspace(), await person(service, workspace)];
  const removed = await removeMember(service.ports.store, operator, gone);
  if (!removed.ok) throw new Error(removed.refusal.detail);
  const inviter = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  const off = async (): Promise<string> => {
    const id = await person(service, workspace);
    await deactivate(service, workspace, id);
    return id;
  };
  return [
    ...(withOwners ? [await of('an owner among several', { role: 'owner' }, async () => await person(service, workspace, 'owner'))] : []),
    await of('an admin', { role: 'admin' }, async () => await person(service, workspace, 'admin')),
    await of('a member', {}, async () => await person(service, workspace)),
    await of('somebody invited', { status: 'invited' }, async () => (await invite(inviter, 'member')).memberId),
    await of('somebody invited as an owner', { status: 'invited', role: 'owner' }, async () => (await invite(inviter, 'owner')).memberId),
    await of('somebody deactivated', { status: 'deactivated' }, off),
    { name: 'somebody removed', id: gone, facts: nobody },
    { name: 'somebody of another tenant', id: foreign.ownerId, facts: nobody },
    { name: 'nobody', id: randomUUID(), facts: nobody },
  ];
}

/** Somebody there is one of. */
export function one(name: string, id: string, facts: Partial<About>): Target {
  return { name, id, facts: { ...nobody, here: true, ...facts } };
}

/** As the asker sees the target. */
export function seenBy({ id }: AskerHere, target: Target): About {
  return { ...target.facts, self: target.id === id };
}

/** Where a refusal may leave something: the audit, what the identity provider asked in vain, and the log of requests. */
const traces = new Set(['audit_event', 'audit_unsealed', 'audit_seal', 'blocked_intent', 'scim_request_log']);

/** Runs `body` and fails if anything but traces of refusals is other than before. */
export async function changingNothing(service: StartedServer, body: () => Promise<void>): Promise<void> {
  const before: Fingerprint = await fingerprint(service);
  await body();
  const changed = changedTables(before, await fingerprint(service)).filter((table) => !traces.has(table));
  expect(changed).toEqual([]);
}

export interface DeniedRow {
  readonly action: string;
  readonly outcome: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly target_id: string | null;
}

/** The audit rows of requests, by request id. */
export async function auditOf({ query }: StartedServer, requestIds: readonly string[]): Promise<Map<string, DeniedRow[]>> {
  const rows = await query('select request_id, action, outcome, actor_kind, actor_id, target_id from audit_event where request_id = any($1) order by id', [requestIds]);
  const found = new Map<string, DeniedRow[]>(requestIds.map((id) => [id, []]));
  for (const { request_id, ...row } of rows) found.get(String(request_id))?.push(row as unknown as DeniedRow);
  return found;
}
