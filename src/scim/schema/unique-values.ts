// Values of which storage must keep no two that are the same; the built-in ones have columns and unique indexes of their own.
import { foldCase } from '../filter/comparable.ts';
import type { Attribute, ResourceType, ScimObject } from './attribute.ts';
import { isObject } from './check-value.ts';
import { indexedTextLength } from './define.ts';

/** One value: its attribute with the schema's URN, the text that is the same for equal values, and whether a change leaves it as it was. */
export interface UniqueValue {
  readonly attribute: string;
  readonly key: string;
  readonly kept: boolean;
}

const known = new WeakMap<ResourceType, readonly UniqueAttribute[]>();

interface UniqueAttribute {
  readonly extension: string | undefined;
  readonly attribute: Attribute;
  readonly name: string;
}

/** Whether an attribute's values are kept unique by key, https://www.rfc-editor.org/rfc/rfc7643#section-7 (uniqueness). */
export function isKeyed({ uniqueness, stored }: Attribute): boolean {
  return uniqueness === 'server' && stored === undefined;
}

/** How the key of an attribute is called: the URN of its schema and its name. */
export function keyedName(schema: string, { name }: Attribute): string {
  return `${schema}:${name}`;
}

/** The key of a value: folded where case does not count. */
export function keyOfValue({ caseExact, type }: Attribute, value: unknown): string {
  const text = String(value);
  return caseExact || type === 'integer' ? text : foldCase(text);
}

/**
 * The unique values of a document whose keys are spelled as the schema spells them, and which was `before` until now; undefined when the
 * type has no such attribute. A value that is older than its schema and does not fit it is none.
 */
export function uniqueValues(type: ResourceType, document: ScimObject, before?: ScimObject): UniqueValue[] | undefined {
  const attributes = known.get(type) ?? keyedAttributes(type);
  known.set(type, attributes);
  if (attributes.length === 0) return undefined;
  return attributes.flatMap((keyed) => {
    const key = keyIn(document, keyed);
    return key === undefined ? [] : [{ attribute: keyed.name, key, kept: before !== undefined && keyIn(before, keyed) === key }];
  });
}

function keyIn(document: ScimObject, { extension, attribute }: UniqueAttribute): string | undefined {
  const holder = extension === undefined ? document : document[extension];
  const value = isObject(holder) && Object.hasOwn(holder, attribute.name) ? holder[attribute.name] : undefined;
  return fits(attribute, value) ? keyOfValue(attribute, value) : undefined;
}

function fits({ type, maxLength = indexedTextLength }: Attribute, value: unknown): boolean {
  return type === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string' && value !== '' && value.length <= maxLength;
}

function keyedAttributes(type: ResourceType): UniqueAttribute[] {
  const of = (schema: ResourceType['schema'], extension: string | undefined): UniqueAttribute[] =>
    schema.attributes.filter(isKeyed).map((attribute) => ({ extension, attribute, name: keyedName(schema.id, attribute) }));
  return [...of(type.schema, undefined), ...type.extensions.flatMap(({ schema }) => of(schema, schema.id))];
}
