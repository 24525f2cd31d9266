// Takes parts out of an OpenAPI document; a part that is missing or of another form is an empty one.
import { isJsonObject, type JsonObject } from './openapi/json.ts';

export function objectIn(holder: JsonObject, name: string): JsonObject {
  const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
  return isJsonObject(value) ? value : {};
}

export function textIn(holder: JsonObject, name: string): string {
  const value = holder[name];
  return typeof value === 'string' ? value : '';
}

export function objectsIn(holder: JsonObject, name: string): JsonObject[] {
  const value = holder[name];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The members of an object that are objects themselves. */
export function membersIn(holder: JsonObject, name: string): (readonly [string, JsonObject])[] {
  return Object.entries(objectIn(holder, name)).flatMap(([key, value]) => (isJsonObject(value) ? [[key, value] as const] : []));
}

/** What a reference leads to; anything else is itself. */
export function followTo(document: JsonObject, part: JsonObject): JsonObject {
  const [, kind = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/u.exec(textIn(part, '$ref')) ?? [];
  return kind === '' ? part : objectIn(objectIn(objectIn(document, 'components'), kind), name);
}
