// The resource types this server knows: the root of the schema registry.
import type { ResourceType } from './attribute.ts';
import { coreGroup } from './core-group.ts';
import { coreUser } from './core-user.ts';
import { enterpriseUser } from './enterprise-user.ts';
import { membershipExtension } from './membership-extension.ts';

/** The User with its extensions, served under /Users. https://www.rfc-editor.org/rfc/rfc7643#section-6 */
export const userType: ResourceType = {
  id: 'User',
  name: 'User',
  description: 'People of the workspace',
  endpoint: '/Users',
  schema: coreUser,
  extensions: [
    { schema: enterpriseUser, required: false },
    { schema: membershipExtension, required: false },
  ],
};

/** The Group, served under /Groups. https://www.rfc-editor.org/rfc/rfc7643#section-6 */
export const groupType: ResourceType = {
  id: 'Group',
  name: 'Group',
  description: 'Groups of the workspace',
  endpoint: '/Groups',
  schema: coreGroup,
  extensions: [],
};

/** Every resource type, in the order in which discovery lists them. */
export const resourceTypes: readonly ResourceType[] = [userType, groupType];
