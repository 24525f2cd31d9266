// The recorded sequences of Okta and Entra against the SCIM door on the real database, each twice on the same data.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Hono } from 'hono';
import { createConnectionToken } from '../../src/domain/commands/credentials.ts';
import { createWorkspace } from '../../src/domain/commands/create-workspace.ts';
import type { Call } from '../../src/domain/model/caller.ts';
import type { Workspace } from '../../src/domain/model/workspace.ts';
import type { Outcome } from '../../src/domain/refusals.ts';
import { mintToken } from '../../src/http/auth/mint-token.ts';
import { importSigningKeys, type PrivateJwk } from '../../src/http/auth/signing-keys.ts';
import { createVerifier } from '../../src/http/auth/verify-token.ts';
import { createApp } from '../../src/http/create-app.ts';
import type { RequestEnv } from '../../src/http/request-frame.ts';
import { scimPath } from '../../src/http/scim/endpoint.ts';
import { scimRoutes } from '../../src/http/scim/scim-routes.ts';
import { createCommandStore } from '../../src/persistence/commands/command-store.ts';
import { openDatabase, type Database } from '../../src/persistence/database/pool.ts';
import { createReads } from '../../src/persistence/reads/reads.ts';
import { resourceHandlers } from '../../src/provisioning/resource-handlers.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { printReport } from './print-report.ts';
import { replayTranscript } from './replay-transcript.ts';
import { clientFiles, readTranscript } from './transcript.ts';

const limits = { size: 4, connectTimeoutMs: 5_000, statementTimeoutMs: 10_000, queryTimeoutMs: 15_000, lockTimeoutMs: 5_000, idleInTransactionTimeoutMs: 10_000 };
const root = 'https://usher.example';
const parties = { issuer: root, audience: `${root}${scimPath}` };

let created: TestDatabase;
let database: Database;
let app: Hono<RequestEnv>;
let token: string;

beforeAll(async () => {
  created = await createDatabase();
  database = await openDatabase(created.runtime, limits);
  const baseUrl = `${root}${scimPath}`;
  const store = createCommandStore(database.pool, { baseUrl, committed: () => undefined });
  const reads = createReads(database.pool, baseUrl);
  const keys = await importSigningKeys([generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as PrivateJwk]);
  const organization = { id: randomUUID(), name: 'Acme', accountOwnerId: undefined, seatLimit: undefined };
  const workspace: Workspace = { id: randomUUID(), slug: 'acme', name: 'Acme', organization };
  const tenant = { workspaceId: workspace.id, organizationId: organization.id };
  const call: Call = { credential: { kind: 'operator', tenant }, requestId: 'setup' };
  const owner = { userName: 'owner@acme.example', externalId: undefined, emails: [], managerId: undefined, profile: {} };
  valueOf(await createWorkspace(store, call, { workspace, newOrganization: true, owner }));
  token = await mintToken(keys, parties, tenant, valueOf(await createConnectionToken(store, call, 'Test', undefined)));
  const door = scimRoutes({ handlers: resourceHandlers, context: { store, reads, baseUrl }, verify: createVerifier({ keys, ...parties }), limits: { plain: 1_000_000, large: 1_000_000 } });
  const silent = (fields: unknown, message: string): void => void (message.includes('fault') && console.error(fields));
  app = createApp({
    logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
    baseUrl: root,
    isUnavailable: () => false,
    ready: async () => await Promise.resolve(true),
    jwks: keys.jwks,
    doors: [{ path: scimPath, app: door }],
  });
});

afterAll(async () => {
  await database.close();
  await created.drop();
});

function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.refusal.detail);
  return outcome.value;
}

const transcripts = clientFiles.map(readTranscript);

it.each([...transcripts, ...transcripts])('$client is served as it expects', async (transcript) => {
  const send = async (url: string, init: RequestInit) => await app.request(url, init);
  const report = await replayTranscript(transcript, { baseUrl: `${root}${scimPath}`, token, send });
  expect([...report.failed, ...report.tolerated], printReport(report)).toEqual([]);
});
