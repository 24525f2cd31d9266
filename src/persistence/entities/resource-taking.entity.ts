// A resource that a departure moved from one owner to another, as long as it may go back and after.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const ResourceTakingEntity = defineEntity({
  name: 'ResourceTaking',
  tableName: 'resource_taking',
  properties: {
    workspaceId: p.uuid().primary(),
    handoverId: p.uuid().primary(),
    resourceId: p.uuid().primary(),
    position: p.integer(),
    fromId: p.uuid(),
    toId: p.uuid().nullable(),
    live: p.boolean().default(true),
    takenAt: instant().defaultRaw('now()'),
  },
});
