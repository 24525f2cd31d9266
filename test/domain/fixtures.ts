// Members, workspaces and grounds for tests of the pure rules.
import type { Actor } from '../../src/domain/model/caller.ts';
import { usualConnectionPolicy } from '../../src/domain/model/connection-policy.ts';
import type { Membership } from '../../src/domain/model/membership.ts';
import { builtInRoles, type RoleBook, type RoleKey } from '../../src/domain/model/role.ts';
import { usualPolicy, type Workspace } from '../../src/domain/model/workspace.ts';

export const workspace: Workspace = {
  id: 'w1',
  slug: 'acme',
  name: 'Acme',
  timeZone: 'UTC',
  policy: usualPolicy,
  roles: builtInRoles,
  organization: { id: 'o1', name: 'Acme Inc', accountOwnerId: 'account-of-boss', seatLimit: undefined },
};

export function member(overrides: Partial<Membership> = {}): Membership {
  return {
    id: 'm1',
    accountId: 'a1',
    human: true,
    userName: 'ada@acme.example',
    externalId: undefined,
    emails: [],
    managerId: undefined,
    profile: {},
    status: 'active',
    baseRole: overrides.role ?? 'member',
    role: 'member',
    groupRoles: [],
    acceptedAt: new Date('2026-01-01T00:00:00Z'),
    pendingInvitation: false,
    epoch: 1,
    holds: [],
    version: 1,
    ...overrides,
  };
}

export function person(role: RoleKey, id = 'actor', roles: RoleBook = builtInRoles): Actor {
  return { kind: 'person', id, accountId: `account-of-${id}`, role, roles };
}

export const connection: Actor = { kind: 'connection', id: 'c1', label: 'okta', policy: usualConnectionPolicy, departures: 0, tripped: false };
export const operator: Actor = { kind: 'operator' };
