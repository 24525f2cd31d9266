// A host application and the people who sign in through it, as the tests of this folder need them.
import { expect } from 'vitest';
import { createHostClient } from '../../../src/domain/commands/host-clients.ts';
import { hashOfSecret, newClientSecret } from '../../../src/http/oauth/client-secret.ts';
import { writeClientId } from '../../../src/http/oauth/client-id.ts';
import { sendRequest, type RawAnswer } from '../../support/raw-http.ts';
import type { StartedServer, TestWorkspace } from '../../support/started-server.ts';

/** A client that may log in. */
export interface Login {
  readonly clientId: string;
  readonly secret: string;
  readonly id: string;
}

export type Send = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<RawAnswer>;

export interface Opened {
  readonly sessionToken: string;
  readonly sessionId: string;
  readonly accountId: string;
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string } | null;
  readonly member: { readonly id: string; readonly userName: string; readonly role: string; readonly permissions: readonly string[] } | null;
  readonly expiresAt: string;
}

export interface Host {
  readonly login: Login;
  readonly token: string;
  readonly send: Send;
  readonly open: (body: object) => Promise<RawAnswer>;
  /** Opens a session that must open. */
  readonly signIn: (subject: string, email: string, workspace?: string) => Promise<Opened>;
  readonly introspect: (token: string) => Promise<Readonly<Record<string, unknown>>>;
}

/** JSON requests with a token; paths are those behind /api/v1. */
export function sender({ root }: Pick<StartedServer, 'root'>, token: string): Send {
  return async (method, path, body, headers = {}) =>
    await sendRequest(root, {
      method,
      path: path.startsWith('/scim') ? path : `/api/v1${path}`,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
}

let clients = 0;

/** A client of the workspace's organization. */
export async function makeClient({ ports }: StartedServer, { operator, tenant }: TestWorkspace): Promise<Login> {
  clients += 1;
  const secret = newClientSecret();
  const made = await createHostClient(ports.store, operator, `Host ${clients}`, Buffer.from(hashOfSecret(secret), 'hex'));
  if (!made.ok) throw new Error(made.refusal.detail);
  const { clientId: id } = made.value;
  return { id, secret, clientId: writeClientId({ organizationId: tenant.organizationId, clientId: id }) };
}

/** A token request. */
export async function askToken({ root }: Pick<StartedServer, 'root'>, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  const body = new URLSearchParams(fields).toString();
  return await sendRequest(root, { method: 'POST', path: '/oauth2/token', headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }, body });
}

/** A host application that has logged in. */
export async function makeHost(service: StartedServer, workspace: TestWorkspace): Promise<Host> {
  const login = await makeClient(service, workspace);
  const answer = await askToken(service, { grant_type: 'client_credentials', client_id: login.clientId, client_secret: login.secret });
  expect(answer.status, answer.text).toBe(200);
  const { access_token: token } = answer.json as { access_token: string };
  const send = sender(service, token);
  const open = async (body: object) => await send('POST', '/sessions', body);
  return {
    login,
    token,
    send,
    open,
    signIn: async (subject, email, place) => {
      const opened = await open({ subject: { id: subject, email, emailVerified: true }, ...(place === undefined ? {} : { workspace: place }) });
      expect(opened.status, opened.text).toBe(201);
      return opened.json as Opened;
    },
    introspect: async (asked) => {
      const told = await send('POST', '/introspect', { token: asked });
      expect(told.status, told.text).toBe(200);
      return told.json as Record<string, unknown>;
    },
  };
}

/** A member with an e-mail that an identity provider pushed. */
export async function emailOf({ query }: StartedServer, membershipId: string): Promise<string> {
  const [row] = await query('select value from membership_email where membership_id = $1', [membershipId]);
  return String(row?.['value']);
}
