// The SCIM door over ports that keep nothing, as the tests of this folder call it.
import { createApp } from '../../../src/http/create-app.ts';
import { invalidToken } from '../../../src/http/auth/auth-failure.ts';
import { scimPath } from '../../../src/http/scim/endpoint.ts';
import { scimRoutes } from '../../../src/http/scim/scim-routes.ts';
import { createCursorSeal } from '../../../src/scim/cursor-seal.ts';
import { createHandlers } from '../../../src/provisioning/resource-handlers.ts';
import { resourceTypes } from '../../../src/scim/schema/resource-types.ts';
import type { LogFields } from '../../../src/http/log.ts';
import { baseUrl, call, fakePorts, type Asked, type FakeState } from '../../provisioning/fake-ports.ts';

export interface Door {
  readonly asked: Asked;
  /** One line for each request, as the log gets it. */
  readonly logged: LogFields[];
  /** Calls with a good token; `path` is relative to the SCIM base. */
  readonly send: (method: string, path: string, options?: Sent) => Promise<Response>;
}

export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const seal = createCursorSeal([Buffer.alloc(32, 7)]);
const limits = { plain: 2_000, large: 20_000 };

export function openDoor(state: FakeState = {}): Door {
  const { asked, ...ports } = fakePorts(state);
  const logged: LogFields[] = [];
  const note = (fields: LogFields): void => void logged.push(fields);
  const verify = async (token: string) => await (token === 'good' ? Promise.resolve(call.credential) : Promise.reject(invalidToken('The token is not known.')));
  const app = createApp({
    logger: { trace: note, debug: note, info: note, warn: note, error: note, fatal: note },
    baseUrl: 'https://usher.example',
    isUnavailable: () => false,
    ready: async () => await Promise.resolve(true),
    jwks: () => ({ keys: [] }),
    doors: [{ path: scimPath, app: scimRoutes({ handlers: createHandlers(resourceTypes), context: { ...ports, baseUrl }, verify, limits, bulk: { maxPayloadSize: 20_000, atOnce: 2 }, seal, log: { record: () => undefined, keepsBodies: () => false, dropped: () => 0 } }) }],
  });
  const send: Door['send'] = async (method, path, { body, headers = {} } = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const type = text === undefined ? {} : { 'Content-Type': 'application/scim+json' };
    const init = { method, headers: { Authorization: 'Bearer good', ...type, ...headers }, ...(text === undefined ? {} : { body: text }) };
    return await app.request(`https://usher.example${scimPath}${path}`, init);
  };
  return { asked, logged, send };
}
