// Workspaces: the tenant that SCIM is scoped to.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const WorkspaceEntity = defineEntity({
  name: 'Workspace',
  tableName: 'workspace',
  properties: {
    id: p.uuid().primary(),
    organizationId: p.uuid(),
    slug: p.text(),
    name: p.text(),
    timeZone: p.text().default('UTC'),
    policy: p.json<Record<string, unknown>>().defaultRaw("'{}'"),
    version: p.integer().default(1),
    createdAt: instant().defaultRaw('now()'),
  },
});
