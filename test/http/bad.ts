// The service under bad requests: a user and a group that must be there unchanged after each of them, and the forms that requests have.
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { changedTables, fingerprint, type Fingerprint } from '../support/fingerprint.ts';
import { expectProblem, type Expected } from '../support/problem.ts';
import { sendRequest, type RawAnswer, type RawRequest } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type StartedServer } from '../support/started-server.ts';

export const base = '/scim/v2';
export const scimJson = { 'Content-Type': 'application/scim+json' };
/** The body of a user who could be created. */
export const good = JSON.stringify(newUser('new@home.example'));
export const notFound: Expected = { status: 404, code: 'not-found' };
export const unsupported: Expected = { status: 415, code: 'unsupported-media-type' };
export const tooLarge: Expected = { status: 413, code: 'payload-too-large' };
export const badRequest: Expected = { status: 400, code: 'bad-request' };

export function bad(scimType: string, says?: RegExp): Expected {
  return { status: 400, scimType, says };
}

export function patchOf(...operations: unknown[]): string {
  return JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations });
}

export function post(body: RawRequest['body'], headers = {}): RawRequest {
  return { method: 'POST', path: '/Users', headers: { ...scimJson, ...headers }, body };
}

/** What a test of bad requests has at hand; to be read when the tests run. Paths stand under the base. */
export interface Bad {
  readonly service: StartedServer;
  readonly token: string;
  readonly userId: string;
  readonly groupId: string;
  readonly send: (request: RawRequest) => Promise<RawAnswer>;
  /** Sends, and expects the refusal. */
  readonly refuse: (request: RawRequest, expected: Expected) => Promise<RawAnswer>;
}

/** For the whole of a test file: one service, and after each test a look at every table. */
export function openBad(): Bad {
  const now: { service?: StartedServer; token: string; userId: string; groupId: string; before?: Fingerprint } = { token: '', userId: '', groupId: '' };
  const service = (): StartedServer => {
    if (now.service === undefined) throw new Error('the service has not been started');
    return now.service;
  };
  beforeAll(async () => {
    now.service = await startForTest();
    const workspace = await now.service.workspace();
    now.token = (await workspace.connectionToken()).token;
    const scim = scimClient(now.service, now.token);
    now.userId = (await scim.post('/Users', newUser('ada@home.example', { externalId: 'ada' }))).body.id as string;
    now.groupId = (await scim.post('/Groups', { displayName: 'Crew', members: [{ value: now.userId }] })).body.id as string;
  });
  afterAll(async () => await service().stop());
  beforeEach(async () => {
    now.before = await fingerprint(service());
  });
  afterEach(async () => {
    expect(changedTables(now.before ?? {}, await fingerprint(service()))).toEqual([]);
  });
  const send = async ({ path, headers, ...rest }: RawRequest): Promise<RawAnswer> =>
    await sendRequest(service().root, { ...rest, path: `${base}${path}`, headers: { Authorization: `Bearer ${now.token}`, ...headers } });
  return {
    get service() { return service(); },
    get token() { return now.token; },
    get userId() { return now.userId; },
    get groupId() { return now.groupId; },
    send,
    refuse: async (request, expected) => {
      const answer = await send(request);
      await expectProblem(service().root, answer, expected);
      return answer;
    },
  };
}
