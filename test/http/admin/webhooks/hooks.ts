// A client of the endpoints of events, as the tests of this folder need it.
import { expect } from 'vitest';
import { sendRequest, type RawAnswer } from '../../../support/raw-http.ts';
import type { StartedServer, TestWorkspace } from '../../../support/started-server.ts';

export interface Endpoint {
  readonly id: string;
  readonly secret: string;
  readonly status: string;
  readonly pending: number;
  readonly failingSince: string | null;
  readonly [name: string]: unknown;
}

export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly topic: string;
  readonly aggregateId: string;
  readonly status: string;
  readonly attempts: number;
  readonly responseStatus: number | null;
  readonly response: string | null;
  readonly error: string | null;
}

export interface Hooks {
  readonly send: (method: string, path: string, body?: unknown) => Promise<RawAnswer>;
  readonly create: (body: object) => Promise<Endpoint>;
  readonly one: (id: string) => Promise<Endpoint>;
  readonly deliveries: (id: string, query?: string) => Promise<readonly Delivery[]>;
}

/** `path` is relative to the endpoints. */
export async function hooksClient({ root }: StartedServer, workspace: TestWorkspace, memberId = workspace.ownerId): Promise<Hooks> {
  const { token } = await workspace.personToken(memberId);
  const send: Hooks['send'] = async (method, path, body) =>
    await sendRequest(root, {
      method,
      path: `/api/v1/webhooks${path}`,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const good = async (status: number, method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await send(method, path, body);
    expect(answer.status, answer.text).toBe(status);
    return answer.json;
  };
  return {
    send,
    create: async (body) => (await good(201, 'POST', '', body)) as Endpoint,
    one: async (id) => (await good(200, 'GET', `/${id}`)) as Endpoint,
    deliveries: async (id, query = '?limit=200') => ((await good(200, 'GET', `/${id}/deliveries${query}`)) as { items: Delivery[] }).items,
  };
}
