// The bodies of /ServiceProviderConfig, /ResourceTypes and /Schemas, derived from the schema registry.
import { cursorTimeout } from './cursor.ts';
import { maxBulkOperations } from './bulk/read-bulk-request.ts';
import type { PageLimits } from './pagination.ts';
import { listResponse } from './pagination.ts';
import type { Attribute, ResourceType, Schema, ScimObject } from './schema/attribute.ts';

/** `types` is what is served, `baseUrl` the absolute SCIM base without a trailing slash, `limits` those that lists enforce, `maxPayloadSize` the most bytes of a bulk request. */
export interface DiscoveryOptions {
  readonly types: readonly ResourceType[];
  readonly baseUrl: string;
  readonly limits: PageLimits;
  readonly maxPayloadSize: number;
  /** URIs of the events that receivers of security event tokens are told of. */
  readonly securityEventUris: readonly string[];
}

const coreUrn = 'urn:ietf:params:scim:schemas:core:2.0';

/** What this server can do. https://www.rfc-editor.org/rfc/rfc7643#section-5, pagination: https://www.rfc-editor.org/rfc/rfc9865#section-4, events: https://www.rfc-editor.org/rfc/rfc9967#section-4 */
export function serviceProviderConfig({ baseUrl, limits, maxPayloadSize, securityEventUris }: DiscoveryOptions): ScimObject {
  return {
    schemas: [`${coreUrn}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: maxBulkOperations, maxPayloadSize },
    filter: { supported: true, maxResults: limits.maxCount },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: limits.defaultCount,
      maxPageSize: limits.maxCount,
      cursorTimeout,
    },
    securityEvents: { asyncRequest: 'none', eventUris: securityEventUris },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token issued for the connection, sent as "Authorization: Bearer …".',
        specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** The list of resource types. https://www.rfc-editor.org/rfc/rfc7644#section-4 */
export function listResourceTypes(options: DiscoveryOptions): ScimObject {
  const all = options.types.map((type) => describeType(type, options));
  return listResponse(all, all.length, 1);
}

/** One resource type by its name, undefined when there is none. https://www.rfc-editor.org/rfc/rfc7643#section-6 */
export function findResourceType(name: string, options: DiscoveryOptions): ScimObject | undefined {
  const type = options.types.find((candidate) => candidate.id === name);
  return type && describeType(type, options);
}

/** The list of schemas, extensions included. https://www.rfc-editor.org/rfc/rfc7644#section-4 */
export function listSchemas(options: DiscoveryOptions): ScimObject {
  const all = schemas(options).map((schema) => describeSchema(schema, options));
  return listResponse(all, all.length, 1);
}

/** One schema by its URN in any case, undefined when there is none. https://www.rfc-editor.org/rfc/rfc7643#section-7 */
export function findSchema(urn: string, options: DiscoveryOptions): ScimObject | undefined {
  const schema = schemas(options).find((candidate) => candidate.id.toLowerCase() === urn.toLowerCase());
  return schema && describeSchema(schema, options);
}

function schemas({ types }: DiscoveryOptions): Schema[] {
  return [...new Set(types.flatMap((type) => [type.schema, ...type.extensions.map((extension) => extension.schema)]))];
}

function describeType(type: ResourceType, { baseUrl }: DiscoveryOptions): ScimObject {
  return {
    schemas: [`${coreUrn}:ResourceType`],
    id: type.id,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ schema, required }) => ({ schema: schema.id, required })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.id}` },
  };
}

function describeSchema(schema: Schema, { baseUrl }: DiscoveryOptions): ScimObject {
  return {
    schemas: [`${coreUrn}:Schema`],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(describeAttribute),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}

/** Written out name by name, so that what only this server uses of an attribute stays inside. */
function describeAttribute(attribute: Attribute): ScimObject {
  const { name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = attribute;
  return {
    name,
    type,
    multiValued,
    description,
    required,
    ...(attribute.canonicalValues && { canonicalValues: attribute.canonicalValues }),
    caseExact,
    mutability,
    returned,
    uniqueness,
    ...(attribute.referenceTypes && { referenceTypes: attribute.referenceTypes }),
    ...(attribute.subAttributes && { subAttributes: attribute.subAttributes.map(describeAttribute) }),
  };
}
