// JSON as the description of the door is made of it, with the few forms that stand everywhere in it.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parts of a description that others refer to. */
export type ComponentKind = 'schemas' | 'responses' | 'parameters' | 'headers' | 'securitySchemes';

export function ref(kind: ComponentKind, name: string): JsonObject {
  return { $ref: `#/components/${kind}/${name}` };
}

/** A body in the two media types; the example stands once. https://spec.openapis.org/oas/v3.1.1#media-type-object */
export function content(schema: JsonObject, example?: Json): JsonObject {
  return { 'application/json': { schema }, 'application/scim+json': { schema, ...(example !== undefined && { example }) } };
}

/** The same members in the order of their names, for maps whose order means nothing. */
export function sorted(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** A whole number as people read it: 1,048,576. */
export function readable(count: number): string {
  return count.toLocaleString('en-US');
}
