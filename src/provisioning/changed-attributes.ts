// Compares two states of a resource attribute by attribute, exactly: a new spelling of a name is a change, another order of keys is not.
import { isDeepStrictEqual } from 'node:util';
import type { Attribute, ResourceType, ScimObject } from '../scim/schema/attribute.ts';
import { isObject } from '../scim/schema/check-value.ts';
import { commonAttributes } from '../scim/schema/common.ts';

/** Not part of what is compared: decided or kept elsewhere. */
const apart: readonly (Attribute['stored'])[] = ['active', 'members', 'schemas', 'nowhere'];

const compared = new WeakMap<readonly Attribute[], readonly string[]>();
const nothing: ScimObject = {};

/**
 * Names of the attributes that differ, as the schema spells them: `title`, `urn:…:User:department`. Both states hold their keys as the
 * schema spells them; read-only attributes, `active` and `members` are left out.
 */
export function changedAttributes(type: ResourceType, before: ScimObject, after: ScimObject): string[] {
  const changed = [...differing(commonAttributes, before, after), ...differing(type.schema.attributes, before, after)];
  for (const { schema } of type.extensions) {
    const [old, now] = [before[schema.id], after[schema.id]];
    if (old === now) continue;
    const names = differing(schema.attributes, isObject(old) ? old : nothing, isObject(now) ? now : nothing);
    changed.push(...names.map((name) => `${schema.id}:${name}`));
  }
  return changed;
}

function differing(attributes: readonly Attribute[], before: ScimObject, after: ScimObject): string[] {
  let names = compared.get(attributes);
  if (names === undefined) {
    names = attributes.filter(({ mutability, stored }) => mutability !== 'readOnly' && !apart.includes(stored)).map(({ name }) => name);
    compared.set(attributes, names);
  }
  return names.filter((name) => before[name] !== after[name] && !isDeepStrictEqual(before[name], after[name]));
}
