// Roles with their ranks and permissions: the three built-in ones, and those that a workspace makes for itself.

/** Key of a role; `owner`, `admin` and `member` exist in every workspace. */
export type RoleKey = string;

/** Everything that a role may allow. */
export const permissions = [
  'members.read',
  'members.invite',
  'members.deactivate',
  'members.remove',
  'members.role',
  'groups.write',
  'keys.revoke',
  'audit.read',
  'billing.read',
  'connections.write',
  'organization.read',
] as const;

/** What a role may allow. */
export type Permission = (typeof permissions)[number];

/** A role: `rank` decides who can manage whom, permissions decide what. Only custom roles have versions, which count from 1. */
export interface Role {
  readonly key: RoleKey;
  readonly name: string;
  readonly rank: number;
  readonly permissions: ReadonlySet<Permission>;
  readonly version: number | undefined;
}

/** The roles of a workspace by key. */
export type RoleBook = ReadonlyMap<RoleKey, Role>;

const adminPermissions: readonly Permission[] = permissions.filter((permission) => permission !== 'billing.read' && permission !== 'organization.read');

const builtIn: readonly Role[] = [
  { key: 'owner', name: 'Owner', rank: 100, permissions: new Set(permissions), version: undefined },
  { key: 'admin', name: 'Admin', rank: 80, permissions: new Set(adminPermissions), version: undefined },
  { key: 'member', name: 'Member', rank: 20, permissions: new Set(), version: undefined },
];

/** The roles of a workspace that has made none. */
export const builtInRoles: RoleBook = new Map(builtIn.map((role) => [role.key, role]));

/** The form of a role's key. */
export const roleKeyForm = /^[a-z][a-z0-9-]{0,39}$/u;

/** Whether a text can be the key of a role; whether there is such a role only the workspace knows. */
export function isRoleKey(text: string): text is RoleKey {
  return roleKeyForm.test(text);
}

/** The ranks that a custom role may have. */
export const customRanks = { lowest: 1, highest: 79 };

/** The built-in roles together with a workspace's own; none of these can take the place of a built-in one. */
export function rolesWith(custom: readonly Role[]): RoleBook {
  return new Map([...custom, ...builtIn].map((role) => [role.key, role]));
}

/** The role with this key; one that is not there allows nothing and ranks below all others. */
export function roleIn(roles: RoleBook, key: RoleKey): Role {
  return roles.get(key) ?? { key, name: key, rank: 0, permissions: new Set(), version: undefined };
}
