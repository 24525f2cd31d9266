// What the operations on belongings and API keys read and answer.
import { z } from 'zod';
import { isKeyScope, type KeyScope } from '../../../domain/model/api-key.ts';
import { pageParameters } from '../paging.ts';
import { idShape, lineOf, yesOrNo } from '../shapes.ts';

const longestName = 200;
const mostScopes = 20;
const keyStatuses = ['active', 'suspended', 'expired', 'revoked'] as const;

const time = z.iso.datetime();
const memberOrSystem = z.union([z.literal('system'), idShape('a member')], 'must be the id of a member, or "system"');
const workspace = z
  .string()
  .min(1, 'must be the slug or the id of a workspace')
  .max(200, 'must be the slug or the id of a workspace')
  .optional()
  .meta({ description: 'For the host application: the slug or the id of the workspace. A person’s token has its workspace.' });

/** The parameters of everything about one resource. */
export const placeParameters = z.strictObject({ workspace });

/** The parameters of the list of resources. */
export const resourceParameters = z.strictObject({
  workspace,
  owner: memberOrSystem.optional(),
  creator: idShape('a member').optional(),
  kind: lineOf(40).optional(),
  handover: idShape('a handover, as the event resource_reattribute names it').optional(),
  ...pageParameters,
});

/** The body of a registration. */
export const resourceFields = z.strictObject({ owner: memberOrSystem, name: lineOf(longestName).optional() });

const named = {
  id: z.guid(),
  kind: z.string(),
  externalRef: z.string(),
  name: z.string().nullable(),
  onDeparture: z.enum(['reattribute', 'keep-creator', 'keep-attribution']).nullable(),
  createdBy: z.string().meta({ description: 'The member who owned it first, or `system`; never changes.' }),
  owner: z.string().meta({ description: 'A member, or `system`.' }),
};

/** A resource as a registration answers it. */
export const registeredShape = z.object(named).meta({ id: 'RegisteredResource' });

/** A resource as reads show it. */
export const resourceShape = z
  .object({
    ...named,
    heldFor: z.guid().nullable().meta({ description: 'The member to whom a reactivation or restore gives it back.' }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'OwnedResource' });

/** The body of a new key. */
export const keyFields = z.strictObject({
  name: lineOf(longestName),
  scopes: z
    .array(z.string('must be a text').refine(isKeyScope, 'must be scim.read, scim.write, admin.read, admin.write, or app: with a name'), 'must be a list of scopes')
    .min(1, 'must name a scope at least')
    .max(mostScopes, `must have at most ${mostScopes} scopes`)
    .transform((scopes) => [...new Set(scopes as KeyScope[])]),
  expiresAt: z.iso
    .datetime({ offset: true, error: 'must be a moment in ISO 8601, such as 2030-01-31T12:00:00Z' })
    .transform((text) => new Date(text))
    .refine((moment) => moment.getTime() > Date.now() && moment.getUTCFullYear() < 10_000, 'must be a moment to come')
    .optional(),
});

/** The parameters of the list of keys. */
export const keyParameters = z.strictObject({
  creator: idShape('a member').optional(),
  status: z.enum(keyStatuses, `must be one of ${keyStatuses.join(', ')}`).optional(),
  leftBehind: yesOrNo.optional(),
  ...pageParameters,
});

/** The parameters of the list of one member's keys. */
export const keysOfParameters = z.strictObject({ ...pageParameters });

/** A key as answers show it. */
export const keyShape = z
  .object({
    id: z.guid(),
    name: z.string(),
    scopes: z.array(z.string()),
    status: z.enum(keyStatuses),
    creator: z.object({ id: z.guid(), userName: z.string(), status: z.enum(['invited', 'active', 'deactivated', 'removed']) }),
    createdAt: time,
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
  })
  .meta({ id: 'ApiKey' });

/** A key just made; the token is shown this once. */
export const newKeyShape = z.object({ id: z.guid(), name: z.string(), scopes: z.array(z.string()), expiresAt: time.nullable(), token: z.string() }).meta({ id: 'NewApiKey' });
