// Usher's own read-only extension of User: what the workspace knows about the membership behind a user.
import type { Attribute, Schema } from './attribute.ts';
import { define, flag, list, text } from './define.ts';

const shown = { mutability: 'readOnly', returned: 'request' } as const;
const part = { mutability: 'readOnly' } as const;

const holds: Attribute = list(
  'holds',
  'Why the person is deactivated: one element for each source that has not lifted its hold.',
  [
    text('source', 'Who holds: admin, idp:{connection}, schedule or policy.', { ...part, caseExact: true }),
    text('reason', 'Reason given for the hold.', part),
    define('since', 'dateTime', 'When the hold began.', part),
  ],
  { ...shown, stored: 'holds' },
);

/** Returned only when asked for by name or by the URN (`returned: request`, https://www.rfc-editor.org/rfc/rfc7643#section-7). */
export const membershipExtension: Schema = {
  id: 'urn:usher:params:scim:schemas:extension:membership:2.0:User',
  name: 'Membership',
  description: 'The membership in the workspace that stands behind a user',
  attributes: [
    text('status', 'State of the membership.', { ...shown, canonicalValues: ['invited', 'active', 'deactivated'], stored: 'status' }),
    text('role', 'Role in force.', { ...shown, stored: 'role' }),
    text('roleSource', 'Where the role in force comes from.', { ...shown, canonicalValues: ['direct', 'group'], stored: 'roleSource' }),
    flag('seatHeld', 'Whether the person occupies a seat of the organization.', { ...shown, stored: 'seatHeld' }),
    holds,
    define('scheduledDeactivation', 'dateTime', 'When a booked deactivation will run.', { ...shown, stored: 'scheduledDeactivation' }),
  ],
};
