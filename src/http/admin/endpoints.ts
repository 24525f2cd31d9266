// All addresses of the team API, area by area.
import { accountEndpoints, type AccountContext } from './host/account-endpoints.ts';
import { sessionEndpoints, type SessionContext } from './host/session-endpoints.ts';
import { memberEndpoints, type TeamContext } from './members/member-endpoints.ts';
import type { AdminEndpoint } from './operation.ts';

/** What the areas work with. */
export type AdminContext = TeamContext & SessionContext & AccountContext;

/** The endpoints of every area. */
export function adminEndpoints(context: AdminContext): AdminEndpoint[] {
  return [...memberEndpoints(context), ...sessionEndpoints(context), ...accountEndpoints(context)];
}
