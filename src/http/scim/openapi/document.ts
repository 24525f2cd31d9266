// The description of the SCIM door as an OpenAPI document, made from the endpoints that are served and the types in the registry.
import { userType } from '../../../scim/schema/resource-types.ts';
import { allowedMethods, type Endpoint } from '../../endpoint.ts';
import { scimPath, type EndpointFamily } from '../endpoint.ts';
import { discoverySchemas } from './discovery-schemas.ts';
import { headers } from '../../openapi/headers.ts';
import { about } from './about.ts';
import { sorted, type JsonObject } from '../../openapi/json.ts';
import { messageSchemas } from './message-schemas.ts';
import { nameTypes } from './names.ts';
import { renderHead, renderOperation, renderOptions, type DescribedLimits, type Ground, type Operation, type Subject } from './operation.ts';
import { parameters } from './parameters.ts';
import { changeType, createType, deleteType, listType, readType, replaceType, searchType, type TellOfType } from './resource-operations.ts';
import { resourceSchemas } from './resource-schemas.ts';
import { responses } from './responses.ts';
import { changeMe, deleteMe, listEverything, listSchemas, listTypes, readConfig, readMe, readResourceType, readSchema, replaceMe, searchEverything, sendBulk, type Tell } from './shared-operations.ts';

/** What is described. `handlers` are those whose types the families serve. */
export interface Described {
  readonly families: Iterable<EndpointFamily>;
  readonly handlers: readonly Subject[];
  readonly limits: DescribedLimits;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The addresses of every resource type, after its endpoint. */
const ofTypes: Readonly<Record<string, Partial<Record<Method, TellOfType>>>> = {
  '': { GET: listType, POST: createType },
  '/:id': { GET: readType, PUT: replaceType, PATCH: changeType, DELETE: deleteType },
  '/.search': { POST: searchType },
};

/** All others, after the base. */
const others: Readonly<Record<string, Partial<Record<Method, Tell>>>> = {
  '/': { GET: listEverything },
  '/.search': { POST: searchEverything },
  '/Bulk': { POST: sendBulk },
  '/Me': { GET: readMe, PUT: replaceMe, PATCH: changeMe, DELETE: deleteMe },
  '/ServiceProviderConfig': { GET: readConfig },
  '/ResourceTypes': { GET: listTypes },
  '/ResourceTypes/:id': { GET: readResourceType },
  '/Schemas': { GET: listSchemas },
  '/Schemas/:id': { GET: readSchema },
};

/** The whole document; the same for the same endpoints, types and limits. https://spec.openapis.org/oas/v3.1.1 */
export function openApiDocument(described: Described): JsonObject {
  const ground = groundOf(described);
  const types = ground.subjects.map(({ type }) => type);
  const paths = endpointsOf(described).map((endpoint) => [pathOf(endpoint).replaceAll(/:(\w+)/gu, '{$1}'), renderPath(endpoint, ground)] as const);
  return {
    ...about(described.limits),
    tags: [...types.map((type) => ({ name: nameTypes(types).ofType(type).many, description: `${type.description}.` })), ...tags],
    paths: sorted(Object.fromEntries(paths)),
    components: {
      headers: sorted(headers),
      parameters: sorted(parameters),
      responses: sorted(responses),
      schemas: sorted({ ...messageSchemas, ...discoverySchemas, ...resourceSchemas(types, nameTypes(types)) }),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A provisioning token of a connection, or a token of a person. `scim.read` is needed to read and `scim.write` to change.' } },
    },
  };
}

const tags = [
  { name: 'Everything', description: 'Resources of all types at once.' },
  { name: 'Bulk', description: 'Several changes in one request.' },
  { name: 'Me', description: 'The user of the token.' },
  { name: 'Discovery', description: 'What this server can do, and which types and schemas there are.' },
];

/** What is served and not described, and what is described and not served; each as `GET /Users/:id`. */
export function findGaps(described: Described): { readonly untold: readonly string[]; readonly unserved: readonly string[] } {
  const { subjects } = groundOf(described);
  const told = new Set([
    ...subjects.flatMap(({ type }) => Object.entries(ofTypes).flatMap(([place, methods]) => Object.keys(methods).map((method) => `${method} ${type.endpoint}${place}`))),
    ...Object.entries(others).flatMap(([place, methods]) => Object.keys(methods).map((method) => `${method} ${place}`)),
  ]);
  const served = new Set(endpointsOf(described).flatMap((endpoint) => [...endpoint.methods.keys()].map((method) => `${method} ${pathOf(endpoint)}`)));
  return { untold: [...served].filter((one) => !told.has(one)), unserved: [...told].filter((one) => !served.has(one)) };
}

function groundOf({ handlers, limits }: Described): Ground {
  const names = nameTypes(handlers.map(({ type }) => type));
  const user = handlers.find(({ type }) => type.endpoint === userType.endpoint);
  if (user === undefined) throw new Error('the user type is always served');
  return { limits, subjects: handlers, user, namesOf: ({ type }) => names.ofType(type) };
}

function endpointsOf({ families }: Described): Endpoint[] {
  return [...families].flatMap(({ self, item, search }) => [self, item, search]).filter((endpoint) => endpoint !== undefined);
}

/** Relative to the base, with a slash in front. */
function pathOf({ template }: Endpoint): string {
  return template.slice(scimPath.length) || '/';
}

/** Every method of an address; HEAD and OPTIONS come with the others. */
function renderPath(endpoint: Endpoint, ground: Ground): JsonObject {
  const told = [...endpoint.methods.keys()].flatMap((method) => {
    const operation = tell(pathOf(endpoint), method as Method, ground);
    return operation === undefined ? [] : [[method.toLowerCase(), operation] as const];
  });
  const rendered = Object.fromEntries(told.map(([method, operation]) => [method, renderOperation(operation)]));
  const get = told.find(([method]) => method === 'get')?.[1];
  const first = told[0]?.[1];
  const allowed = allowedMethods(endpoint).split(', ');
  return {
    ...rendered,
    ...(get !== undefined && allowed.includes('HEAD') && { head: renderHead(get) }),
    ...(first !== undefined && allowed.includes('OPTIONS') && { options: renderOptions(first) }),
  };
}

function tell(path: string, method: Method, ground: Ground): Operation | undefined {
  const subject = ground.subjects.find(({ type }) => path === type.endpoint || path.startsWith(`${type.endpoint}/`));
  if (subject !== undefined) return own(ofTypes, path.slice(subject.type.endpoint.length))?.[method]?.(subject, ground);
  return own(others, path)?.[method]?.(ground);
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
