// The JSON of connections in requests and answers, each shape with the sentence that says what would be right.
import { z } from 'zod';
import { intentStatuses } from '../../../domain/areas/connection-reads.ts';
import { idShape, lineOf, momentShape, reason } from '../shapes.ts';
import { pageParameters } from '../paging.ts';

const longestLabel = 200;
const longestPath = 200;

const oneOf = <const V extends readonly [string, ...string[]]>(...values: V) => z.enum(values, `must be one of ${values.join(', ')}`);
const flag = z.boolean('must be true or false');
const whole = (least: number, most: number) => z.int(`must be a whole number from ${least} to ${most}`).min(least, `must be a whole number from ${least} to ${most}`).max(most, `must be a whole number from ${least} to ${most}`);

const breaker = { mode: oneOf('off', 'alert', 'hold').meta({ description: 'What happens beyond that: nothing, a notice, or no more departures.' }), most: whole(1, 100_000).meta({ description: 'How many departures in a window are usual.' }), windowMinutes: whole(1, 10_080) };
const log = { retentionDays: whole(0, 90).meta({ description: 'For how many days requests are kept.' }), bodies: flag.meta({ description: 'Whether masked bodies are kept.' }) };
const grantable = oneOf('member', 'admin');
const simple = {
  dialect: oneOf('auto', 'strict').meta({ description: 'Whether quirks of known clients in PATCH are forgiven.' }),
  defaultRole: grantable.meta({ description: 'The role of people it provisions.' }),
  maxRole: grantable.meta({ description: 'The most that it may give, by roles or by groups.' }),
  ownerFromGroups: flag.meta({ description: 'Whether it may fill a group that gives the role owner.' }),
  rolesGrant: flag.meta({ description: 'Whether the attribute roles decides the role.' }),
  unknownMembers: oneOf('reject', 'skip').meta({ description: 'Ids of nobody in a pushed group.' }),
  unlinkedMembers: oneOf('allow', 'refuse').meta({ description: 'Whether it may change members whom it has not linked by an externalId.' }),
  keysOnRemoval: oneOf('keep', 'revoke').meta({ description: 'API keys of people whom it removes.' }),
  reprovision: oneOf('allow', 'hold').meta({ description: 'Whether people who were removed by others come back active, or wait for an admin.' }),
};

/** The parts of a policy that a request changes. */
const policyFields = z.strictObject({ ...simple, breaker: z.strictObject(breaker).partial(), log: z.strictObject(log).partial() }).partial();

/** A policy as answers show it, always whole. */
const policyShape = z.object({ ...simple, breaker: z.object(breaker), log: z.object(log) }).meta({ id: 'ConnectionPolicy' });

export const newConnection = z.strictObject({ label: lineOf(longestLabel), policy: policyFields.optional() });
export const connectionChange = z.strictObject({ label: lineOf(longestLabel), policy: policyFields }).partial();
export const newToken = z.strictObject({
  expiresAt: z.iso.datetime({ error: 'must be a time in UTC such as 2027-01-31T12:00:00Z' }).refine((text) => Date.parse(text) > Date.now(), 'must lie in the future').optional(),
});
export const dismissFields = z.strictObject({ reason });
export const finishFields = z.strictObject({ transferTo: idShape('an active member').optional().meta({ description: 'Who becomes owner in the place of the member.' }), alsoAccount: flag.default(false).meta({ description: 'Whether the account goes with the workspace.' }), reason: reason.optional() });

export const intentParameters = z.strictObject({ status: oneOf(...intentStatuses).default('open'), connection: idShape('a connection').optional(), ...pageParameters });
export const driftParameters = z.strictObject(pageParameters);
export const requestParameters = z.strictObject({
  status: z
    .string()
    .regex(/^([1-5]\d\d|[1-5]xx)$/u, 'must be a status such as 409, or a class such as 4xx')
    .optional(),
  path: lineOf(longestPath).optional(),
  method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE').optional(),
  since: momentShape.optional(),
  until: momentShape.optional(),
  ...pageParameters,
});

const time = z.iso.datetime();
const warnings = [90, 60, 30, 15] as const;

const tokenShape = z.object({ id: z.guid(), createdAt: time, expiresAt: time.nullable(), lastUsedAt: time.nullable(), expiresWithinDays: z.literal(warnings).nullable() });

/** A connection as answers show it. */
export const connectionShape = z
  .object({
    id: z.guid(),
    label: z.string(),
    paused: z.boolean(),
    policy: policyShape,
    tokens: z.array(tokenShape),
    warnings: z.array(z.string()),
    breaker: z.object({ departures: z.int().min(0), trippedAt: time.nullable() }),
    openIntents: z.int().min(0),
    createdAt: time,
    lastSeenAt: time.nullable(),
  })
  .meta({ id: 'Connection' });

export const connectionsShape = z.object({ items: z.array(connectionShape), droppedRequests: z.int().min(0) });
export const mintedShape = z.object({ id: z.guid(), token: z.string(), expiresAt: time.nullable() });

export const intentShape = z
  .object({
    id: z.guid(),
    connection: z.object({ id: z.guid(), label: z.string() }),
    member: z.object({ id: z.guid(), userName: z.string() }),
    act: z.enum(['deactivate', 'remove', 'demote']),
    rule: z.string(),
    times: z.int().min(1),
    firstAt: time,
    lastAt: time,
    status: z.enum(intentStatuses),
  })
  .meta({ id: 'BlockedIntent' });

export const driftShape = z
  .object({
    memberId: z.guid(),
    userName: z.string(),
    asserted: z.enum(['active', 'inactive']),
    effective: z.enum(['active', 'inactive']),
    why: z.enum(['withheld', 'refused', 'overridden']),
    holds: z.array(z.string()),
    rule: z.string().nullable(),
  })
  .meta({ id: 'Drift' });

export const requestShape = z
  .object({
    id: z.guid(),
    at: time,
    method: z.string(),
    path: z.string(),
    status: z.int(),
    problem: z.string().nullable(),
    durationMs: z.number(),
    requestId: z.string(),
    request: z.unknown(),
    response: z.unknown(),
  })
  .meta({ id: 'LoggedRequest' });

/** The nearest of the days before which somebody is told of a token's end, and nothing for one that lasts longer. */
export function expiresWithin(expiresAt: string | null, now: number): (typeof warnings)[number] | null {
  if (expiresAt === null) return null;
  const days = (Date.parse(expiresAt) - now) / 86_400_000;
  return warnings.findLast((most) => days <= most) ?? null;
}
