// Checks schema and resource type files against each other and against what is built in; assumes that each by itself is right.
import type { ResourceType, Schema } from './attribute.ts';
import { maxAttributes, type PlacedFault } from './check-attributes.ts';
import type { ResourceTypeContent, SchemaContent } from './file-shapes.ts';

/** A schema file by its name. */
export interface NamedSchema {
  readonly file: string;
  readonly content: SchemaContent;
}

/** A resource type file by its name. */
export interface NamedType {
  readonly file: string;
  readonly content: ResourceTypeContent;
}

/** A fault of one file. */
export interface FileFault {
  readonly file: string;
  readonly fault: PlacedFault;
}

type Report = (file: string, place: string, what: string) => void;

const [maxSchemas, maxTypes, maxExtensions, longestUrn] = [50, 50, 20, 256];

/** RFC 8141, without the characters that mean something of their own in filters, lists of names and addresses. */
const urn = /^urn:[a-z0-9][a-z0-9-]{0,31}(?::[a-z0-9._-]+)+$/i;
const typeName = /^[A-Za-z][A-Za-z0-9_-]*$/;
const endpointPath = /^\/[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** First segments of addresses that mean something else, in lower case. https://www.rfc-editor.org/rfc/rfc7644#section-3.2 */
const takenEndpoints = ['me', 'self', 'bulk', 'schemas', 'resourcetypes', 'serviceproviderconfig', 'search', 'scim', 'v2', 'healthz', 'readyz', 'problems', 'openapi'];
/** Schemas that describe the protocol itself. https://www.rfc-editor.org/rfc/rfc7643#section-10.3.1 */
const protocolUrns = /^urn:ietf:params:scim:(?:api:|schemas:core:2\.0:(?:serviceproviderconfig|resourcetype|schema)$)/i;

/** What stands against the files together. */
export function checkRegistry(builtIn: readonly ResourceType[], schemas: readonly NamedSchema[], types: readonly NamedType[]): FileFault[] {
  const faults: FileFault[] = [];
  const report: Report = (file, place, what) => void faults.push({ file, fault: { place, what } });
  if (schemas.length > maxSchemas) report(schemas[maxSchemas]?.file ?? '', '', `is one schema too many: at most ${maxSchemas} are possible`);
  if (types.length > maxTypes) report(types[maxTypes]?.file ?? '', '', `is one resource type too many: at most ${maxTypes} are possible`);
  checkUrns(builtIn, schemas, report);
  checkTypes(builtIn, types, report);
  for (const type of types) checkParts(type, schemas, report);
  for (const schema of schemas) checkUse(schema, builtIn, types, report);
  checkCounts(schemas, types, report);
  return faults;
}

function checkUrns(builtIn: readonly ResourceType[], schemas: readonly NamedSchema[], report: Report): void {
  const known = new Map<string, string>(schemasOf(builtIn).map(({ id }) => [id.toLowerCase(), 'the server itself']));
  for (const { file, content } of schemas) {
    const lower = content.id.toLowerCase();
    const holder = known.get(lower);
    if (!urn.test(content.id) || content.id.length > longestUrn) {
      report(file, 'id', `must be a URN of letters, digits, ".", "_", "-" and colons with at most ${longestUrn} characters, such as urn:example:params:scim:schemas:2.0:Device, not ${JSON.stringify(content.id.slice(0, longestUrn))}`);
    } else if (protocolUrns.test(content.id)) report(file, 'id', 'is a URN of the protocol itself. Choose one of your own');
    else if (holder !== undefined) report(file, 'id', `is the URN of a schema of ${holder} already; URNs are compared without case. Choose another`);
    else known.set(lower, file);
  }
  // `A:name` would be both the attribute "name" of the schema A and another schema.
  for (const { file, content } of schemas) {
    const lower = content.id.toLowerCase();
    const shorter = [...known.keys()].find((other) => lower.startsWith(`${other}:`) && !lower.slice(other.length + 1).includes(':'));
    const longer = schemasOf(builtIn).find(({ id }) => id.toLowerCase().startsWith(`${lower}:`) && !id.slice(lower.length + 1).includes(':'))?.id;
    if (shorter !== undefined || longer !== undefined) {
      report(file, 'id', `and the URN ${shorter ?? longer ?? ''} differ by one name, so that the longer one could be an attribute of the other. Choose another`);
    }
  }
}

function schemasOf(types: readonly ResourceType[]): Schema[] {
  return types.flatMap((type) => [type.schema, ...type.extensions.map(({ schema }) => schema)]);
}

function checkTypes(builtIn: readonly ResourceType[], types: readonly NamedType[], report: Report): void {
  const names = new Set(builtIn.map(({ name }) => name.toLowerCase()));
  const endpoints = new Set([...takenEndpoints, ...builtIn.map(({ endpoint }) => endpoint.slice(1).toLowerCase())]);
  for (const { file, content } of types) {
    const { id, name, endpoint } = content;
    if (!typeName.test(name)) report(file, 'name', `must begin with a letter and go on with letters, digits, "_" or "-", not ${JSON.stringify(name)}`);
    else if (names.has(name.toLowerCase())) report(file, 'name', `is ${JSON.stringify(name)}, the name of another resource type; names are compared without case. Choose another`);
    names.add(name.toLowerCase());
    if (id !== undefined && id !== name) report(file, 'id', `must be the same as the name, ${JSON.stringify(name)}, or left out`);
    const segment = endpoint.slice(1).toLowerCase();
    if (!endpointPath.test(endpoint)) report(file, 'endpoint', `must be a slash and one word of letters, digits, "_" or "-", such as /Devices, not ${JSON.stringify(endpoint.slice(0, 80))}`);
    else if (endpoints.has(segment)) report(file, 'endpoint', `is ${JSON.stringify(endpoint)}, which is taken; addresses are compared without case. Choose another`);
    endpoints.add(segment);
  }
}

function checkParts({ file, content }: NamedType, schemas: readonly NamedSchema[], report: Report): void {
  const known = new Map(schemas.map((schema) => [schema.content.id.toLowerCase(), schema]));
  if (!known.has(content.schema.toLowerCase())) report(file, 'schema', `is ${JSON.stringify(content.schema)}, which no file describes. Add the schema's file or correct the URN`);
  const seen = new Set<string>();
  for (const [index, { schema, required }] of content.schemaExtensions.entries()) {
    const place = `schemaExtensions[${index}]`;
    const found = known.get(schema.toLowerCase());
    if (found === undefined) report(file, `${place}.schema`, `is ${JSON.stringify(schema)}, which no file describes. Add the schema's file or correct the URN`);
    if (schema.toLowerCase() === content.schema.toLowerCase()) report(file, `${place}.schema`, 'is the schema of the resource type itself. Take it out');
    if (seen.has(schema.toLowerCase())) report(file, `${place}.schema`, 'is named twice. Take one of them out');
    seen.add(schema.toLowerCase());
    if (required && found?.content.attributes.every((attribute) => !attribute.required) === true) {
      report(file, `${place}.required`, 'is true, but the extension has no required attribute, so that nothing would be required. Set it to false, or mark an attribute of the extension');
    }
  }
}

function checkUse({ file, content }: NamedSchema, builtIn: readonly ResourceType[], types: readonly NamedType[], report: Report): void {
  const is = (id: string): boolean => id.toLowerCase() === content.id.toLowerCase();
  const cores = types.filter((type) => is(type.content.schema));
  const extended = types.filter((type) => type.content.schemaExtensions.some(({ schema }) => is(schema)));
  const names = new Set([...builtIn.map(({ name }) => name), ...types.map((type) => type.content.name)]);
  for (const [index, name] of (content.extends ?? []).entries()) {
    if (!names.has(name)) report(file, `extends[${index}]`, `names ${JSON.stringify(name)}, which is no resource type. Known are ${[...names].join(', ')}`);
  }
  const extensions = extended.length + (content.extends?.length ?? 0);
  if (cores.length > 1) report(file, 'id', `is the schema of ${cores.map((type) => type.content.name).join(' and ')}. Give each resource type a schema of its own`);
  if (cores.length > 0 && extensions > 0) report(file, 'id', 'is the schema of a resource type and extends one as well. Make two schemas of it');
  if (cores.length + extensions === 0) report(file, '', 'is used by no resource type. Add "extends": ["User"], name it in a resource type file, or take the file away');
}

function checkCounts(schemas: readonly NamedSchema[], types: readonly NamedType[], report: Report): void {
  for (const name of new Set([...schemas.flatMap(({ content }) => content.extends ?? []), ...types.map(({ content }) => content.name)])) {
    const extending = schemas.filter(({ content }) => content.extends?.includes(name));
    const named = types.find(({ content }) => content.name === name)?.content.schemaExtensions.length ?? 0;
    const last = extending.at(-1);
    if (extending.length + named > maxExtensions) report(last?.file ?? name, 'extends', `gives ${name} more than ${maxExtensions} extensions. Join some of them`);
  }
  for (const { file, content } of schemas) {
    const parts = content.attributes.reduce((sum, { subAttributes = [] }) => sum + subAttributes.length, content.attributes.length);
    if (parts > 2 * maxAttributes) report(file, 'attributes', `has ${parts} attributes and sub-attributes; at most ${2 * maxAttributes} are possible. Split the schema`);
  }
}
