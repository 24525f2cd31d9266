// The effect of each event: one case per kind; a new event does not compile until it says what it changes and what the audit calls it.
import type { AreaEvent } from './areas/all.ts';
import { areaEffects } from './areas/effects.ts';
import type { Change } from './changes.ts';
import { claimOf, type Effect } from './effect.ts';
import type { DomainEvent } from './events.ts';
import { groupEffect } from './group-effect.ts';
import { resourceEffect } from './resource-effect.ts';

/** What an event does; `linkSpace` is the externalId space of the caller. */
export function effectOf(event: DomainEvent, linkSpace: string): Effect {
  if (!isOfArea(event)) return coreEffect(event, linkSpace);
  const effect: (event: never, linkSpace: string) => Effect = areaEffects[event.kind];
  return effect(event as never, linkSpace);
}

function isOfArea(event: DomainEvent): event is AreaEvent {
  return Object.hasOwn(areaEffects, event.kind);
}

function coreEffect(event: Exclude<DomainEvent, AreaEvent>, linkSpace: string): Effect {
  switch (event.kind) {
    case 'memberProvisioned':
      return provisioned(event, linkSpace);
    case 'invitationTakenOver': {
      const { id, accountId, role, seat } = event;
      const changes: Change[] = [{ kind: 'invitation.void', membershipId: id, as: 'superseded' }, update(id, { status: 'active', accepted: true, roles: { base: role, effective: event.effective } }), ...claimOf(accountId, seat)];
      return { changes, audit: { action: 'team_invitation_supersede', targetId: id }, seat: { ...seat, accountId } };
    }
    case 'invitationRevoked':
      return invitationRevoked(event);
    case 'memberUpdated':
      return updated(event, linkSpace);
    case 'memberDeactivated':
      return deactivated(event);
    case 'holdAdded':
      return {
        changes: [update(event.id, {}), { kind: 'hold.place', membershipId: event.id, source: event.hold }],
        audit: { action: 'team_membership_hold_add', targetId: event.id, metadata: { hold: event.hold }, reason: event.reason },
      };
    case 'memberReactivated': {
      const { id, accountId, lifted, firstTime, seat, reason, overrides = false } = event;
      const changes: Change[] = [update(id, { status: 'active', ...(firstTime ? { accepted: true as const } : {}) }), ...lift(id, lifted, linkSpace), ...claimOf(accountId, seat)];
      return { changes, audit: { action: 'team_membership_reactivate', targetId: id, metadata: { lifted, ...(overrides ? { override: true } : {}) }, reason }, seat: { ...seat, accountId } };
    }
    case 'reactivationWithheld': {
      const { id, lifted, remaining, reason, overrides = false } = event;
      const changes = lifted.length === 0 ? [] : [update(id, {}), ...lift(id, lifted, linkSpace)];
      return { changes, audit: { action: 'team_membership_reactivate', outcome: 'withheld', targetId: id, metadata: { lifted, remaining, ...(overrides ? { override: true } : {}) }, reason } };
    }
    case 'memberRemoved': {
      const { id, accountId, seat, notify, reason } = event;
      const changes: Change[] = [{ kind: 'schedule.drop', membershipId: id }, { kind: 'membership.remove', id }, ...claimOf(accountId, seat)];
      const mail = notify ? { template: 'membership_removed' as const, recipientId: id } : undefined;
      return { changes, audit: { action: 'team_membership_remove', targetId: id, reason }, seat: { ...seat, accountId }, mail };
    }
    case 'roleChanged':
      return {
        changes: [update(event.id, { roles: { base: event.to, effective: event.effective } }), ...(event.effective === 'owner' ? [{ kind: 'demotion.end' as const, membershipId: event.id }] : [])],
        audit: { action: 'team_membership_role_change', targetId: event.id, metadata: { from: event.from, to: event.to, ...(event.effective === event.to ? {} : { effective: event.effective }) } },
      };
    case 'ownershipTransferred':
      return transferred(event);
    case 'groupCreated':
    case 'groupChanged':
    case 'groupRemoved':
      return groupEffect(event, linkSpace);
    case 'resourceCreated':
    case 'resourceChanged':
    case 'resourceRemoved':
      return resourceEffect(event, linkSpace);
    case 'organizationCreated':
      return { changes: [{ ...event, kind: 'organization.insert' }], audit: { action: 'organization_create', targetId: event.id } };
    case 'workspaceCreated':
      return { changes: [{ kind: 'workspace.insert', id: event.id, slug: event.slug, name: event.name }], audit: { action: 'workspace_create', targetId: event.id } };
  }
}

