// What tests of belongings and API keys have in common: a client for any path of the team API, resources and keys made through it.
import { expect } from 'vitest';
import { sendRequest, type RawAnswer } from '../../support/raw-http.ts';
import type { StartedServer } from '../../support/started-server.ts';

/** A resource as the API shows it. */
export interface ShownResource {
  readonly id: string;
  readonly kind: string;
  readonly externalRef: string;
  readonly createdBy: string;
  readonly owner: string;
  readonly heldFor?: string | null;
  readonly [name: string]: unknown;
}

export interface MadeKey {
  readonly id: string;
  readonly token: string;
}

export interface Api {
  readonly send: (method: string, path: string, body?: unknown) => Promise<RawAnswer>;
  /** The body of an answer that must have this status. */
  readonly get: (path: string) => Promise<Record<string, unknown>>;
  readonly register: (kind: string, externalRef: string, owner: string, more?: string) => Promise<ShownResource>;
  /** Owners by reference. */
  readonly owners: (query?: string) => Promise<Record<string, string>>;
  readonly resource: (kind: string, externalRef: string) => Promise<ShownResource>;
  readonly makeKey: (scopes: readonly string[], more?: object) => Promise<MadeKey>;
}

/** `path` is relative to the API. */
export function apiClient({ root }: Pick<StartedServer, 'root'>, token: string): Api {
  const send: Api['send'] = async (method, path, body) =>
    await sendRequest(root, {
      method,
      path: `/api/v1${path}`,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const good = async (status: readonly number[], method: string, path: string, body?: unknown) => {
    const answer = await send(method, path, body);
    expect(status, `${method} ${path}: ${answer.text}`).toContain(answer.status);
    return answer.json as Record<string, unknown>;
  };
  return {
    send,
    get: async (path) => await good([200], 'GET', path),
    register: async (kind, externalRef, owner, more = '') => (await good([200, 201], 'PUT', `/resources/${kind}/${encodeURIComponent(externalRef)}${more}`, { owner })) as unknown as ShownResource,
    owners: async (query = '') => {
      const { items } = await good([200], 'GET', `/resources?limit=200${query}`);
      return Object.fromEntries((items as ShownResource[]).map(({ externalRef, owner }) => [externalRef, owner]));
    },
    resource: async (kind, externalRef) => (await good([200], 'GET', `/resources/${kind}/${encodeURIComponent(externalRef)}`)) as unknown as ShownResource,
    makeKey: async (scopes, more = {}) => (await good([201], 'POST', '/team/keys', { name: 'nightly report', scopes, ...more })) as unknown as MadeKey,
  };
}
