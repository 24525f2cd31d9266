// Refuses what the dialect chain would forgive, for connections that are held to the letter of RFC 7644.
import { badRequest } from '../errors.ts';
import { readEnvelope } from '../patch/read-envelope.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { bareExtensionAttribute } from './bare-extension-attribute.ts';
import { emptyPath } from './empty-path.ts';
import { oneElementList } from './one-element-list.ts';
import { opInAnyCase } from './op-in-any-case.ts';
import type { Dialect, Operation } from './operation.ts';
import { plainTextValue } from './plain-text-value.ts';
import { schemaPath } from './schema-path.ts';

const quirks: readonly { readonly dialect: Dialect; readonly told: string }[] = [
  { dialect: opInAnyCase, told: '"op" must be "add", "remove" or "replace" in lower case' },
  { dialect: emptyPath, told: 'a "path" must not be empty: leave it out to address the resource' },
  { dialect: schemaPath, told: 'a "path" must name an attribute, not a schema' },
  { dialect: bareExtensionAttribute, told: 'an attribute of an extension needs the URN of its schema in front' },
  { dialect: oneElementList, told: 'an attribute with one value takes no list' },
  { dialect: plainTextValue, told: 'a complex attribute takes an object' },
];

/**
 * Refuses with invalidSyntax a PATCH body that needs one of the rewrites for known clients; a value without path that names attributes is
 * the RFC's own. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function checkStrict(type: ResourceType, body: unknown): void {
  for (const [index, operation] of readEnvelope(body).entries()) {
    const needed = quirks.find(({ dialect }) => rewrites(dialect, operation, type));
    if (needed !== undefined) throw badRequest('invalidSyntax', `Operations[${index}] does not keep to RFC 7644: ${needed.told}. The connection is held to the letter; let an admin set its dialect to "auto", or correct the client.`);
  }
}

function rewrites(dialect: Dialect, operation: Operation, type: ResourceType): boolean {
  const [made, ...more] = dialect(operation, type);
  return made === undefined || more.length > 0 || made.op !== operation.op || made.path !== operation.path || made.value !== operation.value;
}
