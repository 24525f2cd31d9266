// A client of the whole team API, with paths relative to it.
import { sendRequest, type RawAnswer } from '../../../support/raw-http.ts';
import type { StartedServer } from '../../../support/started-server.ts';

export type Api = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<RawAnswer>;

export function apiClient({ root }: Pick<StartedServer, 'root'>, token: string): Api {
  return async (method, path, body, headers = {}) =>
    await sendRequest(root, {
      method,
      path: `/api/v1${path}`,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
}
