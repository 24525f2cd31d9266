// Roles that a workspace made for itself; the built-in ones stand in no table.
import { defineEntity, p } from '@mikro-orm/core';
import { instant, textList } from './column-types.ts';

export const WorkspaceRoleEntity = defineEntity({
  name: 'WorkspaceRole',
  tableName: 'workspace_role',
  properties: {
    workspaceId: p.uuid().primary(),
    key: p.text().primary(),
    name: p.text(),
    rank: p.integer(),
    permissions: textList(),
    version: p.integer().default(1),
    createdAt: instant().defaultRaw('now()'),
    updatedAt: instant().defaultRaw('now()'),
  },
});
