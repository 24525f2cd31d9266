// What a workspace lets one connection do, and how: the policy of an identity provider's connection.

/** Roles that a connection may be allowed to grant by itself. */
export type GrantableRole = 'member' | 'admin';

/** What happens when a connection ends the access of unusually many: nothing but a notice, or a stop. */
export interface BreakerPolicy {
  readonly mode: 'off' | 'alert' | 'hold';
  /** So many members may be deactivated or removed in one window. */
  readonly most: number;
  readonly windowMinutes: number;
}

/** The whole policy of a connection; what is not stored is as in `usualConnectionPolicy`. */
export interface ConnectionPolicy {
  /** `auto` understands the quirks of known clients, `strict` refuses what RFC 7644 does not allow. */
  readonly dialect: 'auto' | 'strict';
  /** The role of people that the connection provisions. */
  readonly defaultRole: GrantableRole;
  /** The strongest role that the connection may give, by whatever way. */
  readonly maxRole: GrantableRole;
  /** Whether groups that it pushes may make owners. */
  readonly ownerFromGroups: boolean;
  /** Whether a value of the attribute `roles` that names a role asserts it. */
  readonly rolesGrant: boolean;
  /** What becomes of a group push that names members who do not exist. */
  readonly unknownMembers: 'reject' | 'skip';
  /** Whether it may change members that it did not link by an externalId. */
  readonly unlinkedMembers: 'allow' | 'refuse';
  /** What becomes of the API keys of whom it removes. */
  readonly keysOnRemoval: 'keep' | 'revoke';
  /** Whether somebody whom an admin removed comes back with access when it provisions them again, or held until an admin agrees. */
  readonly reprovision: 'allow' | 'hold';
  readonly breaker: BreakerPolicy;
  /** How long requests are kept, 0 for not at all, and whether their masked bodies are kept with them. */
  readonly log: { readonly retentionDays: number; readonly bodies: boolean };
}

/** The policy of a connection for which nothing was decided. */
export const usualConnectionPolicy: ConnectionPolicy = {
  dialect: 'auto',
  defaultRole: 'member',
  maxRole: 'member',
  ownerFromGroups: false,
  rolesGrant: false,
  unknownMembers: 'reject',
  unlinkedMembers: 'allow',
  keysOnRemoval: 'keep',
  reprovision: 'allow',
  breaker: { mode: 'alert', most: 50, windowMinutes: 60 },
  log: { retentionDays: 7, bodies: false },
};

/** Some of the parts; what is undefined is not among them. */
type Some<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** The parts of a policy that are to be other than before. */
export type PolicyChange = Some<Omit<ConnectionPolicy, 'breaker' | 'log'>> & { readonly breaker?: Some<BreakerPolicy> | undefined; readonly log?: Some<ConnectionPolicy['log']> | undefined };

/** A policy with a change made to it. */
export function changedPolicy(policy: ConnectionPolicy, { breaker, log, ...change }: PolicyChange): ConnectionPolicy {
  return { ...merged(policy, change), breaker: merged(policy.breaker, breaker ?? {}), log: merged(policy.log, log ?? {}) };
}

/** Where the change says nothing, or undefined, all stays. */
function merged<T extends object>(now: T, change: Some<T>): T {
  return { ...now, ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) };
}

/** The names of what differs, the parts of an object each by itself: `breaker.mode`. */
export function policyFields(before: ConnectionPolicy, after: ConnectionPolicy): string[] {
  const told = (policy: ConnectionPolicy) => new Map(Object.entries(policy).flatMap(([name, value]) => leavesOf(name, value)));
  const then = told(before);
  return [...told(after)].flatMap(([name, value]) => (then.get(name) === value ? [] : [name]));
}

function leavesOf(name: string, value: unknown): (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[name, value]];
  return Object.entries(value).map(([part, inner]) => [`${name}.${part}`, inner] as const);
}
