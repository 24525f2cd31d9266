// The values of a member that the operator's schemas make unique, for whoever has a member and no SCIM document.
import type { UniqueKey } from '../domain/model/keys.ts';
import type { Membership } from '../domain/model/membership.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { userType } from '../scim/schema/resource-types.ts';
import { uniqueValues } from '../scim/schema/unique-values.ts';
import { writableDocument } from './user-resource.ts';

/** Reads them by the User type among those that are loaded. */
export function userKeys(types: readonly ResourceType[]): (member: Membership) => readonly UniqueKey[] {
  const type = types.find(({ id }) => id === userType.id) ?? userType;
  return (member) => uniqueValues(type, writableDocument(member)) ?? [];
}
