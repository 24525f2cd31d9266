// What members own in the host application; without an owner it is the system's.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const OwnedResourceEntity = defineEntity({
  name: 'OwnedResource',
  tableName: 'owned_resource',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    kind: p.text(),
    externalRef: p.text(),
    name: p.text().nullable(),
    createdBy: p.uuid().nullable(),
    ownerId: p.uuid().nullable(),
    takings: p.integer().default(0),
    createdAt: instant().defaultRaw('now()'),
    updatedAt: instant().defaultRaw('now()'),
  },
});
