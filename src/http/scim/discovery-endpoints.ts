// The discovery endpoints: their bodies never change while the process lives and are written out once.
import type { Reads } from '../../domain/ports.ts';
import { securityEventUris } from '../../domain/outgoing/security-event.ts';
import { findResourceType, findSchema, listResourceTypes, listSchemas, serviceProviderConfig, type DiscoveryOptions } from '../../scim/discovery.ts';
import { ScimError } from '../../scim/errors.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import { pageLimits } from '../../scim/pagination.ts';
import type { ResourceType, ScimObject } from '../../scim/schema/attribute.ts';
import type { Sort } from '../../scim/sort.ts';
import type { Endpoint, Step } from '../endpoint.ts';
import { negotiate } from '../limits/media-types.ts';
import { answerJson } from './answer.ts';
import { scimPath, type EndpointFamily } from './endpoint.ts';
import { readQuery } from './read-query.ts';

/** `/ServiceProviderConfig`, `/ResourceTypes[/{name}]` and `/Schemas[/{urn}]`. https://www.rfc-editor.org/rfc/rfc7644#section-4 */
export function discoveryEndpoints(types: readonly ResourceType[], reads: Reads<Filter, Sort>, baseUrl: string, maxPayloadSize: number): EndpointFamily[] {
  const options: DiscoveryOptions = { types, baseUrl, limits: pageLimits, maxPayloadSize, securityEventUris };
  const schemas = new Set(types.flatMap((type) => [type.schema.id, ...type.extensions.map(({ schema }) => schema.id)]));
  const typeBodies = new Map(types.map(({ id }) => [id, write(findResourceType(id, options))]));
  const schemaBodies = new Map([...schemas].map((urn) => [urn.toLowerCase(), write(findSchema(urn, options))]));
  const [config, allTypes, allSchemas] = [serviceProviderConfig(options), listResourceTypes(options), listSchemas(options)].map(write);
  return [
    { name: 'ServiceProviderConfig', self: readOnly('/ServiceProviderConfig', reads, () => config) },
    { name: 'ResourceTypes', self: readOnly('/ResourceTypes', reads, () => allTypes), item: readOnly('/ResourceTypes/:id', reads, (id) => typeBodies.get(id)) },
    { name: 'Schemas', self: readOnly('/Schemas', reads, () => allSchemas), item: readOnly('/Schemas/:id', reads, (id) => schemaBodies.get(id.toLowerCase())) },
  ];
}

function readOnly(path: string, reads: Reads<Filter, Sort>, bodyOf: (id: string) => string | undefined): Endpoint {
  const get: Step = async (c, id) => {
    const admitted = await reads.admitted(c.get('call'));
    if (!admitted.ok) return c.get('fail')(admitted.refusal);
    const mediaType = negotiate(c.req.raw.headers.get('accept'));
    if (readQuery(c.req.raw.url).has('filter')) throw new ScimError(403, undefined, 'Discovery cannot be filtered. Read it whole, without "filter".');
    const body = bodyOf(id);
    if (body === undefined) throw new ScimError(404, undefined, 'There is no such schema or resource type. Read the list of them, without a name at the end.');
    return answerJson(body, mediaType);
  };
  return { template: `${scimPath}${path}`, methods: new Map([['GET', get]]) };
}

function write(body: ScimObject | undefined): string {
  return JSON.stringify(body);
}
