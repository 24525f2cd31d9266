// Mails that are owed, on their way, or done; who gets one and what it says is read from the memberships.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const MailMessageEntity = defineEntity({
  name: 'MailMessage',
  tableName: 'mail_message',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    template: p.text(),
    recipientId: p.uuid(),
    aboutId: p.uuid().nullable(),
    invitationId: p.uuid().nullable(),
    sealedLink: p.text().nullable(),
    status: p.text().$type<'waiting' | 'held' | 'sent' | 'failed' | 'cancelled'>().default('waiting'),
    attempts: p.integer().default(0),
    nextAttemptAt: instant().defaultRaw('now()'),
    problem: p.text().nullable(),
    createdAt: instant().defaultRaw('now()'),
    endedAt: instant().nullable(),
  },
});
