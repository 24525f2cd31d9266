// The role that a group gives to its direct members.
import { defineEntity, p } from '@mikro-orm/core';

export const GroupRoleEntity = defineEntity({
  name: 'GroupRole',
  tableName: 'group_role',
  properties: {
    workspaceId: p.uuid().primary(),
    groupId: p.uuid().primary(),
    role: p.text(),
  },
});
