// A resource type for the filter tests: User with an extension that has every attribute type the core schemas lack.
import type { Attribute, AttributePath, ResourceType, Schema } from '../../../src/scim/schema/attribute.ts';
import { commonAttributes } from '../../../src/scim/schema/common.ts';
import { complex, define, flag, list, text } from '../../../src/scim/schema/define.ts';
import { userType } from '../../../src/scim/schema/resource-types.ts';

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const gadgets = 'urn:example:params:scim:schemas:Gadgets';

const gadgetSchema: Schema = {
  id: gadgets,
  name: 'Gadgets',
  description: 'Attributes of all types',
  attributes: [
    define('level', 'integer', ''),
    define('weight', 'decimal', ''),
    define('bought', 'dateTime', ''),
    define('picture', 'binary', '', { caseExact: true }),
    flag('broken', ''),
    text('tags', '', { multiValued: true }),
    text('serial', '', { caseExact: true }),
    text('secret', '', { returned: 'never', mutability: 'writeOnly' }),
    complex('box', '', [define('width', 'integer', ''), text('colour', '')]),
    list('parts', '', [
      text('value', '', { caseExact: true }),
      text('label', ''),
      define('count', 'integer', ''),
      define('fitted', 'dateTime', ''),
      text('marks', '', { multiValued: true }),
      flag('primary', ''),
      text('pin', '', { returned: 'never' }),
    ]),
  ],
};

export const gadgetUserType: ResourceType = { ...userType, extensions: [...userType.extensions, { schema: gadgetSchema, required: false }] };

/** The path of an attribute, found by exact names and without the code under test. */
export function pathOf(extension: string | undefined, name: string, sub?: string): AttributePath {
  const own = gadgetUserType.extensions.find(({ schema }) => schema.id === extension)?.schema.attributes;
  const attribute = named(own ?? [...gadgetUserType.schema.attributes, ...commonAttributes], name);
  return { extension, attribute, sub: sub === undefined ? undefined : named(attribute.subAttributes ?? [], sub) };
}

function named(attributes: readonly Attribute[], name: string): Attribute {
  const found = attributes.find((attribute) => attribute.name === name);
  if (found === undefined) throw new Error(`The fixture has no ${name}.`);
  return found;
}
