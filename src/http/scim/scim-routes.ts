// The SCIM door: all its endpoints, made from the list of resource types; may assume the request frame before it.
import type { Hono } from 'hono';
import type { RequestLog } from '../../domain/areas/request-log.ts';
import type { ProvisioningContext, ResourceHandler } from '../../provisioning/resource-handler.ts';
import type { CursorSeal } from '../../scim/cursor-seal.ts';
import { userType } from '../../scim/schema/resource-types.ts';
import type { Verify } from '../auth/verify-token.ts';
import { doorRoutes } from '../door.ts';
import type { RequestEnv } from '../request-frame.ts';
import { bulkEndpoint, type BulkLimits } from './bulk-endpoint.ts';
import { discoveryEndpoints } from './discovery-endpoints.ts';
import { findEndpoint, type EndpointFamily } from './endpoint.ts';
import { logRequests } from './log-requests.ts';
import { bodyMask } from './mask-body.ts';
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
  /** Takes the requests of connections. */
  readonly log: RequestLog;
}

const noEndpoint = 'There is no such endpoint. /ResourceTypes lists those of the resources, spelled exactly as they have to be.';

/** Every endpoint of the door. */
export function scimEndpoints({ handlers, context, limits, bulk, seal }: Omit<ScimDoorOptions, 'verify' | 'log'>): EndpointFamily[] {
  const types = handlers.map(({ type }) => type);
  const resources = handlers.map((handler) => resourceEndpoints(handler, context, limits, seal));
  const root = rootEndpoints(handlers, context, seal, limits.plain);
  const discovery = discoveryEndpoints(types, context.reads, context.baseUrl, bulk.maxPayloadSize);
  return [...root, ...resources, ...discovery, ...resources.filter(isUsers).map(meEndpoints), bulkEndpoint(handlers, context, limits, bulk)];
}

/** The app to be mounted at `scimPath`. */
export function scimRoutes({ verify, log, ...options }: ScimDoorOptions): Hono<RequestEnv> {
  const { reads } = options.context;
  const families = new Map(scimEndpoints(options).map((family) => [family.name, family]));
  return doorRoutes({ door: 'scim', verify, admitted: async (call) => await reads.admitted(call), find: (url) => findEndpoint(families, url), nothingHere: noEndpoint, observe: logRequests(log, bodyMask(options.handlers.map(({ type }) => type))) });
}

function isUsers({ name }: EndpointFamily): boolean {
  return `/${name}` === userType.endpoint;
}
