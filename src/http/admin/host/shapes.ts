// What the operations of host applications and of account home read and answer.
import { z } from 'zod';
import { idShape, lineOf } from '../shapes.ts';

const longestSubject = 255;
const longestEmail = 254;
const longestSlug = 63;
const longestToken = 8_192;

const time = z.iso.datetime();

/** The sign-in that a host application has authenticated. */
export const sessionFields = z.strictObject({
  workspace: lineOf(longestSlug).optional().meta({ description: 'The slug or the id of the workspace; without it the session is for account home.' }),
  subject: z.strictObject(
    {
      id: lineOf(longestSubject).meta({ description: 'The host’s own stable name of the person, such as the id of its user. It is not looked into.' }),
      email: lineOf(longestEmail).optional(),
      emailVerified: z.boolean('must be true or false').optional().meta({ description: 'Only with true the e-mail is looked at.' }),
    },
    'must be an object with the id that the host has for the person',
  ),
  connection: idShape('a connection').optional().meta({ description: 'The connection whose identity provider vouches for the sign-in, if one does.' }),
});

const workspaceShape = z.object({ id: z.guid(), slug: z.string(), name: z.string() });

/** An open session. */
export const openedShape = z
  .object({
    sessionToken: z.string(),
    sessionId: z.guid(),
    accountId: z.guid(),
    workspace: workspaceShape.nullable(),
    member: z.object({ id: z.guid(), userName: z.string(), role: z.string(), permissions: z.array(z.string()) }).nullable(),
    expiresAt: time,
  })
  .meta({ id: 'OpenedSession' });

/** The token that is asked about; the hint is taken and not needed (RFC 7662 §2.1). */
export const introspectionFields = z.strictObject({
  token: z.string('must be the token').min(1, 'must be the token').max(longestToken, `has at most ${longestToken} characters`),
  token_type_hint: z.string().max(100).optional(),
});

/** What a token is worth at this moment. */
export const introspectionShape = z
  .object({
    active: z.boolean(),
    kind: z.string().optional(),
    sub: z.guid().optional(),
    jti: z.guid().optional(),
    account: z.guid().optional(),
    workspace: z.guid().nullable().optional(),
    username: z.string().optional(),
    role: z.string().nullable().optional(),
    permissions: z.array(z.string()).optional(),
    scope: z.string().optional(),
    iat: z.int().optional(),
    exp: z.int().optional(),
  })
  .meta({ id: 'Introspection' });

/** Who is at account home. */
export const accountShape = z
  .object({ id: z.guid(), email: z.string().nullable(), verifiedEmail: z.string().nullable(), organization: z.object({ id: z.guid(), name: z.string() }), createdAt: time })
  .meta({ id: 'Account' });

/** A membership in one of the organization's workspaces. */
export const ownMembershipShape = z
  .object({
    id: z.guid(),
    workspace: workspaceShape,
    userName: z.string(),
    status: z.enum(['invited', 'active', 'deactivated']),
    role: z.string(),
    createdAt: time,
    lastLoginAt: time.nullable(),
  })
  .meta({ id: 'OwnMembership' });

/** An invitation that can be accepted. */
export const ownInvitationShape = z
  .object({ id: z.guid(), workspace: workspaceShape, membershipId: z.guid(), role: z.string(), expiresAt: time })
  .meta({ id: 'OwnInvitation' });

/** A session of one's own that is live. */
export const ownSessionShape = z
  .object({ id: z.guid(), workspaceId: z.guid().nullable(), createdAt: time, expiresAt: time, current: z.boolean() })
  .meta({ id: 'OwnSession' });

/** A list that is short by its nature and comes whole. */
export function wholeList<T extends z.ZodType>(item: T) {
  return z.object({ total: z.int().min(0), items: z.array(item) });
}
