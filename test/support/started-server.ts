// The whole server over a database of its own, with fresh workspaces and tokens for them; what tests of the doors begin with.
import { generateKeyPairSync } from 'node:crypto';
import pg from 'pg';
import supertest from 'supertest';
import { loadSettings } from '../../config/settings.ts';
import { loadResourceTypes } from '../../src/cli/load-resource-types.ts';
import { openSigningKeys, tokenParties } from '../../src/cli/own-issuer.ts';
import { setUpWorkspace } from '../../src/cli/set-up-workspace.ts';
import { composeApp } from '../../src/compose.ts';
import { openPorts, type Ports } from '../../src/compose-ports.ts';
import { composeJobs, type JobParts } from '../../src/compose-jobs.ts';
import { createConnectionToken, createPersonToken } from '../../src/domain/commands/credentials.ts';
import type { TokenRecord } from '../../src/domain/areas/connections.ts';
import type { Call, Tenant } from '../../src/domain/model/caller.ts';
import type { CommandStore } from '../../src/domain/ports.ts';
import { mintToken } from '../../src/http/auth/mint-token.ts';
import type { SigningKeys } from '../../src/http/auth/signing-keys.ts';
import { createLogger } from '../../src/http/log.ts';
import { scimPath } from '../../src/http/scim/endpoint.ts';
import { serve, type Served } from '../../src/http/server.ts';
import type { RunningJobs } from '../../src/jobs/run-jobs.ts';
import { createDatabase, type TestDatabase } from './database.ts';

/** A workspace of its own with what a test needs to act in it. */
export interface TestWorkspace {
  readonly tenant: Tenant;
  readonly slug: string;
  readonly organization: string;
  readonly ownerId: string;
  /** A call of the operator, for commands beside HTTP. */
  readonly operator: Call;
  /** A provisioning token; each label is a connection of its own. */
  readonly connectionToken: (label?: string) => Promise<{ readonly token: string; readonly record: TokenRecord }>;
  readonly personToken: (membershipId: string) => Promise<{ readonly token: string; readonly record: TokenRecord }>;
}

export interface StartedServer {
  /** Ends in /scim/v2. */
  readonly url: string;
  readonly root: string;
  readonly ports: Ports;
  readonly database: TestDatabase;
  readonly keys: SigningKeys;
  /** Asks past row-level security. */
  readonly query: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  readonly workspace: (input?: { readonly organization?: string; readonly owner?: string; readonly seats?: number }) => Promise<TestWorkspace>;
  /** Starts the jobs of a server process, which are told of each commit; more of them are further processes. They stop with the server, or when told to. */
  readonly startJobs: (overrides?: JobParts['overrides']) => RunningJobs;
  readonly stop: () => Promise<void>;
}

let workspaces = 0;

/** Starts it on a free port. `environment` overrides settings by their names; `around` may put something between the server and its store. */
export async function startForTest(environment: Readonly<Record<string, string>> = {}, around: (store: CommandStore) => CommandStore = (store) => store): Promise<StartedServer> {
  const database = await createDatabase();
  const { privateKey } = generateKeyPairSync('ed25519');
  const settings = loadSettings({ SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), DATABASE_POOL_SIZE: '10', ...environment });
  const logger = await createLogger({ level: 'silent', pretty: false });
  const keys = await openSigningKeys(settings);
  const late: { app: Served } = { app: { fetch: () => new Response(null, { status: 503 }) } };
  const jobs = new Set<RunningJobs>();
  const listening = await serve({ fetch: async (request, bindings) => await late.app.fetch(request, bindings) }, { host: '127.0.0.1', port: 0, logger });
  const opened = await openPorts(settings, database.runtime, { baseUrl: `${listening.url}${scimPath}`, committed: (workspaceId) => { for (const each of jobs) each.committed(workspaceId); } });
  const ports = { ...opened, store: around(opened.store) };
  late.app = composeApp(settings, ports, keys, logger, listening.url, loadResourceTypes(settings));
  const owner = new pg.Pool({ ...database.owner, max: 2 });
  owner.on('error', () => undefined);
  return {
    url: `${listening.url}${scimPath}`,
    root: listening.url,
    ports,
    database,
    keys,
    query: async (text, values = []) => (await owner.query<Record<string, unknown>>(text, [...values])).rows,
    workspace: async (input = {}) => await makeWorkspace(ports, async (tenant, record) => await mintToken(keys, tokenParties(settings), tenant, record), input),
    startJobs: (overrides = {}) => {
      const running = composeJobs(ports, { settings, keys, baseUrl: listening.url, log: { warn: () => undefined, info: () => undefined }, overrides });
      jobs.add(running);
      return running;
    },
    stop: async () => {
      await listening.stop(1);
      await Promise.all([...jobs].map(async (each) => await each.stop()));
      await ports.database.close();
      await owner.end();
      await database.drop();
    },
  };
}

type Mint = (tenant: Tenant, record: TokenRecord) => Promise<string>;

async function makeWorkspace(ports: Ports, mint: Mint, input: { organization?: string; owner?: string; seats?: number }): Promise<TestWorkspace> {
  workspaces += 1;
  const slug = `w${workspaces}-${Math.random().toString(36).slice(2, 8)}`;
  const { organization = `Org of ${slug}`, owner = `owner@${slug}.example`, seats } = input;
  const created = await setUpWorkspace(ports, { organization, slug, owner, seats });
  if (!created.ok) throw new Error(created.refusal.detail);
  const { workspaceId, organizationId, ownerId } = created.value;
  const tenant = { workspaceId, organizationId };
  const operator: Call = { credential: { kind: 'operator', tenant }, requestId: `test-${slug}` };
  return {
    tenant,
    slug,
    organization,
    ownerId,
    operator,
    connectionToken: async (label = 'okta') => {
      const made = await createConnectionToken(ports.store, operator, label, undefined);
      if (!made.ok) throw new Error(made.refusal.detail);
      return { token: await mint(tenant, made.value), record: made.value };
    },
    personToken: async (membershipId) => {
      const made = await createPersonToken(ports.store, operator, membershipId, new Date(Date.now() + 86_400_000));
      if (!made.ok) throw new Error(made.refusal.detail);
      return { token: await mint(tenant, made.value), record: made.value };
    },
  };
}

/** SCIM requests with a token, over the wire. */
export interface Scim {
  readonly get: (path: string) => supertest.Test;
  readonly head: (path: string) => supertest.Test;
  readonly post: (path: string, body: unknown) => supertest.Test;
  readonly put: (path: string, body: unknown) => supertest.Test;
  readonly patch: (path: string, ...operations: readonly unknown[]) => supertest.Test;
  readonly delete: (path: string) => supertest.Test;
}

/** A client of the service with a token. */
export function scimClient(service: Pick<StartedServer, 'url'>, token: string): Scim {
  const agent = supertest(service.url);
  const as = (request: supertest.Test) => request.set('Authorization', `Bearer ${token}`).set('Accept', 'application/scim+json');
  const send = (request: supertest.Test, body: unknown) => as(request).set('Content-Type', 'application/scim+json').send(JSON.stringify(body));
  return {
    get: (path) => as(agent.get(path)),
    head: (path) => as(agent.head(path)),
    post: (path, body) => send(agent.post(path), body),
    put: (path, body) => send(agent.put(path), body),
    patch: (path, ...operations) => send(agent.patch(path), { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations }),
    delete: (path) => as(agent.delete(path)),
  };
}

/** The body of a new user; the e-mail is the userName. */
export function newUser(userName: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    emails: [{ value: userName, type: 'work', primary: true }],
    ...more,
  };
}
