// Puts invitations and mail together: links, the page they lead to, and the jobs behind them; compose.ts and compose-jobs.ts mount them.
import type { Pool } from 'pg';
import type { Settings } from '../config/settings.ts';
import type { CommandStore } from './domain/ports.ts';
import type { SigningKeys } from './http/auth/signing-keys.ts';
import type { InvitationContext } from './http/admin/invitations/invitation-endpoints.ts';
import type { Door } from './http/create-app.ts';
import { createInvitationLinks, invitationPath, type InvitationLinks } from './http/invitation-links.ts';
import { invitationPage } from './http/invitation-page.ts';
import { expireInvitations } from './jobs/expire-invitations.ts';
import type { Job } from './jobs/job.ts';
import { deliverMail, forgetMail, type MailQueue } from './jobs/mail/deliver-mail.ts';
import { createSmtpSender } from './jobs/mail/smtp.ts';
import { uuidV7 } from './persistence/database/uuid-v7.ts';
import { lapsedInvitations, workspacesWithLapsed } from './persistence/jobs/due-invitations.ts';
import { claimMail, finishMail, forgetOldMail, workspacesWithMail, workspacesWithOldMail } from './persistence/jobs/mail-queue.ts';
import { createInvitationReads, createLinkOpener } from './persistence/reads/invitation-reads.ts';
import { createCursorSeal } from './scim/cursor-seal.ts';

/** What both sides are made of; `baseUrl` is the public address of the server root. */
export interface InvitationParts {
  readonly pool: Pool;
  readonly settings: Pick<Settings, 'invitationUrl' | 'smtpUrl' | 'mailFrom'>;
  readonly keys: SigningKeys;
  readonly baseUrl: string;
}

/** Links of this installation. */
export function invitationLinks({ settings, keys, baseUrl }: Omit<InvitationParts, 'pool'>): InvitationLinks {
  return createInvitationLinks(settings.invitationUrl ?? `${baseUrl}${invitationPath}/{token}`, createCursorSeal(keys.derive('usher invitation link')));
}

/** What the endpoints of invitations work with beside what all have, and the page for whoever follows a link. */
export function invitationSide(parts: InvitationParts): { readonly context: Pick<InvitationContext, 'invitations' | 'links'>; readonly door: Door } {
  const links = invitationLinks(parts);
  return { context: { invitations: createInvitationReads(parts.pool), links }, door: { path: invitationPath, app: invitationPage(links, createLinkOpener(parts.pool)) } };
}

/** Expiry, delivery and retention. */
export function invitationJobs(parts: InvitationParts, store: CommandStore): readonly Job[] {
  const { pool, settings, baseUrl } = parts;
  const { smtpUrl, mailFrom } = settings;
  const send = smtpUrl === undefined || mailFrom === undefined ? undefined : createSmtpSender(smtpUrl, mailFrom, new URL(baseUrl).hostname);
  return [
    expireInvitations({
      store,
      waiting: async (most, beyond) => await workspacesWithLapsed(pool, most, beyond),
      due: async (workspaceId, most) => await lapsedInvitations(pool, workspaceId, most),
      newId: uuidV7,
    }),
    deliverMail({ queue: mailQueue(pool), send, unseal: invitationLinks(parts).unseal }),
    forgetMail(async (most, beyond) => await workspacesWithOldMail(pool, most, beyond), async (workspaceId, most) => await forgetOldMail(pool, workspaceId, most)),
  ];
}

/** The queue on a pool. */
export function mailQueue(pool: Pool): MailQueue {
  return {
    waiting: async (most, beyond) => await workspacesWithMail(pool, most, beyond),
    claim: async (workspaceId, most, leaseSeconds) => await claimMail(pool, workspaceId, most, leaseSeconds),
    finish: async (workspaceId, claim, outcome) => await finishMail(pool, workspaceId, claim, outcome),
  };
}
