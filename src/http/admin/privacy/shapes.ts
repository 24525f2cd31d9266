// What the operations on personal data read and answer.
import { z } from 'zod';
import { idShape, lineOf, reason } from '../shapes.ts';

const longestReference = 200;

/** A moment with its distance from UTC, not in the future. */
const past = z.iso.datetime({ offset: true, error: 'must be a moment such as 2026-01-02T03:04:05Z' }).refine((text) => Date.parse(text) <= Date.now(), 'must not be in the future');

const reference = lineOf(longestReference).meta({ description: 'Under what the consent is filed. The audit log keeps its SHA-256.' });

/** The consent of the person in whose place somebody acts. */
const consent = z.strictObject({ reference, givenAt: past }, 'must be an object with the reference of the consent and when it was given');

/** The same as parameters. */
export const consentParameters = z.strictObject({ consentReference: reference, consentGivenAt: past });

/** The own erasure is confirmed by the e-mail address of the account. */
export const confirmFields = z.strictObject({
  confirm: lineOf(320).meta({ description: 'The e-mail address of the account; where it has none, a userName of one of its memberships.' }),
});

/** An erasure on somebody's behalf. */
export const erasureFields = z
  .strictObject({ accountId: idShape('an account').optional(), memberId: idShape('a member of this workspace, removed or not').optional(), consent, reason: reason.optional() })
  .refine(({ accountId, memberId }) => (accountId === undefined) !== (memberId === undefined), { error: 'must name the account or the member, and not both', path: ['accountId'] });

/** What was erased, or would be. */
export const erasureShape = z
  .object({
    dryRun: z.boolean(),
    accountId: z.guid(),
    memberships: z.int().min(0).meta({ description: 'Live memberships that ended, in all workspaces of the organization.' }),
    seats: z.int().meta({ description: 'By how much the organization uses more or fewer seats.' }),
    rows: z.record(z.string(), z.int()).meta({ description: 'How many rows of each table were erased or emptied of words.' }),
  })
  .meta({ id: 'Erasure' });

/** Lists of what is kept, each row as it is: members are added as the server comes to keep more. */
const rows = z.array(z.looseObject({}));
const list = (description: string) => rows.meta({ description });
const loose = (description: string) => z.looseObject({}).meta({ description });

const membership = z.looseObject({
  id: z.guid(),
  userName: z.string(),
  status: z.enum(['invited', 'active', 'deactivated']),
  role: z.string(),
  profile: loose('The attributes as they were pushed.'),
  removedAt: z.iso.datetime().nullable(),
  emails: rows,
  externalIds: list('Names that identity providers have for the person.'),
  groups: rows,
  holds: list('What keeps a deactivated person out, with the reason.'),
  invitations: rows,
  apiKeys: list('Without their secrets.'),
  tokens: list('Without the tokens themselves.'),
  scheduledDeactivations: rows,
});

/** Everything that is kept of a person. */
export const personalDataShape = z
  .object({
    exportedAt: z.iso.datetime(),
    organization: z.object({ id: z.guid(), name: z.string() }),
    account: z.looseObject({ id: z.guid(), email: z.string().nullable(), createdAt: z.iso.datetime(), subjects: list('Names that host applications have for the person.'), sessions: rows, seats: rows }),
    workspaces: z.array(
      z.object({
        workspace: z.object({ id: z.guid(), slug: z.string(), name: z.string() }),
        memberships: z.array(membership),
        belongings: list('What the person owns or made in the host application.'),
        mails: rows,
        succession: rows,
        audit: list('What the person did and what was done to it, with the reasons.'),
      }),
    ),
  })
  .meta({ id: 'PersonalData' });
