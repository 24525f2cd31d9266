// Bulk requests as tests send them, and their results in short.
import type { Scim } from '../support/started-server.ts';

export interface Result {
  readonly method?: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: { readonly schemas: readonly string[]; readonly status: string; readonly scimType?: string; readonly detail: string };
}

export const bulkRequest = (operations: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: operations,
  ...more,
});

/** Sends operations and answers their results; fails for any answer but 200. */
export async function bulk(scim: Scim, operations: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): Promise<Result[]> {
  const answer = await scim.post('/Bulk', bulkRequest(operations, more));
  const body = answer.body as { schemas: string[]; Operations: Result[] };
  if (answer.status !== 200) throw new Error(`bulk was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  if (String(body.schemas) !== 'urn:ietf:params:scim:api:messages:2.0:BulkResponse') throw new Error('no bulk response');
  return body.Operations;
}

/** Status and scimType of each result. */
export const outline = (results: readonly Result[]) => results.map(({ status, response }) => (response?.scimType === undefined ? status : `${status} ${response.scimType}`));

export const idOf = (result: Result | undefined) => result?.location?.split('/').at(-1) ?? '';

export const patchOp = (...operations: readonly unknown[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations });

export const post = (path: string, bulkId: string, data: unknown) => ({ method: 'POST', path, bulkId, data });
