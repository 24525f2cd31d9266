// A client of the team API and the people of a workspace, as the tests of this folder need them.
import { expect } from 'vitest';
import { createPersonToken } from '../../../src/domain/commands/credentials.ts';
import { provisionMember } from '../../../src/domain/commands/provision-member.ts';
import type { RoleKey } from '../../../src/domain/model/role.ts';
import { problemPages } from '../../../src/http/problem-pages.ts';
import { sendRequest, type RawAnswer } from '../../support/raw-http.ts';
import { newUser, scimClient, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';

/** A member as the API shows it. */
export interface Shown {
  readonly id: string;
  readonly userName: string;
  readonly status: string;
  readonly role: string;
  readonly holds: readonly { readonly source: string }[];
  readonly version: number;
  readonly [name: string]: unknown;
}

export interface ListBody {
  readonly total: number;
  readonly items: readonly Shown[];
  readonly nextCursor: string | null;
  readonly previousCursor: string | null;
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly blockers: readonly { readonly code: string; readonly detail: string; readonly memberId: string | null }[];
}

export interface Team {
  readonly send: (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<RawAnswer>;
  readonly list: (query?: string) => Promise<ListBody>;
  readonly one: (id: string) => Promise<Shown>;
}

/** `path` is relative to the members. */
export function teamClient({ root }: Pick<StartedServer, 'root'>, token: string): Team {
  const send: Team['send'] = async (method, path, body, headers = {}) =>
    await sendRequest(root, {
      method,
      path: `/api/v1/team/members${path}`,
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
  const good = async (path: string): Promise<unknown> => {
    const answer = await send('GET', path);
    expect([path, answer.status, answer.headers['content-type']], answer.text).toEqual([path, 200, 'application/json']);
    return answer.json;
  };
  return { send, list: async (query = '') => (await good(query)) as ListBody, one: async (id) => (await good(`/${id}`)) as Shown };
}

let people = 0;

/** A new member; beside HTTP, so that any role is possible. */
export async function person({ ports }: StartedServer, { operator }: TestWorkspace, role: RoleKey = 'member', active = true): Promise<string> {
  people += 1;
  const userName = `person${people}@team.example`;
  const particulars = { userName, externalId: undefined, emails: [{ value: userName, type: undefined, display: undefined, primary: true }], managerId: undefined, profile: { emails: [{ value: userName, primary: true }] } };
  const made = await provisionMember(ports.store, operator, { particulars, active, role, parts: { groups: false, managerName: false, holds: false } });
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value.id;
}

/** A user that an identity provider pushes. */
export async function pushed(service: StartedServer, workspace: TestWorkspace, userName: string, more: Readonly<Record<string, unknown>> = {}, label = 'okta'): Promise<string> {
  const made = await scimClient(service, (await workspace.connectionToken(label)).token).post('/Users', newUser(userName, more));
  expect(made.status, made.text).toBe(201);
  return made.body.id as string;
}

/** What every refusal has to look like. */
export function expectProblem({ status, headers, json }: RawAnswer, expected: { readonly status: number; readonly code: string; readonly says?: RegExp; readonly blockers?: readonly string[] }): void {
  const body = json as ProblemBody;
  expect([status, body?.code], JSON.stringify(json)).toEqual([expected.status, expected.code]);
  expect(headers['content-type']).toBe('application/problem+json');
  expect(Object.keys(body)).toEqual(['type', 'title', 'status', 'detail', 'code', 'requestId', 'blockers']);
  expect(body.type.endsWith(`/problems/${expected.code}`)).toBe(true);
  expect(Object.keys(problemPages)).toContain(expected.code);
  expect([body.title, body.status, body.requestId]).toEqual([problemPages[expected.code as keyof typeof problemPages].title, status, headers['x-request-id']]);
  expect([headers['x-problem-code'], headers['link']]).toEqual([expected.code, `<${body.type}>; rel="help"`]);
  expect(body.detail).toMatch(expected.says ?? /.{20}[.)]$/);
  if (expected.blockers !== undefined) expect(body.blockers.map(({ code }) => code)).toEqual(expected.blockers);
}

/** What `createPersonToken` gives, for whoever wants a record of its own. */
export async function recordFor({ ports }: StartedServer, { operator }: TestWorkspace, id: string) {
  const made = await createPersonToken(ports.store, operator, id, new Date(Date.now() + 86_400_000));
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value;
}
