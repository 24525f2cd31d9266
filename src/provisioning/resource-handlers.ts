// The handlers of all resource types, made at the start from the list of types; the built-in ones have descriptors of their own.
import type { ResourceType } from '../scim/schema/attribute.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import { createCustomHandler } from './custom.ts';
import { createGroupHandler } from './group.ts';
import type { ResourceHandler } from './resource-handler.ts';
import { createUserHandler } from './user.ts';

/** One handler for each type, in the order of the list, which is that of discovery. */
export function createHandlers(types: readonly ResourceType[]): ResourceHandler[] {
  return types.map((type) => {
    if (type.id === userType.id) return createUserHandler(type);
    return type.id === groupType.id ? createGroupHandler(type) : createCustomHandler(type);
  });
}
