// A client of the whole team API, for tests of more than its members.
import { sendRequest, type RawAnswer } from '../../support/raw-http.ts';
import type { StartedServer, TestWorkspace } from '../../support/started-server.ts';

/** Sends a request; `path` is relative to /api/v1/team. */
export type Api = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<RawAnswer>;

/** Acts as this person. */
export async function apiAs({ root }: StartedServer, workspace: TestWorkspace, id: string): Promise<Api> {
  const { token } = await workspace.personToken(id);
  return async (method, path, body, headers = {}) =>
    await sendRequest(root, {
      method,
      path: `/api/v1/team${path}`,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
}
