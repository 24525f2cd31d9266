// A member as the team API shows it: JSON of its own, without SCIM's names and addresses.
import type { z } from 'zod';
import type { MemberView } from '../../../domain/model/membership.ts';
import type { memberShape } from './shapes.ts';

/** The JSON of a member. */
export type ShownMember = z.output<typeof memberShape>;

/** What is not known is null; lists are never missing. */
export function showMember(view: MemberView): ShownMember {
  const { id, userName, profile, status, role, roleSource, seatHeld, holds = [], groups = [], managedBy = [], createdAt, updatedAt, lastLoginAt = null, scheduledDeactivation = null, accountOwner = false, removedAt = null, version } = view;
  const name = isRecord(profile['name']) ? profile['name'] : {};
  return {
    id,
    userName,
    name: { display: textOf(profile['displayName']), formatted: textOf(name['formatted']), given: textOf(name['givenName']), family: textOf(name['familyName']) },
    emails: emailsOf(profile['emails']),
    status,
    role,
    roleSource,
    seatHeld,
    holds: [...holds],
    scheduledDeactivation,
    groups: groups.map((group) => ({ id: group.id, name: group.displayName })),
    managedBy: [...managedBy],
    createdAt,
    updatedAt,
    lastLoginAt,
    accountOwner,
    removedAt,
    version,
  };
}

function emailsOf(given: unknown): ShownMember['emails'] {
  if (!Array.isArray(given)) return [];
  return given.filter(isRecord).flatMap(({ value, type, primary }) => (typeof value === 'string' ? [{ value, type: textOf(type), primary: primary === true }] : []));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
