// What follows from other events under the exclusive lock: an owner's successor takes over, and demotions that had to wait are made up for.
import type { DomainEvent } from '../events.ts';
import type { Actor } from '../model/caller.ts';
import type { Owner } from '../model/membership.ts';
import type { Ground } from '../ports.ts';
import type { Blocker } from '../refusals.ts';
import { effectiveRole } from '../rules/effective-role.ts';
import { isActiveOwner } from '../rules/guarded-act.ts';
import { settleRoles, type OwnerGround } from '../rules/settle-roles.ts';
import { moveOf, roleEvents } from './role-moves.ts';

type Present = OwnerGround['owners'][number];

/** Events that settle roles themselves, owners who wait included. */
const settling: ReadonlySet<DomainEvent['kind']> = new Set(['groupChanged', 'groupRemoved', 'mappingSet', 'mappingUnset', 'roleDefined']);
/** Events about a member that leave it the owner that it is. */
const neutral: ReadonlySet<DomainEvent['kind']> = new Set(['memberUpdated']);

/**
 * The successor who takes over what the blockers protect, when an identity provider takes the owner away: active and human at this moment,
 * and named for the account ownership too where that is at stake.
 */
export function successorFor(owner: Owner, blockers: readonly Pick<Blocker, 'rule'>[]): Owner['successor'] {
  const { successor } = owner;
  if (successor === undefined || successor.status !== 'active' || !successor.human || successor.id === owner.id) return undefined;
  if (!blockers.every(({ rule }) => rule === 'last-owner' || rule === 'account-owner-protected')) return undefined;
  return successor.alsoAccount || blockers.every(({ rule }) => rule === 'last-owner') ? successor : undefined;
}

/** The events with what must come before and after them. Nothing follows from nothing. */
export function withConsequences(ground: Ground, actor: Actor, events: readonly DomainEvent[]): readonly DomainEvent[] {
  const { owners } = ground;
  if (owners === undefined || events.length === 0) return events;
  const all = [...successions(ground, actor, owners, events), ...events];
  return [...all, ...madeUpFor(ground, owners, all)];
}

/** The guards let a connection end the last owner's access only where a successor is named. */
function successions(ground: Ground, actor: Actor, owners: readonly Owner[], events: readonly DomainEvent[]): DomainEvent[] {
  if (actor.kind !== 'connection') return [];
  const { accountOwnerId } = ground.workspace.organization;
  const stay = ownersAfter(owners, events).some(isActiveOwner);
  return events.flatMap((event): DomainEvent[] => {
    const owner = event.kind === 'memberRemoved' || event.kind === 'memberDeactivated' ? owners.find(({ id }) => id === event.id) : undefined;
    // Who is deactivated and removed in one go is followed once.
    const again = event.kind === 'memberRemoved' && events.some((other) => other.kind === 'memberDeactivated' && other.id === event.id);
    if (owner === undefined || again) return [];
    const account = owner.accountId === accountOwnerId;
    const successor = account || (!stay && isActiveOwner(owner)) ? successorFor(owner, account ? [{ rule: 'account-owner-protected' }] : [{ rule: 'last-owner' }]) : undefined;
    if (successor === undefined) return [];
    const fromRole = effectiveRole(ground.workspace.roles, 'admin', owner.groupRoles.map(({ role }) => role));
    return [{ kind: 'ownershipTransferred', toId: successor.id, from: { id: owner.id, role: fromRole }, newAccountOwner: account ? successor.accountId : undefined, by: 'nomination', reason: undefined }];
  });
}

function madeUpFor(ground: Ground, owners: readonly Owner[], events: readonly DomainEvent[]): DomainEvent[] {
  if (events.some(({ kind }) => settling.has(kind))) return [];
  const mentioned = new Set(events.flatMap(idsIn));
  const waiting = owners.filter(({ id }) => !mentioned.has(id)).map((owner) => moveOf(ground, owner, owner.groupRoles));
  const passed = events.findLast((event) => event.kind === 'ownershipTransferred' && event.newAccountOwner !== undefined);
  const accountOwnerId = passed?.kind === 'ownershipTransferred' ? passed.newAccountOwner : ground.workspace.organization.accountOwnerId;
  const settled = settleRoles(waiting, { owners: ownersAfter(owners, events), accountOwnerId, roles: ground.workspace.roles });
  return roleEvents(ground, settled, { subjects: [], cause: 'withheld', actor: undefined });
}

/** Owners who certainly are owners afterwards: nobody is counted of whom an event says what is not known here. */
function ownersAfter(owners: readonly Owner[], events: readonly DomainEvent[]): Present[] {
  const touched = new Set(events.filter(({ kind }) => !neutral.has(kind)).flatMap(idsIn));
  const made = events.flatMap((event): Present[] => {
    if ((event.kind === 'roleChanged' || event.kind === 'effectiveRoleChanged') && event.owns) return [activeOwner(event.id)];
    if (event.kind === 'ownershipTransferred') return [activeOwner(event.toId)];
    const back = event.kind === 'memberReactivated' ? owners.find(({ id, human }) => id === event.id && human) : undefined;
    return back === undefined ? [] : [activeOwner(back.id)];
  });
  return [...owners.filter(({ id }) => !touched.has(id)), ...made];
}

function activeOwner(id: string): Present {
  return { id, role: 'owner', status: 'active', human: true };
}

function idsIn(event: DomainEvent): string[] {
  const { id, toId, from, ids } = event as { id?: unknown; toId?: unknown; from?: unknown; ids?: unknown };
  const giver = typeof from === 'object' && from !== null && 'id' in from ? from.id : undefined;
  return [id, toId, giver, ...(Array.isArray(ids) ? (ids as unknown[]) : [])].filter((value) => typeof value === 'string');
}
