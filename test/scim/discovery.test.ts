// Discovery says what the registry holds and what the server really does.
import { describe, expect, it } from 'vitest';
import { findResourceType, findSchema, listResourceTypes, listSchemas, serviceProviderConfig } from '../../src/scim/discovery.ts';
import type { ScimObject } from '../../src/scim/schema/attribute.ts';
import { resourceTypes } from '../../src/scim/schema/resource-types.ts';

const options = { types: resourceTypes, baseUrl: 'https://usher.example/scim/v2', limits: { defaultCount: 100, maxCount: 200 }, maxPayloadSize: 4_000, securityEventUris: ['urn:ietf:params:scim:event:prov:delete'] };
const core = 'urn:ietf:params:scim:schemas:core:2.0';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const membership = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';

function resources(list: ScimObject): ScimObject[] {
  return list['Resources'] as ScimObject[];
}

describe('service provider configuration', () => {
  it('advertises what is there and denies what is not', () => {
    expect(serviceProviderConfig(options)).toMatchObject({
      schemas: [`${core}:ServiceProviderConfig`],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1_000, maxPayloadSize: 4_000 },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', defaultPageSize: 100, maxPageSize: 200, cursorTimeout: 3_600 },
      securityEvents: { asyncRequest: 'none', eventUris: ['urn:ietf:params:scim:event:prov:delete'] },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
      meta: { resourceType: 'ServiceProviderConfig', location: 'https://usher.example/scim/v2/ServiceProviderConfig' },
    });
  });

  it('follows the limits in force', () => {
    const config = serviceProviderConfig({ ...options, limits: { defaultCount: 7, maxCount: 9 } });
    expect(config).toMatchObject({ filter: { maxResults: 9 }, pagination: { defaultPageSize: 7, maxPageSize: 9 } });
  });
});

describe('resource types', () => {
  it('lists User and Group', () => {
    const list = listResourceTypes(options);
    expect(list).toMatchObject({ totalResults: 2, itemsPerPage: 2, startIndex: 1 });
    expect(resources(list)).toEqual([findResourceType('User', options), findResourceType('Group', options)]);
  });

  it('describes one', () => {
    expect(findResourceType('User', options)).toEqual({
      schemas: [`${core}:ResourceType`],
      id: 'User',
      name: 'User',
      description: expect.any(String) as string,
      endpoint: '/Users',
      schema: `${core}:User`,
      schemaExtensions: [
        { schema: enterprise, required: false },
        { schema: membership, required: false },
      ],
      meta: { resourceType: 'ResourceType', location: 'https://usher.example/scim/v2/ResourceTypes/User' },
    });
  });

  it.each(['user', 'Users', '', '__proto__'])('knows no %j', (name) => {
    expect(findResourceType(name, options)).toBeUndefined();
  });
});

describe('schemas', () => {
  it('lists each schema once', () => {
    const list = listSchemas(options);
    expect(list).toMatchObject({ totalResults: 4 });
    expect(resources(list).map((schema) => schema['id'])).toEqual([`${core}:User`, enterprise, membership, `${core}:Group`]);
  });

  it('finds one by its URN in any case', () => {
    const schema = findSchema(enterprise.toUpperCase(), options);
    expect(schema).toMatchObject({
      schemas: [`${core}:Schema`],
      id: enterprise,
      name: 'EnterpriseUser',
      meta: { resourceType: 'Schema', location: `https://usher.example/scim/v2/Schemas/${enterprise}` },
    });
    expect(resources(listSchemas(options))).toContainEqual(schema);
    expect(findSchema('urn:example:x', options)).toBeUndefined();
  });

  it('shows of each attribute all of its public characteristics and nothing else', () => {
    const always = ['caseExact', 'description', 'multiValued', 'mutability', 'name', 'required', 'returned', 'type', 'uniqueness'];
    const sometimes = ['canonicalValues', 'referenceTypes', 'subAttributes'];
    const visit = (attributes: ScimObject[]): number => {
      let seen = 0;
      for (const attribute of attributes) {
        expect(Object.keys(attribute).filter((key) => !sometimes.includes(key)).sort()).toEqual(always);
        seen += 1 + visit((attribute['subAttributes'] ?? []) as ScimObject[]);
      }
      return seen;
    };
    const seen = resources(listSchemas(options)).map((schema) => visit(schema['attributes'] as ScimObject[]));
    expect(Math.min(...seen)).toBeGreaterThan(5);
  });

  it('describes what the registry holds', () => {
    for (const { schema } of resourceTypes) {
      expect(findSchema(schema.id, options)).toMatchObject({ attributes: schema.attributes.map(({ name, type, returned }) => ({ name, type, returned })) });
    }
    const user = findSchema(`${core}:User`, options)?.['attributes'] as ScimObject[];
    expect(user.find((attribute) => attribute['name'] === 'password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
    expect(user.map((attribute) => attribute['name'])).not.toContain('id');
  });

  it('is plain JSON', () => {
    for (const body of [serviceProviderConfig(options), listResourceTypes(options), listSchemas(options)]) {
      expect(JSON.parse(JSON.stringify(body))).toStrictEqual(body);
    }
  });
});
