// What many operations of the team API read: each shape with the sentence that says what would be right.
import { z } from 'zod';
import { roleKeyForm } from '../../domain/model/role.ts';

const longestReason = 1_000;

/** A parameter that is yes or no. */
export const yesOrNo = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** An id in a body or a parameter; `of` says what of. */
export function idShape(of: string) {
  return z.guid(`must be the id of ${of}`).transform((id) => id.toLowerCase());
}

/** A moment as it is compared with times that are stored: with its distance from UTC, in years that the database knows, and no longer than one is. */
export const momentShape = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-01-31T12:00:00Z' })
  .refine((text) => text.length <= 40 && text >= '1970' && text < '2200', 'must be a time between the years 1970 and 2199');

/** One line of at most so many characters, as people write it. */
export function lineOf(most: number) {
  return z
    .string('must be a string')
    .trim()
    .min(1, 'must not be empty: leave it out where there is none')
    .max(most, `must have at most ${most} characters`)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'must be one line without control characters');
}

/** The key of a role, which the workspace may have or not. */
export const roleKey = z.string('must be the key of a role').regex(roleKeyForm, 'must be the key of a role: small letters, digits and hyphens, a letter first');

/** Why something is done, for the audit log. */
export const reason = lineOf(longestReason).meta({ description: 'Why, for the audit log.' });

/** The body of an act that may say why. */
export const reasonFields = z.strictObject({ reason: reason.optional() });
