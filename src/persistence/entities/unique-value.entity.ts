// Values of attributes that the operator's schemas make unique in a workspace, with the resource that has each.
import { defineEntity, p } from '@mikro-orm/core';

export const UniqueValueEntity = defineEntity({
  name: 'UniqueValue',
  tableName: 'unique_value',
  properties: {
    workspaceId: p.uuid().primary(),
    resourceType: p.text().primary(),
    attribute: p.text().primary(),
    key: p.text().primary(),
    resourceId: p.uuid(),
  },
});
