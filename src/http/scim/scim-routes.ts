// The SCIM door: authenticates, finds the endpoint, and lets the list of resource types do the rest; may assume the request frame before it.
import { Hono, type Context } from 'hono';
import type { ProvisioningContext, ResourceHandler } from '../../provisioning/resource-handler.ts';
import { ScimError } from '../../scim/errors.ts';
import { authenticate } from '../auth/authenticate.ts';
import type { Verify } from '../auth/verify-token.ts';
import type { CallEnv, RequestEnv } from '../request-frame.ts';
import { discoveryEndpoints } from './discovery-endpoints.ts';
import { allowedMethods, findEndpoint, scimPath, type Endpoint, type EndpointFamily, type Step } from './endpoint.ts';
import { resourceEndpoints, type BodyLimits } from './resource-endpoints.ts';

export interface ScimDoorOptions {
  readonly handlers: readonly ResourceHandler[];
  readonly context: ProvisioningContext;
  readonly verify: Verify;
  readonly limits: BodyLimits;
}

/** Endpoints of RFC 7644 Table 2 that are not offered: discovery says so of /Bulk, and section 3.11 wants this answer for /Me. */
const unsupported: readonly EndpointFamily[] = [
  { name: 'Bulk', self: notOffered('/Bulk', 'Bulk requests are not supported; /ServiceProviderConfig says so. Send one request for each resource.') },
  { name: 'Me', self: notOffered('/Me', '/Me is not supported. Look the user up by userName and use its own address.') },
];

const noEndpoint = 'There is no such endpoint. /ResourceTypes lists those of the resources, spelled exactly as they have to be.';

/** The app to be mounted at `scimPath`. */
export function scimRoutes({ handlers, context, verify, limits }: ScimDoorOptions): Hono<RequestEnv> {
  const types = handlers.map(({ type }) => type);
  const resources = handlers.map((handler) => resourceEndpoints(handler, context, limits));
  const discovery = discoveryEndpoints(types, context.reads, context.baseUrl);
  const families = new Map([...resources, ...discovery, ...unsupported].map((family) => [family.name, family]));
  const app = new Hono<CallEnv>();
  app.use(authenticate(verify));
  app.all('/*', async (c) => {
    try {
      return await dispatch(c, families);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      // What is refused before the database was asked must not tell a revoked token that it is anything but revoked.
      const admitted = await context.reads.admitted(c.get('call'));
      return c.get('fail')(admitted.ok ? error : admitted.refusal, error instanceof MethodError ? { Allow: error.allow } : {});
    }
  });
  return new Hono<RequestEnv>().route('/', app);
}

/** A method that the endpoint does not know; the answer names those that it does. */
class MethodError extends ScimError {
  readonly allow: string;

  constructor(method: string, allow: string) {
    super(405, undefined, `This address does not know the method ${method}. Use ${allow}.`);
    this.allow = allow;
  }
}

async function dispatch(c: Context<CallEnv>, families: ReadonlyMap<string, EndpointFamily>): Promise<Response> {
  const found = findEndpoint(families, c.req.raw.url);
  if (found === undefined) throw new ScimError(404, undefined, noEndpoint);
  const { endpoint, id } = found;
  c.set('route', endpoint.template);
  const step = endpoint.methods.get(c.req.method === 'HEAD' ? 'GET' : c.req.method);
  if (step === undefined) throw new MethodError(c.req.method, allowedMethods(endpoint));
  const response = await step(c, id);
  // Hono drops the body of an answer to HEAD without a word; one that comes in pieces would hold what it reads from.
  if (c.req.method === 'HEAD') await response.body?.cancel();
  return response;
}

function notOffered(path: string, detail: string): Endpoint {
  const refuse: Step = async () => await Promise.reject(new ScimError(501, undefined, detail));
  return { template: `${scimPath}${path}`, methods: new Map(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => [method, refuse])) };
}
