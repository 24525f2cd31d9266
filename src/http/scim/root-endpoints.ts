// The root of the server as a collection of everything: all resource types in one list, in one order, with one total.
import type { ProvisioningContext, ResourceHandler } from '../../provisioning/resource-handler.ts';
import { searchEverything } from '../../provisioning/search-everything.ts';
import type { CursorSeal } from '../../scim/cursor-seal.ts';
import { requireJsonBody } from '../limits/media-types.ts';
import { readJson } from '../limits/read-json.ts';
import { scimPath, type EndpointFamily } from './endpoint.ts';
import { list, search, type Collection } from './list-endpoints.ts';

/** GET on the base and POST on `/.search`. https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1 */
export function rootEndpoints(handlers: readonly ResourceHandler[], context: ProvisioningContext, seal: CursorSeal, limitBytes: number): EndpointFamily[] {
  const everything: Collection = {
    name: '/',
    types: handlers.map(({ type }) => type),
    read: async (call, asked, cut) => await searchEverything(handlers, context, call, asked, cut),
  };
  const searching = search(everything, seal, async (c) => {
    requireJsonBody(c.req.raw.headers.get('content-type'));
    return await readJson(c.req.raw, { limitBytes });
  });
  return [
    { name: '', self: { template: scimPath, methods: new Map([['GET', list(everything, seal)]]) } },
    { name: '.search', self: { template: `${scimPath}/.search`, methods: new Map([['POST', searching]]) } },
  ];
}
