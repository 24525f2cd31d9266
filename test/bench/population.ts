// The people of the benchmark: what an identity provider would push, and the changes with which the domain would seat them.
import { randomUUID } from 'node:crypto';
import type { TokenRecord } from '../../src/domain/areas/connections.ts';
import type { Change } from '../../src/domain/changes.ts';
import { effectsOf } from '../../src/domain/effects.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Actor, Call, Tenant } from '../../src/domain/model/caller.ts';
import { usualConnectionPolicy } from '../../src/domain/model/connection-policy.ts';
import { accountKeyOf } from '../../src/domain/model/keys.ts';
import { builtInRoles, type RoleKey } from '../../src/domain/model/role.ts';
import type { Ground } from '../../src/domain/ports.ts';
import { provisionEvent } from '../../src/domain/commands/provision-member.ts';
import { usualPolicy } from '../../src/domain/model/workspace.ts';
import { uuidV7 } from '../../src/persistence/database/uuid-v7.ts';
import { particularsOf } from '../../src/provisioning/user-resource.ts';
import { normaliseResource } from '../../src/scim/normalise-resource.ts';
import type { ScimObject } from '../../src/scim/schema/attribute.ts';
import { userType } from '../../src/scim/schema/resource-types.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const departments = ['Sales', 'Engineering', 'Support', 'Finance'];
const givenNames = ['Ada', 'Berta', 'Cem', 'Dana', 'Emil', 'Farah', 'Goran', 'Hana'];

/** The name of a loaded user; everything else of it is made from that. */
export function nameOf(index: number): string {
  return `user-${String(index).padStart(7, '0')}`;
}

export function addressOf(name: string): string {
  return `${name}@bench.example`;
}

/** The body with which an identity provider creates a user. */
export function userBody(name: string, index = 0): ScimObject {
  const givenName = givenNames[index % givenNames.length] ?? '';
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    userName: addressOf(name),
    externalId: `ext-${name}`,
    name: { givenName, familyName: name, formatted: `${givenName} ${name}` },
    displayName: `${givenName} ${name}`,
    title: 'Engineer',
    active: true,
    emails: [{ value: addressOf(name), type: 'work', primary: true }],
    phoneNumbers: [{ value: '+49 30 1234567', type: 'work' }],
    [enterprise]: { employeeNumber: name, department: departments[index % departments.length] },
  };
}

/** Who loads: a connection of the tenant, as if the identity provider had pushed everything. */
export interface Loader {
  readonly tenant: Tenant;
  readonly call: Call;
  readonly actor: Actor;
  readonly ground: Ground;
}

/** A loader that acts with a connection's token, or as a connection that is made together with its tenant. */
export function loaderOf(tenant: Tenant, token?: TokenRecord): Loader {
  const connectionId = token?.connectionId ?? uuidV7();
  const call: Call = { credential: { kind: 'connection', tenant, tokenId: token?.id ?? randomUUID(), connectionId, scopes: ['scim.read', 'scim.write'] }, requestId: 'bench-load' };
  const ground: Ground = {
    call,
    locks: { organization: 'none', workspace: 'shared', account: true },
    standing: { kind: 'connection', tokenLive: true, connection: { id: connectionId, label: 'bench', paused: false, policy: usualConnectionPolicy, departures: 0, tripped: false } },
    workspace: { id: tenant.workspaceId, slug: '', name: '', timeZone: 'UTC', policy: usualPolicy, roles: builtInRoles, organization: { id: tenant.organizationId, name: '', accountOwnerId: '', seatLimit: undefined } },
    seatsUsed: undefined,
    belongingKinds: new Map(),
    newId: uuidV7,
  };
  return { tenant, call, actor: { kind: 'connection', id: connectionId, label: 'bench', policy: usualConnectionPolicy, departures: 0, tripped: false }, ground };
}

/** The changes that seat one user, with the id of the membership. */
export function seatUser(loader: Loader, body: ScimObject): { readonly id: string; readonly changes: readonly Change[] } {
  const { event } = seated(loader, body, 'member');
  return { id: event.id, changes: effectsOf(loader.ground, loader.actor, [event]) };
}

/** The changes that make a whole tenant: an organization with one workspace, its owner, a connection and members. */
export function makeTenant(loader: Loader, name: string, members: number): readonly Change[] {
  const { tenant, ground, actor } = loader;
  const { event: owner, accountId } = seated(loader, userBody(`${name}-owner`), 'owner');
  const events: DomainEvent[] = [
    { kind: 'organizationCreated', id: tenant.organizationId, name, seatLimit: undefined, accountOwnerId: accountId },
    { kind: 'workspaceCreated', id: tenant.workspaceId, slug: name, name },
    owner,
    { kind: 'connectionCreated', id: actor.kind === 'connection' ? actor.id : '', label: 'bench' },
    ...Array.from({ length: members }, (_, index) => seated(loader, userBody(`${name}-${index}`, index), 'member').event),
  ];
  return effectsOf(ground, actor, events);
}

function seated({ ground }: Loader, body: ScimObject, role: RoleKey) {
  const particulars = particularsOf(normaliseResource(userType, body));
  const account = { id: ground.newId(), isNew: true, key: accountKeyOf(particulars.userName, particulars.emails) };
  return { accountId: account.id, event: provisionEvent(ground, { particulars, active: true, role }, account, false) };
}
