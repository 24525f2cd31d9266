// Short forms in which the schema files write attributes; fills in the defaults of RFC 7643 section 2.2.
import type { Attribute, AttributeType } from './attribute.ts';

type Given = Partial<Omit<Attribute, 'name' | 'description' | 'type'>>;

const defaults = {
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
} as const;

/** An attribute of any type with the defaults of https://www.rfc-editor.org/rfc/rfc7643#section-2.2 where nothing is given. */
export function define(name: string, type: AttributeType, description: string, given: Given = {}): Attribute {
  return { ...defaults, name, type, description, ...given };
}

/** A string attribute, compared without case unless told otherwise (https://www.rfc-editor.org/rfc/rfc7643#section-2.3.1). */
export function text(name: string, description: string, given: Given = {}): Attribute {
  return define(name, 'string', description, given);
}

/** A boolean attribute (https://www.rfc-editor.org/rfc/rfc7643#section-2.3.2). */
export function flag(name: string, description: string, given: Given = {}): Attribute {
  return define(name, 'boolean', description, given);
}

/** A reference; always case-exact (https://www.rfc-editor.org/rfc/rfc7643#section-2.3.7). */
export function reference(name: string, referenceTypes: readonly string[], description: string, given: Given = {}): Attribute {
  return define(name, 'reference', description, { referenceTypes, caseExact: true, ...given });
}

/** A complex attribute with one value (https://www.rfc-editor.org/rfc/rfc7643#section-2.3.8). */
export function complex(name: string, description: string, subAttributes: readonly Attribute[], given: Given = {}): Attribute {
  return define(name, 'complex', description, { subAttributes, ...given });
}

/** A multi-valued complex attribute (https://www.rfc-editor.org/rfc/rfc7643#section-2.4). */
export function list(name: string, description: string, subAttributes: readonly Attribute[], given: Given = {}): Attribute {
  return complex(name, description, subAttributes, { multiValued: true, ...given });
}

/** Longest text of an attribute whose value stands in a database index, in UTF-16 units: a B-tree entry has to fit. */
export const indexedTextLength = 512;
