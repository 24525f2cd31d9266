// Names of organizations, for finding one before a tenant is known; out of the runtime role's reach.
import { defineEntity, p } from '@mikro-orm/core';

export const OrganizationDirectoryEntity = defineEntity({
  name: 'OrganizationDirectory',
  tableName: 'organization_directory',
  properties: {
    nameKey: p.text().primary(),
    organizationId: p.uuid(),
  },
});
