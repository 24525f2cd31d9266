// Direct members of groups: memberships or groups.
import { defineEntity, p } from '@mikro-orm/core';

export const GroupMemberEntity = defineEntity({
  name: 'GroupMember',
  tableName: 'group_member',
  properties: {
    workspaceId: p.uuid().primary(),
    groupId: p.uuid().primary(),
    memberId: p.uuid().primary(),
    memberType: p.text().$type<'User' | 'Group'>(),
  },
});
