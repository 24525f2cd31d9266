// A client of the team API's connections, as the tests of this folder need it.
import { expect } from 'vitest';
import { sendRequest, type RawAnswer } from '../../support/raw-http.ts';
import { scimClient, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';

/** A connection as the API shows it. */
export interface ShownConnection {
  readonly id: string;
  readonly label: string;
  readonly paused: boolean;
  readonly policy: Readonly<Record<string, unknown>>;
  readonly tokens: readonly { readonly id: string; readonly expiresAt: string | null; readonly lastUsedAt: string | null; readonly expiresWithinDays: number | null }[];
  readonly warnings: readonly string[];
  readonly breaker: { readonly departures: number; readonly trippedAt: string | null };
  readonly openIntents: number;
  readonly lastSeenAt: string | null;
}

export interface Connections {
  readonly send: (method: string, path: string, body?: unknown) => Promise<RawAnswer>;
  /** Answers the body of an answer with the status, and fails otherwise. */
  readonly good: <T>(status: number, method: string, path: string, body?: unknown) => Promise<T>;
  readonly make: (label: string, policy?: object) => Promise<ShownConnection>;
  readonly one: (id: string) => Promise<ShownConnection>;
  /** A SCIM client with a new token of the connection. */
  readonly scim: (id: string) => Promise<Scim>;
}

/** `path` is relative to the connections. */
export function connectionsClient(service: StartedServer, token: string): Connections {
  const send: Connections['send'] = async (method, path, body) =>
    await sendRequest(service.root, {
      method,
      path: `/api/v1/connections${path}`,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const good: Connections['good'] = async <T>(status: number, method: string, path: string, body?: unknown) => {
    const answer = await send(method, path, body);
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(status);
    return answer.json as T;
  };
  return {
    send,
    good,
    make: async (label, policy) => await good(201, 'POST', '', { label, ...(policy === undefined ? {} : { policy }) }),
    one: async (id) => await good(200, 'GET', `/${id}`),
    scim: async (id) => scimClient(service, (await good<{ token: string }>(201, 'POST', `/${id}/tokens`, {})).token),
  };
}

/** The client of a workspace's owner. */
export async function ownersConnections(service: StartedServer, workspace: TestWorkspace): Promise<Connections> {
  return connectionsClient(service, (await workspace.personToken(workspace.ownerId)).token);
}
