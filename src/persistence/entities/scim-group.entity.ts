// Groups of a workspace.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const ScimGroupEntity = defineEntity({
  name: 'ScimGroup',
  tableName: 'scim_group',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    displayName: p.text(),
    displayNameKey: p.text(),
    profile: p.json<Record<string, unknown>>().defaultRaw("'{}'"),
    version: p.integer().default(1),
    createdAt: instant().defaultRaw('now()'),
    updatedAt: instant().defaultRaw('now()'),
  },
});
