// The one ordered list of client quirks; each rewrite may rely on those before it.
import { badRequest } from '../errors.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { isObject } from '../schema/check-value.ts';
import { bareExtensionAttribute } from './bare-extension-attribute.ts';
import { echoedAttributes } from './echoed-attributes.ts';
import { emptyPath } from './empty-path.ts';
import { oneElementList } from './one-element-list.ts';
import { opInAnyCase } from './op-in-any-case.ts';
import type { Dialect, Operation } from './operation.ts';
import { pathLessValue } from './path-less-value.ts';
import { plainTextValue } from './plain-text-value.ts';
import { schemaPath } from './schema-path.ts';

/** In order: names of operations, then what is addressed, then the shape of the value. Boolean text is read with the value itself. */
export const dialects: readonly Dialect[] = [
  opInAnyCase,
  emptyPath,
  schemaPath,
  pathLessValue,
  echoedAttributes,
  bareExtensionAttribute,
  oneElementList,
  plainTextValue,
];

const maxParts = 10_000;

/**
 * Runs operations through the whole chain, each quirk over all of them; the order of what the client asked stays. Refuses with
 * invalidValue a request whose objects name more than 10,000 attributes. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function normaliseOperations(type: ResourceType, operations: readonly Operation[]): readonly Operation[] {
  const parts = operations.reduce((sum, { value }) => sum + countParts(value), 0);
  if (parts > maxParts) {
    throw badRequest('invalidValue', `The request names ${parts} attributes; at most ${maxParts} are accepted. Send it in parts.`);
  }
  return dialects.reduce((current, dialect) => current.flatMap((operation) => dialect(operation, type)), operations);
}

/** Keys of an object and of the objects in it: deeper ones name no attributes. */
function countParts(value: unknown): number {
  if (!isObject(value)) return 0;
  const parts = Object.values(value);
  return parts.reduce<number>((sum, part) => sum + (isObject(part) ? Object.keys(part).length : 0), parts.length);
}
