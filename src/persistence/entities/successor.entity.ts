// Whom an owner has named to follow when an identity provider takes the owner away.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const SuccessorEntity = defineEntity({
  name: 'Successor',
  tableName: 'successor',
  properties: {
    workspaceId: p.uuid().primary(),
    ownerId: p.uuid().primary(),
    successorId: p.uuid(),
    alsoAccount: p.boolean(),
    createdAt: instant().defaultRaw('now()'),
  },
});
