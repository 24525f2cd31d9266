// What the operations on members read and answer.
import { z } from 'zod';
import type { TeamFilter } from '../../../domain/ports.ts';
import { pageParameters } from '../paging.ts';
import { bookingDay } from '../schedules/shapes.ts';
import { idShape, reason, yesOrNo, roleKey } from '../shapes.ts';
import { previewField } from './act-on-members.ts';

const longestSearch = 200;
const statuses = ['invited', 'active', 'deactivated'] as const;
const orders = ['name', 'userName', 'createdAt', 'lastLoginAt'] as const;

/** The body of a change of role. */
export const roleFields = z.strictObject({ role: roleKey, ...previewField });

const why = { reason: reason.optional(), ...previewField };
const reassignTo = idShape('a member').optional().meta({ description: 'Who gets what is reattributed; without it the person who acts.' });
const flag = () => z.boolean('must be true or false');

/** The body of a removal. */
export const removalFields = z.strictObject({ ...why, reassignTo, revokeApiKeys: flag().optional().meta({ description: 'Whether the API keys end for good; else those for the host application go on.' }) });

/** The body of a deactivation, now or `on` a day. */
export const deactivationFields = z
  .strictObject({ ...why, on: bookingDay.optional().meta({ description: 'A day at the end of which it happens, in the time zone of the workspace; without it now.' }), reassignTo, suspendApiKeys: flag().optional().meta({ description: 'Whether the API keys rest until the reactivation.' }) })
  .refine(({ on, reassignTo: receiver }) => on === undefined || receiver === undefined, { path: ['reassignTo'], message: 'cannot be chosen for a day to come: what is reattributed then goes to the system' });

/** The body of a reactivation; an override has to say why. */
export const reactivationFields = z
  .strictObject({ ...why, override: flag().default(false).meta({ description: 'Lets the member in although an identity provider says no; an owner may, with a reason.' }) })
  .refine(({ override, reason: given }) => !override || given !== undefined, { path: ['reason'], message: 'must say why the identity provider is overridden' });

/** The body of a restoration. */
export const restorationFields = z.strictObject(why);

const filters = {
  q: z.string().trim().min(1, 'must not be empty').max(longestSearch, `must have at most ${longestSearch} characters`).regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must have no control characters').optional(),
  status: z.enum(statuses, `must be one of ${statuses.join(', ')}`).optional(),
  role: roleKey.optional(),
  group: idShape('a group').optional(),
  managed: yesOrNo.optional(),
  hideDeactivated: yesOrNo.default(false),
  removed: yesOrNo.default(false),
  sort: z
    .string()
    .regex(new RegExp(`^-?(${orders.join('|')})$`, 'u'), `must be one of ${orders.join(', ')}, with a - in front for the other direction`)
    .transform((text) => ({ order: text.replace('-', '') as (typeof orders)[number], descending: text.startsWith('-') }))
    .default({ order: 'name', descending: false }),
};

/** The parameters of the list of members. */
export const listParameters = z.strictObject({ ...filters, ...pageParameters });

const formats = ['csv', 'jsonl'] as const;

/** The parameters of the export: those of the list without its pages. */
export const exportParameters = z.strictObject({ format: z.enum(formats, `must be one of ${formats.join(', ')}`), ...filters });

/** The filter in the parameters of a list. */
export function filterOf({ q: search, status, role, group: groupId, managed, hideDeactivated, removed }: Omit<z.output<typeof exportParameters>, 'format' | 'sort'>): TeamFilter {
  return { search, status, role, groupId, managed, hideDeactivated, removed };
}

const time = z.iso.datetime();
const named = z.object({ id: z.guid(), name: z.string() });

/** Who placed a hold, and why, is told of one member, not in lists. */
const holdShape = z.object({
  source: z.string(),
  since: time,
  reason: z.string().nullable().optional(),
  by: z.object({ kind: z.string(), id: z.guid().nullable(), name: z.string().nullable() }).nullable().optional(),
});

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
    holds: z.array(holdShape),
    scheduledDeactivation: time.nullable(),
    groups: z.array(named),
    managedBy: z.array(z.object({ id: z.guid(), label: z.string() })),
    createdAt: time,
    updatedAt: time,
    lastLoginAt: time.nullable(),
    accountOwner: z.boolean(),
    removedAt: time.nullable(),
    version: z.int().min(1),
  })
  .meta({ id: 'Member' });
