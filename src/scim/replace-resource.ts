// What a PUT makes of a resource: the body, with what a client cannot replace by leaving it out.
import { badRequest } from './errors.ts';
import { isSame } from './patch/sameness.ts';
import type { Attribute, ResourceType, Schema, ScimObject } from './schema/attribute.ts';
import { isObject } from './schema/check-value.ts';
import { commonAttributes } from './schema/common.ts';
import { findAttribute } from './schema/resolve.ts';

/**
 * The resource after a PUT of `document`, both with keys as the schema spells them. A writeOnly attribute that is left out keeps its
 * value, since no client can repeat what it cannot read; so does an immutable one. What no schema of the type knows any more stays as it
 * is stored. Refuses with mutability another value for an immutable attribute, or sub-attribute of a single complex value, that has one.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1
 */
export function replaceResource(type: ResourceType, before: ScimObject, document: ScimObject): ScimObject {
  const after = { ...keptUnknown(type, before), ...document };
  keepFixed(type.schema.attributes, before, after, '');
  for (const { schema } of type.extensions) {
    const old = own(before, schema.id);
    if (!isObject(old) || !schema.attributes.some(isFixed)) continue;
    const now = own(after, schema.id);
    const part = isObject(now) ? { ...now } : {};
    keepFixed(schema.attributes, old, part, `${schema.id}:`);
    if (Object.keys(part).length > 0) after[schema.id] = inOrder(schema, part);
  }
  return after;
}

/** Whether leaving an attribute out of a PUT leaves its value alone. */
function isFixed({ mutability, subAttributes = [] }: Attribute): boolean {
  return mutability === 'immutable' || mutability === 'writeOnly' || subAttributes.some((sub) => isFixed(sub));
}

function keepFixed(attributes: readonly Attribute[], before: ScimObject, after: ScimObject, prefix: string): void {
  for (const attribute of attributes) {
    if (!isFixed(attribute)) continue;
    const name = `${prefix}${attribute.name}`;
    const [old, now] = [own(before, attribute.name), own(after, attribute.name)];
    if (old === undefined || old === null) continue;
    if (attribute.mutability === 'immutable' && now !== undefined && !isSame(attribute, old, now)) {
      throw badRequest('mutability', `"${name}" cannot change once it is set. Send the value it has, or leave it out.`);
    }
    if (attribute.mutability !== 'readWrite' && now === undefined) after[attribute.name] = old;
    else if (!attribute.multiValued && isObject(old) && isObject(now)) {
      const part = { ...now };
      keepFixed(attribute.subAttributes ?? [], old, part, `${name}.`);
      after[attribute.name] = part;
    }
  }
}

/** Members of a stored document that belong to a schema which is not loaded now. */
function keptUnknown(type: ResourceType, before: ScimObject): ScimObject {
  const isUnknown = (name: string): boolean =>
    findAttribute(type.schema.attributes, name) === undefined &&
    findAttribute(commonAttributes, name) === undefined &&
    type.extensions.every(({ schema }) => schema.id !== name);
  return Object.fromEntries(Object.entries(before).filter(([name]) => isUnknown(name)));
}

function inOrder({ attributes }: Schema, part: ScimObject): ScimObject {
  return Object.fromEntries(attributes.flatMap(({ name }) => (Object.hasOwn(part, name) ? [[name, part[name]]] : [])));
}

function own(object: ScimObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
