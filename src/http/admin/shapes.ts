// What the team API reads: the members of bodies and the parameters of queries, each with the sentence that says what would be right.
import { z } from 'zod';
import { roleKeys, type RoleKey } from '../../domain/model/role.ts';

const longestReason = 1_000;
const longestSearch = 200;
const longestCursor = 8_192;
const statuses = ['invited', 'active', 'deactivated'] as const;
const orders = ['name', 'userName', 'createdAt', 'lastLoginAt'] as const;

/** Most members on a page, and how many there are on one whose size is not given. */
const pageSizes = { most: 200, usual: 50 };

const roles = z.enum(roleKeys as [RoleKey, ...RoleKey[]], `must be one of ${roleKeys.join(', ')}`);
const yesOrNo = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

const reason = z
  .string('must be a string')
  .trim()
  .min(1, 'must not be empty: leave it out where there is none')
  .max(longestReason, `must have at most ${longestReason} characters`)
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'must be one line without control characters');

/** The body of an act that may say why. */
export const reasonFields = z.strictObject({ reason: reason.optional() });

/** The body of a change of role. */
export const roleFields = z.strictObject({ role: roles });

/** No parameters at all. */
export const noParameters = z.strictObject({});

/** The parameters of the list of members. */
export const listParameters = z.strictObject({
  q: z.string().trim().min(1, 'must not be empty').max(longestSearch, `must have at most ${longestSearch} characters`).regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must have no control characters').optional(),
  status: z.enum(statuses, `must be one of ${statuses.join(', ')}`).optional(),
  role: roles.optional(),
  group: z.guid('must be the id of a group').transform((id) => id.toLowerCase()).optional(),
  managed: yesOrNo.optional(),
  hideDeactivated: yesOrNo.default(false),
  sort: z
    .string()
    .regex(new RegExp(`^-?(${orders.join('|')})$`, 'u'), `must be one of ${orders.join(', ')}, with a - in front for the other direction`)
    .transform((text) => ({ order: text.replace('-', '') as (typeof orders)[number], descending: text.startsWith('-') }))
    .default({ order: 'name', descending: false }),
  cursor: z.string().min(1, 'must be nextCursor or previousCursor of a page').max(longestCursor, 'must be nextCursor or previousCursor of a page').optional(),
  limit: z
    .string()
    .regex(/^\d{1,9}$/u, `must be a whole number from 1 to ${pageSizes.most}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= pageSizes.most, `must be a whole number from 1 to ${pageSizes.most}`)
    .default(pageSizes.usual),
});
