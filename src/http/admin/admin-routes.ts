// The door of the team API: its endpoints and the way to them; may assume the request frame before it.
import type { Hono } from 'hono';
import { doorRoutes } from '../door.ts';
import { segmentsBehind, type Endpoint, type Found } from '../endpoint.ts';
import type { Verify } from '../auth/verify-token.ts';
import type { RequestEnv } from '../request-frame.ts';
import { adminPath } from './admin-path.ts';
import { memberEndpoints, type TeamContext } from './member-endpoints.ts';

export interface AdminDoorOptions extends TeamContext {
  readonly verify: Verify;
}

const nothingHere = `There is no such address in the team API. ${adminPath}/team/members lists the members.`;

/** The app to be mounted at `adminPath`. */
export function adminRoutes({ verify, ...context }: AdminDoorOptions): Hono<RequestEnv> {
  const endpoints = memberEndpoints(context).map((endpoint) => ({ endpoint, names: endpoint.template.slice(adminPath.length + 1).split('/') }));
  return doorRoutes({
    door: 'admin',
    verify,
    admitted: async (call) => await context.reads.admitted(call),
    find: (url) => findIn(endpoints, segmentsBehind(adminPath, url)),
    nothingHere,
  });
}

/** The endpoint whose template has these segments, `:id` standing for any one. */
function findIn(endpoints: readonly { readonly endpoint: Endpoint; readonly names: readonly string[] }[], segments: readonly string[]): Found | undefined {
  const found = endpoints.find(({ names }) => names.length === segments.length && names.every((name, at) => name === ':id' || name === segments[at]));
  return found && { endpoint: found.endpoint, id: segments[found.names.indexOf(':id')] ?? '' };
}
