// Schema and resource type files: what good ones make, and the one line that each fault of a bad one gets.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRegistry, type RegistryFile } from '../../../src/scim/schema/read-registry.ts';
import { resourceTypes, userType } from '../../../src/scim/schema/resource-types.ts';

type Json = Record<string, unknown>;

const urn = 'urn:example:params:scim:schemas:2.0:Device';
const text = { name: 'label', type: 'string' };
const core: Json = { id: urn, name: 'Device', attributes: [text] };
const extra: Json = { id: 'urn:example:desk', name: 'Desk', extends: ['User'], attributes: [text] };
const type: Json = { name: 'Device', endpoint: '/Devices', schema: urn };
const file = (name: string, content: unknown): RegistryFile => ({ name, content });
const device = (schema: Json = {}, resourceType: Json = {}): RegistryFile[] => [file('d.schema.json', { ...core, ...schema }), file('d.resource-type.json', { ...type, ...resourceType })];
const withAttribute = (...attributes: Json[]): RegistryFile[] => device({ attributes });

function faultsOf(files: readonly RegistryFile[]): readonly string[] {
  const read = readRegistry(files);
  return read.ok ? [] : read.faults;
}

describe('good files', () => {
  it('none leave the built-in types as they are', () => {
    expect(readRegistry([])).toEqual({ ok: true, types: resourceTypes });
  });

  it('make types and extensions, with the defaults of RFC 7643 section 2.2', () => {
    const read = readRegistry([...device({ attributes: [text, { name: 'no', type: 'integer', uniqueness: 'server' }, { name: 'tag', type: 'string', uniqueness: 'server' }, { name: 'see', type: 'reference', referenceTypes: ['Device'] }] }), file('x.schema.json', { ...extra, extends: ['User', 'Device'] })]);
    expect(read.ok && read.types.map(({ id, extensions }) => [id, extensions.length])).toEqual([['User', 3], ['Group', 0], ['Device', 1]]);
    const [label, no, tag, see] = read.ok ? (read.types[2]?.schema.attributes ?? []) : [];
    expect(label).toEqual({ name: 'label', type: 'string', multiValued: false, description: '', required: false, caseExact: false, mutability: 'readWrite', returned: 'default', uniqueness: 'none' });
    expect([no?.maxLength, tag?.maxLength, see?.caseExact]).toEqual([undefined, 512, true]);
    expect(userType.extensions).toHaveLength(2);
  });

  it('keep the order and the demands of schemaExtensions', () => {
    const required = { id: 'urn:example:r', name: 'R', extends: ['Device'], attributes: [{ ...text, required: true }] };
    const read = readRegistry([...device({}, { schemaExtensions: [{ schema: 'URN:example:R', required: true }] }), file('a.schema.json', { ...extra, extends: ['Device'] }), file('r.schema.json', required)]);
    expect(read.ok && read.types[2]?.extensions.map(({ schema, required: demanded }) => [schema.id, demanded])).toEqual([['urn:example:r', true], ['urn:example:desk', false]]);
  });
});

