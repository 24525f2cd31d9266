// What the operations on invitations read and answer.
import { z } from 'zod';
import { roleKeyForm } from '../../../domain/model/role.ts';
import { pageParameters } from '../paging.ts';
import { idShape, lineOf } from '../shapes.ts';

const longestAddress = 254;
const longestName = 200;
const mostGroups = 50;
const statuses = ['pending', 'accepted', 'declined', 'revoked', 'expired', 'superseded'] as const;

/** One address and nothing else: neither a name, nor a second address, nor anything that a mail header could mistake. */
export const addressShape = z
  .string('must be an e-mail address')
  .trim()
  .max(longestAddress, `must have at most ${longestAddress} characters`)
  .regex(/^[^\s\p{C}@"<>()[\],:;\\]{1,64}@[^\s\p{C}@"<>()[\],:;\\.]+(\.[^\s\p{C}@"<>()[\],:;\\.]+)*$/u, 'must be one e-mail address, such as ada@acme.example');

/** The name of an invited person. */
export const nameShape = lineOf(longestName);

/** The key of a role; whether the workspace has it the domain says. */
export const roleShape = z.string('must be the key of a role').regex(roleKeyForm, 'must be the key of a role, such as member');

/** The body of an invitation. */
export const inviteFields = z.strictObject({
  email: addressShape,
  name: nameShape.optional(),
  role: roleShape.default('member').meta({ description: 'The key of the role.' }),
  groups: z.array(idShape('a group'), 'must be a list of ids of groups').max(mostGroups, `must name at most ${mostGroups} groups`).default([]).meta({ description: 'Ids of groups to be in from the beginning.' }),
});

/** The parameters of the list. */
export const listParameters = z.strictObject({
  status: z.enum(statuses, `must be one of ${statuses.join(', ')}`).optional(),
  sort: z
    .string()
    .regex(/^-?createdAt$/u, 'must be createdAt, with a - in front for the newest first')
    .transform((text) => text.startsWith('-'))
    .default(true),
  ...pageParameters,
});

const time = z.iso.datetime();

/** An invitation as answers show it. */
export const invitationShape = z
  .object({
    id: z.guid(),
    memberId: z.guid(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    role: z.string(),
    status: z.enum(statuses),
    invitedBy: z.object({ id: z.guid(), name: z.string() }).nullable(),
    mail: z.enum(['waiting', 'held', 'sent', 'failed', 'cancelled']).nullable(),
    createdAt: time,
    expiresAt: time,
    endedAt: time.nullable(),
  })
  .meta({ id: 'Invitation' });

/** The answer of an import. */
export const importedShape = z.object({ invited: z.int().min(0), ids: z.array(z.guid()) }).meta({ id: 'InvitationsImported' });

/** An invitation together with its link, which is shown this once. */
export const linkShape = z.object({ link: z.url(), invitation: invitationShape }).meta({ id: 'InvitationLink' });

/** The body of whoever answers an invitation. */
export const tokenFields = z.strictObject({ token: z.string('must be the last part of the link').min(1, 'must be the last part of the link').max(200, 'must be the last part of the link').meta({ description: 'The last part of the link in the mail.' }) });

/** What an answer came to. */
export const answeredShape = z
  .object({ memberId: z.guid(), role: z.string(), workspace: z.object({ id: z.guid(), slug: z.string(), name: z.string() }) })
  .meta({ id: 'InvitationAnswered' });
