// The externalId under which each connection knows a resource.
import { defineEntity, p } from '@mikro-orm/core';

export const ResourceLinkEntity = defineEntity({
  name: 'ResourceLink',
  tableName: 'resource_link',
  properties: {
    workspaceId: p.uuid().primary(),
    resourceId: p.uuid().primary(),
    linkSpace: p.uuid().primary(),
    resourceType: p.text(),
    externalId: p.text(),
  },
});
