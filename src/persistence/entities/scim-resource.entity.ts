// Resources of the types that the operator describes.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const ScimResourceEntity = defineEntity({
  name: 'ScimResource',
  tableName: 'scim_resource',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    resourceType: p.text(),
    profile: p.json<Record<string, unknown>>().defaultRaw("'{}'"),
    version: p.integer().default(1),
    createdAt: instant().defaultRaw('now()'),
    updatedAt: instant().defaultRaw('now()'),
  },
});
