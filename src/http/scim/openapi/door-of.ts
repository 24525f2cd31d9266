// The endpoints of a door that is only described: the same ones that are served, over ports that nobody asks.
import type { ProvisioningContext, ResourceHandler } from '../../../provisioning/resource-handler.ts';
import { createCursorSeal } from '../../../scim/cursor-seal.ts';
import { scimEndpoints } from '../scim-routes.ts';
import type { Described } from './document.ts';
import type { DescribedLimits } from './operation.ts';

const unasked: ProvisioningContext = { store: {} as ProvisioningContext['store'], reads: {} as ProvisioningContext['reads'], baseUrl: '' };

export function doorOf(handlers: readonly ResourceHandler[], limits: DescribedLimits): Described {
  const seal = createCursorSeal([new Uint8Array(32)]);
  const families = scimEndpoints({ handlers, context: unasked, limits, bulk: { maxPayloadSize: limits.bulk, atOnce: 1 }, seal });
  return { families, handlers, limits };
}
