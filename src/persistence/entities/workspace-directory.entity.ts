// Slugs of workspaces, for finding one before a tenant is known; out of the runtime role's reach.
import { defineEntity, p } from '@mikro-orm/core';

export const WorkspaceDirectoryEntity = defineEntity({
  name: 'WorkspaceDirectory',
  tableName: 'workspace_directory',
  properties: {
    slug: p.text().primary(),
    workspaceId: p.uuid(),
    organizationId: p.uuid(),
  },
});
