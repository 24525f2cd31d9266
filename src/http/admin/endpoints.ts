// All addresses of the team API, area by area.
import { memberEndpoints, type TeamContext } from './members/member-endpoints.ts';
import type { AdminEndpoint } from './operation.ts';

/** What the areas work with. */
export type AdminContext = TeamContext;

/** The endpoints of every area. */
export function adminEndpoints(context: AdminContext): AdminEndpoint[] {
  return [...memberEndpoints(context)];
}