describe('bad files', () => {
  const list = { name: 'parts', type: 'complex', multiValued: true };
  it.each<[string, readonly RegistryFile[], string]>([
    ['another name', [file('a.json', {})], 'a.json: has a name of another kind. Let it end in .schema.json or .resource-type.json.'],
    ['no object', [file('a.schema.json', [])], 'a.schema.json: must be an object.'],
    ['a part that is missing', [file('a.schema.json', { name: 'A', attributes: [text] })], 'a.schema.json id: is missing. Add it as a string.'],
    ['a slip in a name', withAttribute({ ...text, requried: true }), 'd.schema.json attributes[0].requried: is not known here. Correct its spelling or take it out.'],
    ['a wrong type', withAttribute({ ...text, multiValued: 'yes' }), 'd.schema.json attributes[0].multiValued: must be a boolean.'],
    ['a word that is none', withAttribute({ ...text, mutability: 'readonly' }), 'd.schema.json attributes[0].mutability: must be one of "readOnly", "readWrite", "immutable", "writeOnly".'],
    ['a complex part of a complex one', withAttribute({ ...list, subAttributes: [{ name: 'x', type: 'complex' }] }), 'attributes[0].subAttributes[0].type: is complex, but a sub-attribute cannot be.'],
    ['parts of a part', withAttribute({ ...list, subAttributes: [{ ...text, subAttributes: [] }] }), 'attributes[0].subAttributes[0].subAttributes: cannot be: a sub-attribute has none of its own.'],
    ['parts of a text', withAttribute({ ...text, subAttributes: [text] }), 'attributes[0].subAttributes: is for attributes of type complex, not string.'],
    ['a complex one without parts', withAttribute(list), 'attributes[0].subAttributes: is missing.'],
    ['a complex one with no parts', withAttribute({ ...list, subAttributes: [] }), 'attributes[0].subAttributes: must not be empty.'],
    ['no attributes', withAttribute(), 'attributes: must not be empty.'],
    ['a name of no grammar', withAttribute({ ...text, name: 'a.b' }), 'attributes[0].name: must begin with a letter'],
    ['a name that begins with $', withAttribute({ ...text, name: '$ref' }), 'attributes[0].name: must begin with a letter'],
    ['$ref that is no reference', withAttribute({ ...list, subAttributes: [{ name: '$ref', type: 'string' }] }), 'subAttributes[0].name: is $ref, which is of type reference.'],
    ['__proto__', withAttribute({ ...text, name: '__proto__' }), 'attributes[0].name: must begin with a letter'],
    ['constructor', withAttribute({ ...text, name: 'Constructor' }), 'cannot be "Constructor", which has a meaning of its own'],
    ['prototype', withAttribute({ ...text, name: 'prototype' }), 'cannot be "prototype", which has a meaning of its own'],
    ['a part called hasOwnProperty', withAttribute({ ...list, subAttributes: [{ ...text, name: 'hasOwnProperty' }] }), 'subAttributes[0].name: cannot be "hasOwnProperty"'],
    ['a common attribute', withAttribute({ ...text, name: 'externalID' }), 'cannot be "externalID": every resource has an attribute of that name already'],
    ['a name twice', withAttribute(text, { ...text, name: 'LABEL' }), 'attributes[1].name: repeats the name "LABEL"'],
    ['uniqueness global', withAttribute({ ...text, uniqueness: 'global' }), 'uniqueness: cannot be "global"'],
    ['uniqueness of a list', withAttribute({ ...text, multiValued: true, uniqueness: 'server' }), 'uniqueness: cannot be "server" in a list'],
    ['uniqueness of a part', withAttribute({ name: 'p', type: 'complex', subAttributes: [{ ...text, uniqueness: 'server' }] }), 'uniqueness: cannot be "server" in a list or on a sub-attribute'],
    ['uniqueness of a flag', withAttribute({ name: 'f', type: 'boolean', uniqueness: 'server' }), 'uniqueness: cannot be "server" on an attribute of type boolean'],
    ['uniqueness of a secret', withAttribute({ ...text, uniqueness: 'server', returned: 'never' }), 'uniqueness: cannot be "server" on an attribute that is never returned'],
    ['uniqueness of what nobody writes', withAttribute({ ...text, uniqueness: 'server', mutability: 'readOnly' }), 'uniqueness: cannot be "server" on a readOnly attribute'],
    ['writeOnly that is shown', withAttribute({ ...text, mutability: 'writeOnly' }), 'returned: must be "never" for a writeOnly attribute'],
    ['readOnly that nobody sees', withAttribute({ ...text, mutability: 'readOnly', returned: 'never' }), 'returned: is "never" for a readOnly attribute'],
    ['required and readOnly', withAttribute({ ...text, mutability: 'readOnly', required: true }), 'required: is true, but no client can send'],
    ['required and of nothing but readOnly parts', withAttribute({ ...list, required: true, subAttributes: [{ ...text, mutability: 'readOnly' }] }), 'required: is true, but no client can send'],
    ['required, immutable and never shown', withAttribute({ ...text, mutability: 'immutable', required: true, returned: 'never' }), 'returned: is "never" for an attribute that a PUT must repeat'],
    ['a writable part of a readOnly whole', withAttribute({ ...list, mutability: 'readOnly', subAttributes: [text] }), 'subAttributes[0].mutability: must be "readOnly"'],
    ['a reference without case', withAttribute({ name: 'r', type: 'reference', referenceTypes: ['uri'], caseExact: false }), 'caseExact: must be true or left out'],
    ['a reference to nothing', withAttribute({ name: 'r', type: 'reference' }), 'referenceTypes: is missing.'],
    ['a reference to an unknown type', withAttribute({ name: 'r', type: 'reference', referenceTypes: ['Car'] }), 'referenceTypes: names "Car", which is no resource type. Known are external, uri, User, Group, Device.'],
    ['a text that refers', withAttribute({ ...text, referenceTypes: ['User'] }), 'referenceTypes: is for attributes of type reference'],
    ['words for a number', withAttribute({ name: 'n', type: 'integer', canonicalValues: ['1'] }), 'canonicalValues: is for attributes of type string'],
    ['201 attributes', withAttribute(...Array.from({ length: 201 }, (_, index) => ({ ...text, name: `a${index}` }))), 'attributes: has 201 elements; at most 200'],
    ['no URN', device({ id: 'https://x.example' }, { schema: 'https://x.example' }), 'd.schema.json id: must be a URN of letters'],
    ...['urn:example', 'urn:example:a b', 'urn:example:a,b', 'urn:example:%61', "urn:example:a'b", 'urn:example:a:', `urn:example:${'a'.repeat(250)}`].map((id): [string, RegistryFile[], string] => [`the URN ${id.slice(0, 30)}`, device({ id }, { schema: id }), 'd.schema.json id: must be a URN of letters']),
    ['a URN of the protocol', device({ id: 'urn:ietf:params:scim:schemas:core:2.0:Schema' }, { schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema' }), 'd.schema.json id: is a URN of the protocol itself'],
    ['the URN of a built-in schema', [file('x.schema.json', { ...extra, id: userType.schema.id.toUpperCase() })], 'x.schema.json id: is the URN of a schema of the server itself already'],
    ['a URN twice', [...device(), file('e.schema.json', { ...extra, id: urn.toUpperCase() })], 'e.schema.json id: is the URN of a schema of d.schema.json already'],
    ['a URN that could be an attribute', [file('x.schema.json', { ...extra, id: `${userType.schema.id}:desk` })], 'x.schema.json id: and the URN urn:ietf:params:scim:schemas:core:2.0:user differ by one name'],
    ['a type of the server', device({}, { name: 'group' }), 'd.resource-type.json name: is "group", the name of another resource type'],
    ['a type of no grammar', device({}, { name: 'My Device' }), 'd.resource-type.json name: must begin with a letter'],
    ['an id that is another name', device({}, { id: 'Thing' }), 'd.resource-type.json id: must be the same as the name, "Device"'],
    ['an endpoint of two words', device({}, { endpoint: '/a/b' }), 'd.resource-type.json endpoint: must be a slash and one word'],
    ...['/Users', '/groups', '/Me', '/Bulk', '/schemas', '/ResourceTypes', '/ServiceProviderConfig'].map((endpoint): [string, RegistryFile[], string] => [`the endpoint ${endpoint}`, device({}, { endpoint }), `endpoint: is "${endpoint}", which is taken`]),
    ['the endpoint .search', device({}, { endpoint: '/.search' }), 'endpoint: must be a slash and one word'],
    ['an endpoint twice', [...device(), file('e.schema.json', { ...core, id: 'urn:example:e' }), file('e.resource-type.json', { ...type, name: 'E', endpoint: '/devices', schema: 'urn:example:e' })], 'e.resource-type.json endpoint: is "/devices", which is taken'],
    ['a type whose schema is missing', [file('d.resource-type.json', type)], `d.resource-type.json schema: is "${urn}", which no file describes`],
    ['an extension that is missing', device({}, { schemaExtensions: [{ schema: 'urn:x:y', required: false }] }), 'schemaExtensions[0].schema: is "urn:x:y", which no file describes'],
    ['an extension of the server', device({}, { schemaExtensions: [{ schema: userType.extensions[0]?.schema.id, required: false }] }), 'which no file describes'],
    ['an extension twice', [...device({}, { schemaExtensions: [{ schema: 'urn:example:desk', required: false }, { schema: 'urn:example:DESK', required: false }] }), file('x.schema.json', extra)], 'schemaExtensions[1].schema: is named twice'],
    ['its own schema as an extension', device({}, { schemaExtensions: [{ schema: urn, required: false }] }), 'schemaExtensions[0].schema: is the schema of the resource type itself'],
    ['an extension required for nothing', [...device({}, { schemaExtensions: [{ schema: 'urn:example:desk', required: true }] }), file('x.schema.json', extra)], 'schemaExtensions[0].required: is true, but the extension has no required attribute'],
    ['an extension of an unknown type', [file('x.schema.json', { ...extra, extends: ['Users'] })], 'x.schema.json extends[0]: names "Users", which is no resource type. Known are User, Group.'],
    ['a schema that nothing uses', [file('d.schema.json', core)], 'd.schema.json: is used by no resource type'],
    ['a schema of two types', [...device(), file('e.resource-type.json', { ...type, name: 'E', endpoint: '/Es' })], 'd.schema.json id: is the schema of Device and E'],
    ['a schema that is core and extension', [...device({ extends: ['User'] })], 'd.schema.json id: is the schema of a resource type and extends one as well'],
    ['51 schemas', Array.from({ length: 51 }, (_, index) => file(`${index}.schema.json`, { ...extra, id: `urn:example:n${index}`, extends: [index % 2 === 0 ? 'User' : 'Group'] })), '50.schema.json: is one schema too many'],
    ['21 extensions', Array.from({ length: 21 }, (_, index) => file(`${index}.schema.json`, { ...extra, id: `urn:example:n${index}` })), '20.schema.json extends: gives User more than 20 extensions'],
  ])('%s', (_, files, fault) => {
    const faults = faultsOf(files);
    expect(faults.join('\n')).toContain(fault);
    for (const line of faults) expect(line).toMatch(/^[\w.-]+\.json( [\w.[\]$-]+)?: .+\.$/u);
  });

  it('names the faults of all files at once', () => {
    expect(faultsOf([...withAttribute({ ...text, name: '1' }, { ...text, uniqueness: 'global' }), file('x.schema.json', { ...extra, id: 7 })])).toHaveLength(3);
  });

  it('whatever stands in a file, it is read or refused, and nothing is thrown', () => {
    const anything = fc.json().map((written) => JSON.parse(written) as unknown);
    const near = fc.record({ id: fc.oneof(fc.constant(urn), fc.string()), name: fc.oneof(fc.constant('Device'), fc.string()), attributes: fc.array(fc.oneof(anything, fc.record({ name: fc.string(), type: fc.constantFrom('string', 'complex', 'x'), subAttributes: anything })), { maxLength: 4 }), extends: anything }, { requiredKeys: [] });
    const names = fc.constantFrom('a.schema.json', 'b.resource-type.json', 'c.json');
    fc.assert(
      fc.property(fc.array(fc.record({ name: names, content: fc.oneof(anything, near) }), { maxLength: 3 }), (files) => {
        const read = readRegistry(files);
        if (files.length > 0 && !read.ok) for (const fault of read.faults) expect(fault).not.toContain('undefined');
      }),
      { numRuns: 2_000 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });
});
