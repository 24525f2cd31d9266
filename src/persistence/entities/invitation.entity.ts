// Invitations by their hashed token.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const InvitationEntity = defineEntity({
  name: 'Invitation',
  tableName: 'invitation',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    membershipId: p.uuid(),
    tokenHash: p.uint8array(),
    status: p.text().$type<'pending' | 'accepted' | 'declined' | 'revoked' | 'expired' | 'superseded'>(),
    expiresAt: instant(),
    createdAt: instant().defaultRaw('now()'),
    invitedBy: p.uuid().nullable(),
    endedAt: instant().nullable(),
  },
});
