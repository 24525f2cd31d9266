// What the operations on roles, groups and ownership read and answer.
import { z } from 'zod';
import { intentShape } from '../connections/shapes.ts';
import { customRanks, permissions } from '../../../domain/model/role.ts';
import { pageParameters } from '../paging.ts';
import { idShape, lineOf, reason, roleKey, yesOrNo } from '../shapes.ts';

const longestName = 80;
const longestSearch = 200;

const rank = z.int(`must be a whole number from ${customRanks.lowest} to ${customRanks.highest}`).min(customRanks.lowest, `must be at least ${customRanks.lowest}`).max(customRanks.highest, `must be at most ${customRanks.highest}`);
const allowed = z.array(z.enum(permissions, `must be one of ${permissions.join(', ')}`), 'must be a list of permissions').max(permissions.length, 'must not name more permissions than there are');

/** The body of a new role. */
export const newRoleFields = z.strictObject({ key: roleKey, name: lineOf(longestName), rank, permissions: allowed.default([]) });

/** The body of a changed role; what is left out stays. */
export const roleFields = z.strictObject({ name: lineOf(longestName).optional(), rank: rank.optional(), permissions: allowed.optional() });

/** Whether the act is only to be tried. */
export const dryRunParameter = z.strictObject({ dryRun: yesOrNo.default(false) });

/** The body of a role that a group gives. */
export const groupRoleFields = z.strictObject({ role: roleKey });

/** The parameters of the list of groups. */
export const groupParameters = z.strictObject({
  q: z.string().trim().min(1, 'must not be empty').max(longestSearch, `must have at most ${longestSearch} characters`).regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must have no control characters').optional(),
  mapped: yesOrNo.optional(),
  sort: z.enum(['name', '-name'], 'must be name, or -name for the other direction').default('name'),
  ...pageParameters,
});

const alsoAccount = z.boolean('must be true or false').default(false).meta({ description: 'Whether the account goes with the workspace; the account owner must say so.' });

/** The body of a transfer. */
export const transferFields = z.strictObject({ to: idShape('a member').meta({ description: 'Who becomes owner.' }), alsoAccount, reason: reason.optional() });

/** The body of a nomination. */
export const successorFields = z.strictObject({ member: idShape('a member').meta({ description: 'Who follows.' }), alsoAccount });

const time = z.iso.datetime();

/** A role as answers show it. */
export const roleShape = z
  .object({
    key: z.string(),
    name: z.string(),
    rank: z.int(),
    permissions: z.array(z.enum(permissions)),
    builtIn: z.boolean(),
    members: z.int().min(0),
    groups: z.int().min(0),
    version: z.int().min(1).nullable(),
  })
  .meta({ id: 'Role' });

/** All roles. */
export const rolesShape = z.object({ items: z.array(roleShape) });

/** A group as answers show it. */
export const groupShape = z
  .object({ id: z.guid(), name: z.string(), memberCount: z.int().min(0), role: z.string().nullable(), createdAt: time, updatedAt: time })
  .meta({ id: 'Group' });

/** What a change of a group's role does, or would do. */
export const groupRoleShape = z
  .object({
    dryRun: z.boolean(),
    group: z.object({ id: z.guid(), name: z.string() }),
    role: z.string().nullable(),
    members: z.array(z.object({ id: z.guid(), userName: z.string(), from: z.string(), to: z.string(), outcome: z.enum(['changed', 'withheld']) })),
  })
  .meta({ id: 'GroupRole' });

const party = z.object({ id: z.guid(), userName: z.string(), role: z.string(), accountOwner: z.boolean() });

/** Both sides of a transfer. */
export const transferShape = z.object({ dryRun: z.boolean(), to: party, from: party.nullable(), blockedIntents: z.array(intentShape) }).meta({ id: 'OwnershipTransfer' });

/** Whom the caller has named. */
export const successorShape = z
  .object({ successor: z.object({ id: z.guid(), userName: z.string(), alsoAccount: z.boolean() }).nullable() })
  .meta({ id: 'Successor' });
