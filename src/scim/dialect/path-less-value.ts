// Operations without path say several things at once; afterwards each says one.
import { badRequest } from '../errors.ts';
import type { ResourceType, Schema } from '../schema/attribute.ts';
import { isObject, isUnassigned, wrongType } from '../schema/check-value.ts';
import { findSchema, locate } from './locate.ts';
import type { Dialect, Operation } from './operation.ts';
import { show } from '../filter/refuse.ts';

/**
 * in  `{"op": "replace", "value": {"title": "T", "name.givenName": "G", "emails[type eq \"work\"].value": "a@b.example",
 *      "urn:…:enterprise:2.0:User": {"department": "D"}, "urn:…:enterprise:2.0:User:division": "V"}}`
 * out one `replace` for each of `title`, `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`, `urn:…:User:division`.
 * A URN with null unassigns the attributes of that extension. Unknown keys are passed over; refuses with invalidPath a value
 * none of whose keys is known. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.1
 */
export const pathLessValue: Dialect = (operation, type) => {
  const { op, path, value } = operation;
  if (path !== undefined || !isObject(value) || (op !== 'add' && op !== 'replace')) return [operation];
  const entries = Object.entries(value).flatMap(([key, part]) => spread(type, key, part));
  const operations = entries.flatMap((entry) => known(type, op, entry));
  if (operations.length === 0) throw nothingKnown(type, Object.keys(value));
  return operations;
};

type Entry = readonly [path: string, value: unknown];

/** The parts of a schema's object under their qualified names; any other key stands for itself. */
function spread(type: ResourceType, key: string, part: unknown): Entry[] {
  const schema = findSchema(type, key);
  if (schema === undefined) return [[key, part]];
  if (isObject(part)) return Object.entries(part).map(([name, inner]) => [`${schema.id}:${name}`, inner]);
  if (!isUnassigned(part)) throw wrongType(schema.id, 'an object', part);
  return schema === type.schema ? [] : unassign(schema);
}

/** Where nothing of a schema can be written, its attributes stay in: they are refused later, by name. */
function unassign(schema: Schema): Entry[] {
  const writable = schema.attributes.filter((attribute) => attribute.mutability !== 'readOnly');
  return (writable.length > 0 ? writable : schema.attributes).map((attribute) => [`${schema.id}:${attribute.name}`, null]);
}

function known(type: ResourceType, op: string, [path, value]: Entry): Operation[] {
  return locate(type, path) === undefined ? [] : [{ op, path, value, source: 'value' }];
}

function nothingKnown(type: ResourceType, keys: readonly string[]): Error {
  if (keys.length === 0) return badRequest('invalidPath', 'The value of an operation without "path" is empty. Name the attributes to write.');
  const named = keys.slice(0, 3).map(show).join(', ');
  return badRequest('invalidPath', `${type.name} has none of the attributes ${named}${keys.length > 3 ? ', …' : ''}. Correct the attribute mapping.`);
}
