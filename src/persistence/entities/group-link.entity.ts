// The externalId under which each connection knows a group.
import { defineEntity, p } from '@mikro-orm/core';

export const GroupLinkEntity = defineEntity({
  name: 'GroupLink',
  tableName: 'group_link',
  properties: {
    workspaceId: p.uuid().primary(),
    groupId: p.uuid().primary(),
    linkSpace: p.uuid().primary(),
    externalId: p.text(),
  },
});
