// The committed description is the one that is generated, it leaves nothing out, and it stays sound whatever operators name their types.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from '@hyperjump/json-schema/openapi-3-1';
import { describe, expect, it } from 'vitest';
import { loadSettings, projectRoot } from '../../config/settings.ts';
import { loadResourceTypes } from '../../src/cli/load-resource-types.ts';
import { describeDoors } from '../../src/compose.ts';
import { findGaps, openApiDocument } from '../../src/http/scim/openapi/document.ts';
import { doorOf } from '../../src/http/scim/openapi/door-of.ts';
import { createHandlers } from '../../src/provisioning/resource-handlers.ts';
import type { ResourceType } from '../../src/scim/schema/attribute.ts';
import { define, text } from '../../src/scim/schema/define.ts';
import { resourceTypes } from '../../src/scim/schema/resource-types.ts';
import { withExamples } from '../support/example-schemas.ts';
import { partIn, type Part } from './openapi-described.ts';

const limits = { plain: 1_000, large: 2_000, bulk: 3_000 };
const door = (types: readonly ResourceType[] = resourceTypes) => doorOf(createHandlers(types), limits);

/** A custom type whose names are what is given. */
function typeNamed(name: string, endpoint: string, extension: string): ResourceType {
  return {
    id: name,
    name,
    description: 'Things <script>',
    endpoint,
    schema: { id: `urn:test:${endpoint}`, name, description: '', attributes: [text('tag', 'A tag.', { required: true, canonicalValues: ['a'] }), define('constructor', 'integer', 'A number.')] },
    extensions: [{ schema: { id: `urn:test:${endpoint}:more`, name: extension, description: '', attributes: [text('secret', 'Hidden.', { returned: 'never', mutability: 'writeOnly' })] }, required: true }],
  };
}

const written = (name: string) => readFileSync(join(projectRoot, `openapi/${name}.json`), 'utf8');

it.each(describeDoors(loadSettings({}), resourceTypes))('openapi/: $name is what npm run openapi would write now', ({ name, document }) => {
  expect(written(name)).toBe(`${JSON.stringify(document, null, 2)}\n`);
});

describe('openapi/scim.json', () => {
  it('shows no attribute to those who may not see it and asks for none that cannot be sent', () => {
    const schemas = partIn(JSON.parse(written('scim')), 'components', 'schemas');
    const members = (name: string) => Object.keys(partIn(schemas, name, 'properties'));
    expect(members('User')).toEqual(expect.arrayContaining(['id', 'userName', 'groups', 'meta']));
    expect(members('User')).not.toContain('password');
    expect(members('UserRequest')).toContain('password');
    expect(members('UserRequest').filter((name) => ['id', 'meta', 'groups'].includes(name))).toEqual([]);
    expect(schemas).not.toHaveProperty('MembershipRequest');
    expect(partIn(schemas, 'UserRequest')['required']).toEqual(['userName']);
    expect(partIn(schemas, 'User')['required']).toEqual(['schemas', 'id']);
  });
});

describe('the generator', () => {
  it('describes everything that is served, and nothing else', () => {
    for (const types of [resourceTypes, loadResourceTypes(loadSettings(withExamples))]) expect(findGaps(door(types))).toEqual({ untold: [], unserved: [] });
  });

  it('names a route or a method that has no description, and a description without its route', () => {
    const described = door();
    const families = [...described.families];
    const step = async () => await Promise.resolve(new Response());
    const more = { name: 'Extra', self: { template: '/scim/v2/Extra', methods: new Map([['GET', step]]) } };
    const users = families.map((family) => (family.name === 'Users' ? { ...family, item: { template: '/scim/v2/Users/:id', methods: new Map([...(family.item?.methods ?? []), ['LINK', step] as const]) } } : family));
    expect(findGaps({ ...described, families: [...users, more] }).untold).toEqual(['LINK /Users/:id', 'GET /Extra']);
    expect(findGaps({ ...described, families: families.filter(({ name }) => name !== 'Me') }).unserved).toEqual(['GET /Me', 'PUT /Me', 'PATCH /Me', 'DELETE /Me']);
  });

  it('writes the same for the same installation', () => {
    expect(JSON.stringify(openApiDocument(door()))).toBe(JSON.stringify(openApiDocument(door())));
  });

  it('shows the limits and the types of the installation', () => {
    const document = openApiDocument(door(loadResourceTypes(loadSettings(withExamples)))) as Part;
    expect(Object.keys(partIn(document, 'paths'))).toEqual(expect.arrayContaining(['/Devices', '/Devices/{id}', '/Devices/.search']));
    expect(partIn(document, 'paths', '/Bulk', 'post', 'requestBody')['description']).toContain('3,000 bytes');
    expect(partIn(document, 'paths', '/Groups', 'post', 'requestBody')['description']).toContain('2,000 bytes');
  });

  it('stays sound whatever types are called', async () => {
    const types = [...resourceTypes, typeNamed('Error', '/Errors', 'Users'), typeNamed('error', '/Err-ors', 'Meta'), typeNamed('é', '/__proto__', 'é'), typeNamed('Bulk', '/constructor', 'User')];
    const document = openApiDocument(door(types)) as Part;
    const verdict = (await validate('https://spec.openapis.org/oas/3.1/schema-base'))(document as never, 'BASIC');
    expect(verdict).toEqual({ valid: true });
    const operations = Object.values(partIn(document, 'paths')).flatMap((item) => Object.values(item as Part) as Part[]);
    const ids = operations.map((operation) => operation['operationId']);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/([^"]+)"/gu)];
    for (const [whole, kind = '', name = ''] of references) expect(partIn(document, 'components', kind, name), whole).not.toEqual({});
    const bodies = operations.map((operation) => partIn(operation, 'responses', '200', 'content', 'application/scim+json')['example']);
    expect(JSON.stringify(bodies)).toContain('"tag":"a"');
    expect(JSON.stringify(bodies)).not.toContain('secret');
    expect(partIn(document, 'components', 'schemas', 'Error', 'properties')).toHaveProperty('detail');
    expect(findGaps(door(types))).toEqual({ untold: [], unserved: [] });
  });
});
