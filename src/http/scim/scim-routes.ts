// The SCIM door: authenticates, finds the endpoint, and lets the list of resource types do the rest; may assume the request frame before it.
import { Hono, type Context } from 'hono';
import type { ProvisioningContext, ResourceHandler } from '../../provisioning/resource-handler.ts';
import type { CursorSeal } from '../../scim/cursor-seal.ts';
import { ScimError } from '../../scim/errors.ts';
import { userType } from '../../scim/schema/resource-types.ts';
import { authenticate } from '../auth/authenticate.ts';
import type { Verify } from '../auth/verify-token.ts';
import { requireCoding } from '../limits/content-coding.ts';
import type { CallEnv, RequestEnv } from '../request-frame.ts';
import { bulkEndpoint, type BulkLimits } from './bulk-endpoint.ts';
import { discoveryEndpoints } from './discovery-endpoints.ts';
import { allowedMethods, findEndpoint, type Endpoint, type EndpointFamily } from './endpoint.ts';
import { meEndpoints } from './me-endpoints.ts';
import { resourceEndpoints, type BodyLimits } from './resource-endpoints.ts';
import { rootEndpoints } from './root-endpoints.ts';

export interface ScimDoorOptions {
  readonly handlers: readonly ResourceHandler[];
  readonly context: ProvisioningContext;
  readonly verify: Verify;
  readonly limits: BodyLimits;
  readonly bulk: BulkLimits;
  /** Seals the cursors of lists. */
  readonly seal: CursorSeal;
}

const noEndpoint = 'There is no such endpoint. /ResourceTypes lists those of the resources, spelled exactly as they have to be.';

/** Every endpoint of the door. */
export function scimEndpoints({ handlers, context, limits, bulk, seal }: Omit<ScimDoorOptions, 'verify'>): EndpointFamily[] {
  const types = handlers.map(({ type }) => type);
  const resources = handlers.map((handler) => resourceEndpoints(handler, context, limits, seal));
  const root = rootEndpoints(handlers, context, seal, limits.plain);
  const discovery = discoveryEndpoints(types, context.reads, context.baseUrl, bulk.maxPayloadSize);
  return [...root, ...resources, ...discovery, ...resources.filter(isUsers).map(meEndpoints), bulkEndpoint(handlers, context, limits, bulk)];
}

/** The app to be mounted at `scimPath`. */
export function scimRoutes({ verify, ...options }: ScimDoorOptions): Hono<RequestEnv> {
  const { context } = options;
  const families = new Map(scimEndpoints(options).map((family) => [family.name, family]));
  const app = new Hono<CallEnv>();
  app.use(authenticate(verify));
  app.all('/*', async (c) => {
    try {
      return await dispatch(c, families, context.reads);
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

async function dispatch(c: Context<CallEnv>, families: ReadonlyMap<string, EndpointFamily>, reads: ProvisioningContext['reads']): Promise<Response> {
  const found = findEndpoint(families, c.req.raw.url);
  if (found === undefined) throw new ScimError(404, undefined, noEndpoint);
  requireCoding(c.req.raw.headers.get('accept-encoding'));
  const { endpoint, id } = found;
  const { method } = c.req;
  c.set('route', endpoint.template);
  if (method === 'OPTIONS') return await answerOptions(c, reads, endpoint);
  const step = endpoint.methods.get(method === 'HEAD' ? 'GET' : method);
  if (step === undefined) throw new MethodError(method, allowedMethods(endpoint));
  return await step(c, id);
}

/** Behind the token like everything else. https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7 */
async function answerOptions(c: Context<CallEnv>, reads: ProvisioningContext['reads'], endpoint: Endpoint): Promise<Response> {
  const admitted = await reads.admitted(c.get('call'));
  return admitted.ok ? new Response(null, { status: 204, headers: { Allow: allowedMethods(endpoint) } }) : c.get('fail')(admitted.refusal);
}

function isUsers({ name }: EndpointFamily): boolean {
  return `/${name}` === userType.endpoint;
}
