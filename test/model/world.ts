// The model: who is seated where, kept by the plainest rules that fit the specification; it shares nothing with the server but words.

export const workspaceNames = ['A', 'B'] as const;
export type WorkspaceName = (typeof workspaceNames)[number];
export type Role = 'owner' | 'admin' | 'member';
export type Hold = 'admin' | 'c1' | 'c2';

/** A membership, removed ones included; `person` is the e-mail and so the account inside the organization. */
export interface Seated {
  readonly workspace: WorkspaceName;
  readonly person: string;
  /** The id that the server gave. */
  readonly id: string;
  status: 'invited' | 'active' | 'deactivated';
  base: Role;
  readonly holds: Set<Hold>;
  accepted: boolean;
  removed: boolean;
  /** Whether what describes it is as the model pushes it: an invitation has other words. */
  pushed: boolean;
  /** How often access ended: tokens of an earlier time are dead. */
  ended: number;
  groups: Set<string>;
}

export interface ModelGroup {
  readonly workspace: WorkspaceName;
  readonly id: string;
  mapped: Role | undefined;
  removed: boolean;
}

export interface World {
  readonly seats: number | undefined;
  readonly domain: string;
  accountOwner: string;
  readonly members: Seated[];
  readonly groups: ModelGroup[];
  /** Audit rows that must be there, for both workspaces together. */
  successes: number;
  denials: number;
}

export const rank: Readonly<Record<Role, number>> = { owner: 100, admin: 80, member: 20 };

/** Who asks: a connection, or a person by one of its memberships with what the token was made for. */
export type Actor = { readonly kind: 'connection'; readonly name: 'c1' | 'c2' } | { readonly kind: 'person'; readonly self: Seated; readonly ended: number };

export function liveIn(world: World, workspace: WorkspaceName): Seated[] {
  return world.members.filter((one) => one.workspace === workspace && !one.removed);
}

/** The strongest of the own role and those of groups. */
export function roleIn(world: World, member: Seated): Role {
  const mapped = world.groups.flatMap(({ id, mapped: role, removed }) => (role !== undefined && !removed && member.groups.has(id) ? [role] : []));
  return [member.base, ...mapped].toSorted((one, other) => rank[other] - rank[one])[0] ?? member.base;
}

function holdsSeat(member: Seated): boolean {
  return !member.removed && (member.status === 'active' || member.status === 'invited' || member.accepted);
}

export function seatsUsed(world: World): number {
  return new Set(world.members.filter(holdsSeat).map(({ person }) => person)).size;
}

/** Whether a person who holds no seat yet could take one. */
export function seatFor(world: World, person: string): boolean {
  return world.seats === undefined || world.members.some((one) => one.person === person && holdsSeat(one)) || seatsUsed(world) < world.seats;
}

function activeOwners(world: World, workspace: WorkspaceName): Seated[] {
  return liveIn(world, workspace).filter((one) => one.status === 'active' && roleIn(world, one) === 'owner');
}

/** What stands between an actor and an act, first in guard order; undefined when nothing does. */
export type Refused = 401 | 403 | 404 | 409;

/** Whether the token still works. */
export function admitted(actor: Actor): Refused | undefined {
  if (actor.kind === 'connection') return undefined;
  const { self, ended } = actor;
  return self.removed || self.status !== 'active' || self.ended !== ended ? 401 : undefined;
}

export type Act = { readonly kind: 'update' | 'reactivate' | 'deactivate' | 'remove' } | { readonly kind: 'role'; readonly to: Role };

/** Domain.md §4 in its order; `leaving` go together with the target. */
export function guard(world: World, actor: Actor, act: Act, target: Seated, leaving: readonly Seated[] = [target]): Refused | undefined {
  const ends = act.kind === 'remove' || act.kind === 'deactivate';
  if (actor.kind === 'person') {
    const own = roleIn(world, actor.self);
    if (own === 'member') return actor.self === target ? 403 : 404;
    const reaches = (role: Role) => rank[own] >= rank[role] && (role !== 'owner' || own === 'owner');
    if (!reaches(roleIn(world, target)) || (act.kind === 'role' && !reaches(act.to))) return 403;
    if (actor.self === target && ends) return 403;
  }
  const takesOwnership = ends || (act.kind === 'role' && act.to !== 'owner');
  const isLast = target.status === 'active' && roleIn(world, target) === 'owner' && activeOwners(world, target.workspace).every((owner) => leaving.includes(owner));
  if (isLast && takesOwnership) return 409;
  const demotes = act.kind === 'role' ? rank[act.to] < rank[target.base] : ends;
  return target.person === world.accountOwner && demotes ? 409 : undefined;
}
