// The built-in roles with their ranks and permissions.

/** Key of a role; the three built-in ones exist in every workspace. */
export type RoleKey = 'owner' | 'admin' | 'member';

/** What a role may allow. */
export type Permission =
  | 'members.read'
  | 'members.invite'
  | 'members.deactivate'
  | 'members.remove'
  | 'members.role'
  | 'groups.write'
  | 'keys.revoke'
  | 'audit.read'
  | 'billing.read'
  | 'connections.write'
  | 'organization.read';

/** A role: `rank` decides who can manage whom, permissions decide what. */
export interface Role {
  readonly key: RoleKey;
  readonly rank: number;
  readonly permissions: ReadonlySet<Permission>;
}

const adminPermissions: readonly Permission[] = [
  'members.read',
  'members.invite',
  'members.deactivate',
  'members.remove',
  'members.role',
  'groups.write',
  'keys.revoke',
  'audit.read',
  'connections.write',
];

const roles: ReadonlyMap<RoleKey, Role> = new Map<RoleKey, Role>([
  ['owner', { key: 'owner', rank: 100, permissions: new Set<Permission>([...adminPermissions, 'billing.read', 'organization.read']) }],
  ['admin', { key: 'admin', rank: 80, permissions: new Set(adminPermissions) }],
  ['member', { key: 'member', rank: 20, permissions: new Set<Permission>() }],
]);

/** The role with this key. */
export function roleOf(key: RoleKey): Role {
  const role = roles.get(key);
  if (role === undefined) throw new Error(`unknown role ${key}`);
  return role;
}

/** Whether a text names a built-in role. */
export function isRoleKey(text: string): text is RoleKey {
  return roles.has(text as RoleKey);
}

/** The keys, strongest first. */
export const roleKeys: readonly RoleKey[] = [...roles.keys()];
