// The bulk endpoint: reads the request within its limits, has it run, and writes what became of each operation.
import type { Context } from 'hono';
import { prepareBatch } from '../../domain/commands/prepare-batch.ts';
import type { BulkFailure } from '../../provisioning/bulk/bulk-run.ts';
import { runBulk } from '../../provisioning/bulk/run-bulk.ts';
import { createGate } from '../../provisioning/bulk/run-in-order.ts';
import type { ProvisioningContext, ResourceHandler } from '../../provisioning/resource-handler.ts';
import { bulkResponse } from '../../scim/bulk/bulk-response.ts';
import { readBulkRequest } from '../../scim/bulk/read-bulk-request.ts';
import { ScimError } from '../../scim/errors.ts';
import type { ScimObject } from '../../scim/schema/attribute.ts';
import type { Step } from '../endpoint.ts';
import { negotiate, requireJsonBody } from '../limits/media-types.ts';
import { readJson } from '../limits/read-json.ts';
import type { CallEnv } from '../request-frame.ts';
import { answerJson } from './answer.ts';
import { refuseDryRun } from './attempt.ts';
import { scimPath, type EndpointFamily } from './endpoint.ts';
import type { BodyLimits } from './resource-endpoints.ts';

/** `maxPayloadSize` counts bytes; `atOnce` operations of all bulk requests together run at a time. */
export interface BulkLimits {
  readonly maxPayloadSize: number;
  readonly atOnce: number;
}

/** `/Bulk`, which knows POST only. https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
export function bulkEndpoint(handlers: readonly ResourceHandler[], context: ProvisioningContext, largestBody: BodyLimits, { maxPayloadSize, atOnce }: BulkLimits): EndpointFamily {
  const known = { types: handlers.map(({ type }) => type), baseUrl: context.baseUrl };
  const gate = createGate(atOnce);
  const post: Step = async (c) => {
    const mediaType = negotiate(c.req.raw.headers.get('accept'));
    requireJsonBody(c.req.raw.headers.get('content-type'));
    refuseDryRun(c.req.raw.headers);
    const payload = await readPayload(c, maxPayloadSize);
    c.set('body', payload);
    const request = readBulkRequest(payload, known);
    const call = c.get('call');
    const prepared = await prepareBatch(context.store, call);
    if (!prepared.ok) return c.get('fail')(prepared.refusal);
    const run = { handlers, context, call, largestBody, describe: describeWith(c) };
    const results = await runBulk(run, request, { atOnce: prepared.value.seatsLimited ? 1 : atOnce, gate });
    return answerJson(bulkResponse(results), mediaType);
  };
  return { name: 'Bulk', self: { template: `${scimPath}/Bulk`, methods: new Map([['POST', post]]) } };
}

/** The answer to too much names the limit as discovery does. https://www.rfc-editor.org/rfc/rfc7644#section-3.7.4 */
async function readPayload(c: Context<CallEnv>, limitBytes: number): Promise<unknown> {
  try {
    return await readJson(c.req.raw, { limitBytes });
  } catch (error) {
    if (!(error instanceof ScimError) || error.status !== 413) throw error;
    throw new ScimError(413, undefined, `The size of the bulk operation exceeds the maxPayloadSize (${limitBytes}). Send it in parts.`);
  }
}

/** What the single request would have been answered; a fault of the server is logged with the id of the bulk request. */
function describeWith(c: Context<CallEnv>): (failure: unknown) => Promise<BulkFailure> {
  return async (failure) => {
    const answer = c.get('fail')(failure);
    return { status: answer.status, response: (await answer.json()) as ScimObject, unavailable: answer.headers.get('x-problem-code') === 'unavailable' };
  };
}
