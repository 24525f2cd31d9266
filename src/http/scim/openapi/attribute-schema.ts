// From an attribute of the registry to its JSON Schema, once as answers show it and once as requests send it.
import type { Attribute } from '../../../scim/schema/attribute.ts';
import { maxElements, maxTextLength } from '../../../scim/schema/check-value.ts';
import type { JsonObject } from '../../openapi/json.ts';

export type View = 'answer' | 'request';

/** Whether a view has the attribute at all. https://www.rfc-editor.org/rfc/rfc7643#section-7 */
export function isIn(view: View, { mutability, returned }: Attribute): boolean {
  return view === 'answer' ? returned !== 'never' && mutability !== 'writeOnly' : mutability !== 'readOnly';
}

/** https://www.rfc-editor.org/rfc/rfc7643#section-2.3, section 2.4 for lists. */
export function attributeSchema(attribute: Attribute, view: View): JsonObject {
  const one = valueSchema(attribute, view);
  const about = {
    description: describe(attribute),
    ...(view === 'answer' && attribute.mutability === 'readOnly' && { readOnly: true }),
    ...(view === 'request' && (attribute.mutability === 'writeOnly' || attribute.returned === 'never') && { writeOnly: true }),
  };
  if (!attribute.multiValued) return { ...one, ...about };
  const bounded = view === 'request' && attribute.stored !== 'members';
  return { type: 'array', items: one, ...(bounded && { maxItems: maxElements }), ...about };
}

/** The members of an object with these attributes; `required` holds what requests must send, or what answers always show. */
export function membersOf(attributes: readonly Attribute[], view: View): { readonly properties: JsonObject; readonly required: readonly string[] } {
  const present = attributes.filter((attribute) => isIn(view, attribute));
  const properties = Object.fromEntries(present.map((attribute) => [attribute.name, attributeSchema(attribute, view)]));
  const required = present.filter((attribute) => (view === 'answer' ? attribute.returned === 'always' : attribute.required));
  return { properties, required: required.map(({ name }) => name) };
}

function valueSchema(attribute: Attribute, view: View): JsonObject {
  const examples = attribute.canonicalValues !== undefined && { examples: attribute.canonicalValues };
  switch (attribute.type) {
    case 'string': {
      const type = view === 'request' && attribute.acceptsNumber === true ? ['string', 'integer'] : 'string';
      return { type, ...limitOf(attribute, view), ...examples };
    }
    case 'reference':
      // References that clients send are kept as they come; those of this server are addresses and URNs.
      return { type: 'string', ...(view === 'answer' && isOwn(attribute) && { format: 'uri' }), ...limitOf(attribute, view), ...examples };
    case 'binary':
      return { type: 'string', contentEncoding: 'base64', ...limitOf(attribute, view) };
    case 'dateTime':
      return { type: 'string', format: 'date-time' };
    case 'boolean':
      return { type: 'boolean' };
    case 'decimal':
      return { type: 'number' };
    case 'integer':
      return { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    case 'complex': {
      const { properties, required } = membersOf(attribute.subAttributes ?? [], view);
      return { type: 'object', properties, ...(required.length > 0 && { required }) };
    }
  }
}

function limitOf({ maxLength = maxTextLength }: Attribute, view: View): JsonObject {
  return view === 'request' ? { maxLength } : {};
}

function isOwn({ mutability, stored }: Attribute): boolean {
  return mutability === 'readOnly' || stored === 'schemas';
}

const shown: Readonly<Record<Attribute['returned'], string>> = {
  always: ' Always shown.',
  never: ' Never shown.',
  default: '',
  request: ' Shown only when `attributes` names it.',
};

function describe({ description, uniqueness, caseExact, type, mutability, returned }: Attribute): string {
  return [
    description,
    uniqueness === 'none' || mutability === 'readOnly' ? '' : ' No two resources of this type have the same.',
    caseExact && type === 'string' ? ' Upper and lower case differ.' : '',
    mutability === 'immutable' ? ' Cannot be changed once it is set.' : '',
    shown[returned],
  ].join('').trim();
}