type EventOf<K extends DomainEvent['kind']> = Extract<DomainEvent, { kind: K }>;

/** Whatever was booked is over with the access; the booking that this comes from was done. */
function deactivated({ id, accountId, hold, seat, reason, schedule }: EventOf<'memberDeactivated'>): Effect {
  const booked: Change[] = schedule === undefined ? [{ kind: 'schedule.drop', membershipId: id }] : [{ kind: 'schedule.end', id: schedule.id, as: 'done' }];
  const changes: Change[] = [update(id, { status: 'deactivated', endAccess: true }), { kind: 'hold.place', membershipId: id, source: hold }, ...booked, ...claimOf(accountId, seat)];
  const origin = schedule === undefined ? {} : { schedule: schedule.id, ...(schedule.bookedBy === undefined ? {} : { bookedBy: schedule.bookedBy }) };
  return { changes, audit: { action: 'team_membership_deactivate', targetId: id, metadata: { hold, ...origin }, reason }, seat: { ...seat, accountId } };
}

function invitationRevoked(event: EventOf<'invitationRevoked'>): Effect {
  const { id, accountId, seat } = event;
  const after: Change = event.removes ? { kind: 'membership.remove', id } : update(id, { roles: { base: event.role, effective: event.effective } });
  const dropped: Change[] = event.removes ? [{ kind: 'schedule.drop', membershipId: id }] : [];
  const changes: Change[] = [{ kind: 'invitation.void', membershipId: id, as: 'revoked' }, ...claimOf(accountId, seat), ...dropped, after];
  return { changes, audit: { action: 'team_invitation_revoke', targetId: id, reason: event.reason }, seat: { ...seat, accountId } };
}

function provisioned(event: EventOf<'memberProvisioned'>, linkSpace: string): Effect {
  const { id, account, particulars, role, holds, seat } = event;
  const active = holds.length === 0;
  const { externalId } = particulars;
  const changes: Change[] = [
    ...(account.isNew ? [{ kind: 'account.insert' as const, id: account.id, key: account.key }] : []),
    { kind: 'membership.insert', id, accountId: account.id, status: active ? 'active' : 'deactivated', accepted: active, role, particulars },
    ...(externalId === undefined ? [] : [{ kind: 'link.put' as const, membershipId: id, linkSpace, externalId }]),
    ...holds.map((source) => ({ kind: 'hold.place' as const, membershipId: id, source })),
    ...claimOf(account.id, seat),
  ];
  const metadata = { role, active, account: account.id };
  return { changes, audit: { action: 'team_membership_provision', targetId: id, metadata }, seat: { ...seat, accountId: account.id } };
}

function updated(event: EventOf<'memberUpdated'>, linkSpace: string): Effect {
  const { id, particulars, fields, relinked } = event;
  const changes: Change[] = [update(id, { particulars })];
  if (relinked) changes.push({ kind: 'link.put', membershipId: id, linkSpace, externalId: particulars.externalId });
  return { changes, audit: { action: 'team_membership_update', targetId: id, metadata: { fields } } };
}

function transferred({ toId, from, newAccountOwner, by, reason }: EventOf<'ownershipTransferred'>): Effect {
  const changes: Change[] = [update(toId, { roles: { base: 'owner', effective: 'owner' } }), { kind: 'demotion.end', membershipId: toId }];
  if (from !== undefined) changes.push(update(from.id, { roles: { base: 'admin', effective: from.role } }), { kind: 'successor.delete', ownerId: from.id });
  if (newAccountOwner !== undefined) changes.push({ kind: 'organization.accountOwner', accountId: newAccountOwner });
  const metadata = { account: newAccountOwner !== undefined, ...(from === undefined ? {} : { from: from.id }), ...(by === 'nomination' ? { by } : {}) };
  return { changes, audit: { action: 'team_ownership_transfer', targetId: toId, metadata, reason } };
}

function update(id: string, set: Extract<Change, { kind: 'membership.update' }>['set']): Change {
  return { kind: 'membership.update', id, set };
}

function lift(membershipId: string, sources: readonly EventOf<'holdAdded'>['hold'][], linkSpace: string): Change[] {
  return sources.map((source) => ({ kind: 'hold.lift', membershipId, source, asserted: source === `idp:${linkSpace}` }));
}
