// What domain.md §3 and §4 say about one act on one member, spelled out a second time from the text alone: it shares nothing with the server but words.

export interface Role {
  readonly key: string;
  readonly rank: number;
  readonly may: readonly string[];
}

const everything = ['members.read', 'members.invite', 'members.deactivate', 'members.remove', 'members.role', 'groups.write', 'keys.revoke', 'audit.read', 'connections.write'];

/** The built-in roles, and custom ones with few permissions each. */
export const roles = {
  owner: { key: 'owner', rank: 100, may: [...everything, 'billing.read', 'organization.read'] },
  admin: { key: 'admin', rank: 80, may: everything },
  member: { key: 'member', rank: 20, may: [] },
  clerk: { key: 'clerk', rank: 50, may: ['members.read', 'members.deactivate'] },
  caster: { key: 'caster', rank: 50, may: ['members.read', 'members.role', 'members.remove', 'groups.write'] },
  greeter: { key: 'greeter', rank: 50, may: ['members.read', 'members.invite'] },
  /** Sees nobody but itself. */
  blind: { key: 'blind', rank: 79, may: ['members.deactivate', 'members.remove', 'members.role', 'members.invite', 'groups.write'] },
} as const satisfies Record<string, Role>;

export type RoleName = keyof typeof roles;

/** Who asks. `leaver` has the token of somebody who was deactivated since, `stranger` that of another organization's owner. */
export type Asker = { readonly kind: 'person'; readonly role: RoleName } | { readonly kind: 'connection' | 'operator' | 'system' | 'leaver' | 'stranger' };

/** Who it is about. `here` is false for whom the workspace does not have: removed, of another tenant, unknown. */
export interface About {
  readonly here: boolean;
  readonly self: boolean;
  readonly role: RoleName;
  readonly status: 'active' | 'invited' | 'deactivated';
  readonly onlyOwner: boolean;
  readonly accountOwner: boolean;
  /** Who keeps somebody deactivated. */
  readonly holds?: readonly ('admin' | 'idp')[];
}

/** A reactivation may be one that is told when it is in vain, or an override of identity providers. */
export type Act = { readonly kind: 'remove' | 'deactivate' } | { readonly kind: 'reactivate'; readonly insists?: 'tell' | 'override' } | { readonly kind: 'role'; readonly to: 'owner' | 'admin' | 'member' };

const permissionFor = { remove: 'members.remove', deactivate: 'members.deactivate', reactivate: 'members.deactivate', role: 'members.role' } as const;

/** The codes of everything that stands in the way, in the order of domain.md §4; none where the act may happen. `strict` is the policy of guard 5 at a door that does one step. */
export function blockersOf(asker: Asker, act: Act, about: About, strict = false): string[] {
  if (!about.here || asker.kind === 'stranger' || !sees(asker, about)) return ['not-found'];
  return [...authority(asker, act, about), ...others(asker, act, about, strict)];
}

function sees(asker: Asker, { self }: Pick<About, 'self'>): boolean {
  return asker.kind !== 'person' || self || has(asker, 'members.read');
}

/** Connections, operators and the server's own jobs have no role that could lack anything. */
export function has(asker: Asker, permission: string): boolean {
  return asker.kind !== 'person' || (roles[asker.role].may as readonly string[]).includes(permission);
}

/** canManage without the permission. */
export function reaches(asker: Asker, role: RoleName): boolean {
  return asker.kind !== 'person' || (roles[asker.role].rank >= roles[role].rank && (role !== 'owner' || asker.role === 'owner'));
}

/** Nobody gives what goes beyond themselves. */
export function gives(asker: Asker, role: RoleName): boolean {
  return reaches(asker, role) && (asker.kind !== 'person' || roles[role].may.every((permission) => has(asker, permission)));
}

function authority(asker: Asker, act: Act, { role }: About): string[] {
  if (!has(asker, permissionFor[act.kind])) return ['permission-denied'];
  if (!reaches(asker, role)) return ['role-not-manageable'];
  return act.kind === 'role' && !gives(asker, act.to) ? ['role-not-manageable'] : [];
}

function others(asker: Asker, act: Act, about: About, strict: boolean): string[] {
  const ends = act.kind === 'remove' || act.kind === 'deactivate';
  const lowers = act.kind === 'role' && roles[act.to].rank < roles[about.role].rank;
  return [
    ...(asker.kind === 'person' && about.self && ends ? ['self-removal'] : []),
    ...(about.onlyOwner && (ends || lowers) ? ['last-owner'] : []),
    ...(about.accountOwner && (ends || lowers) ? ['account-owner-protected'] : []),
    ...(strict && act.kind === 'remove' && about.status === 'active' ? ['deactivate-first'] : []),
    ...(act.kind === 'reactivate' && isKept(asker, act.insists, about) ? ['managed-by-idp'] : []),
  ];
}

/** Whom only an identity provider keeps out, nobody lets in by the way; an owner may override it. */
function isKept(asker: Asker, insists: 'tell' | 'override' | undefined, { holds = [] }: About): boolean {
  if (insists === undefined || !holds.includes('idp')) return false;
  return insists === 'override' ? asker.kind === 'person' && asker.role !== 'owner' : !holds.includes('admin');
}

const statuses: Readonly<Record<string, number>> = {
  'not-found': 404,
  'permission-denied': 403,
  'role-not-manageable': 403,
  'self-removal': 403,
  'last-owner': 409,
  'account-owner-protected': 409,
  'deactivate-first': 409,
  'bulk-blocked': 409,
  'managed-by-idp': 409,
  'membership-deactivated': 401,
  'credential-invalid': 401,
  'invalid-value': 400,
};

/** The status of domain.md §7, the same at every door for all of these. */
export function statusOf(code: string): number {
  const status = statuses[code];
  if (status === undefined) throw new Error(`no status is known for ${code}`);
  return status;
}

/** Whether a refusal leaves a row in the audit: not what was merely not found, mistaken or asked by nobody. */
export function isAudited(code: string): boolean {
  return [403, 409].includes(statusOf(code));
}
