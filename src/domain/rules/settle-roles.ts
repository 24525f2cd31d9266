// Who gets another role in force, and whose demotion has to wait because the workspace would lose its last owner or its account owner.
import type { Owner, RoleSubject } from '../model/membership.ts';
import { roleIn, type RoleBook, type RoleKey } from '../model/role.ts';
import { isActiveOwner } from './guarded-act.ts';

/** A member and the role that is to be in force. */
export interface RoleMove {
  readonly subject: RoleSubject;
  readonly to: RoleKey;
}

/** Moves that happen, and demotions that are withheld; both in the order of ids. */
export interface Settled {
  readonly done: readonly RoleMove[];
  readonly withheld: readonly RoleMove[];
}

/** What is true of the workspace; `owners` are all there are before the moves, the owners who end otherwise in the same step left out. */
export interface OwnerGround {
  readonly owners: readonly Pick<Owner, 'id' | 'role' | 'status' | 'human'>[];
  readonly accountOwnerId: string | undefined;
  readonly roles: RoleBook;
}

/**
 * Settles all moves as one step: promotions count before demotions, and of several owners who would go at once the last one by id stays.
 * The account owner is never lowered (I2). A move to the role that is in force already is none.
 */
export function settleRoles(moves: readonly RoleMove[], { owners, accountOwnerId, roles }: OwnerGround): Settled {
  const active = new Set(owners.filter(isActiveOwner).map(({ id }) => id));
  const changes = moves.filter(({ subject, to }) => subject.role !== to).toSorted((one, other) => (one.subject.id < other.subject.id ? -1 : 1));
  for (const { subject, to } of changes) if (isActiveOwner({ ...subject, role: to })) active.add(subject.id);
  const held = (subject: RoleSubject, to: RoleKey): boolean => {
    if (subject.accountId === accountOwnerId) return roleIn(roles, to).rank < roleIn(roles, subject.role).rank;
    if (to === 'owner' || !active.has(subject.id)) return false;
    return active.size === 1 || !active.delete(subject.id);
  };
  const { done = [], withheld = [] } = Object.groupBy(changes, ({ subject, to }) => (held(subject, to) ? 'withheld' : 'done'));
  return { done, withheld };
}
