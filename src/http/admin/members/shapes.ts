// What the operations on members read and answer.
import { z } from 'zod';
import { roleKeys, type RoleKey } from '../../../domain/model/role.ts';
import { pageParameters } from '../paging.ts';
import { idShape, yesOrNo } from '../shapes.ts';

const longestSearch = 200;
const statuses = ['invited', 'active', 'deactivated'] as const;
const orders = ['name', 'userName', 'createdAt', 'lastLoginAt'] as const;

const roles = z.enum(roleKeys as [RoleKey, ...RoleKey[]], `must be one of ${roleKeys.join(', ')}`);

/** The body of a change of role. */
export const roleFields = z.strictObject({ role: roles });

/** The parameters of the list of members. */
export const listParameters = z.strictObject({
  q: z.string().trim().min(1, 'must not be empty').max(longestSearch, `must have at most ${longestSearch} characters`).regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must have no control characters').optional(),
  status: z.enum(statuses, `must be one of ${statuses.join(', ')}`).optional(),
  role: roles.optional(),
  group: idShape('a group').optional(),
  managed: yesOrNo.optional(),
  hideDeactivated: yesOrNo.default(false),
  sort: z
    .string()
    .regex(new RegExp(`^-?(${orders.join('|')})$`, 'u'), `must be one of ${orders.join(', ')}, with a - in front for the other direction`)
    .transform((text) => ({ order: text.replace('-', '') as (typeof orders)[number], descending: text.startsWith('-') }))
    .default({ order: 'name', descending: false }),
  ...pageParameters,
});

const time = z.iso.datetime();
const named = z.object({ id: z.guid(), name: z.string() });

/** A member as answers show it. */
export const memberShape = z
  .object({
    id: z.guid(),
    userName: z.string(),
    name: z.object({ display: z.string().nullable(), formatted: z.string().nullable(), given: z.string().nullable(), family: z.string().nullable() }),
    emails: z.array(z.object({ value: z.string(), type: z.string().nullable(), primary: z.boolean() })),
    status: z.enum(statuses),
    role: z.string(),
    roleSource: z.enum(['direct', 'group']),
    seatHeld: z.boolean(),
    holds: z.array(z.object({ source: z.string(), since: time })),
    groups: z.array(named),
    managedBy: z.array(z.object({ id: z.guid(), label: z.string() })),
    createdAt: time,
    updatedAt: time,
    lastLoginAt: time.nullable(),
    version: z.int().min(1),
  })
  .meta({ id: 'Member' });
