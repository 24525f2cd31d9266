// Compares two states of a resource attribute by attribute, exactly: a new spelling of a name is a change, another order of keys is not.
import { isDeepStrictEqual } from 'node:util';
import type { Attribute, ResourceType, ScimObject } from '../scim/schema/attribute.ts';
import { isObject } from '../scim/schema/check-value.ts';
import { commonAttributes } from '../scim/schema/common.ts';

/** Not part of what is compared: decided or kept elsewhere. */
const apart: readonly (Attribute['stored'])[] = ['active', 'members', 'schemas', 'nowhere'];

/**
 * Names of the attributes that differ, as the schema spells them: `title`, `urn:…:User:department`. Both states hold their keys as the
 * schema spells them; read-only attributes, `active` and `members` are left out.
 */
export function changedAttributes(type: ResourceType, before: ScimObject, after: ScimObject): string[] {
  const changed = [...commonAttributes, ...type.schema.attributes].filter((attribute) => differs(attribute, before, after)).map(({ name }) => name);
  for (const { schema } of type.extensions) {
    const [old, now] = [before[schema.id], after[schema.id]];
    if (old === now) continue;
    const [oldPart, nowPart] = [isObject(old) ? old : {}, isObject(now) ? now : {}];
    for (const attribute of schema.attributes) if (differs(attribute, oldPart, nowPart)) changed.push(`${schema.id}:${attribute.name}`);
  }
  return changed;
}

function differs({ name, mutability, stored }: Attribute, before: ScimObject, after: ScimObject): boolean {
  const [old, now] = [before[name], after[name]];
  return old !== now && mutability !== 'readOnly' && !apart.includes(stored) && !isDeepStrictEqual(old, now);
}
