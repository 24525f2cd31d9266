// Puts the rooms together: storage, the domain's ports, the keys and the HTTP application; nothing else knows all of them.
import { Hono } from 'hono';
import type { Settings } from '../config/settings.ts';
import { tokenParties } from './cli/own-issuer.ts';
import { connectionContext } from './compose-connections.ts';
import { belongingContext, notingKeys } from './compose-belongings.ts';
import { composeOauth, hostContext } from './compose-host.ts';
import { invitationSide } from './compose-invitations.ts';
import { webhookContext } from './compose-events.ts';
import type { Entrance } from './domain/model/caller.ts';
import type { AuditHead } from './domain/records.ts';
import { refuse } from './domain/refusals.ts';
import { adminPath } from './http/admin/admin-path.ts';
import { adminRoutes } from './http/admin/admin-routes.ts';
import { describeAdmin } from './http/admin/openapi/describe-admin.ts';
import { signAuditHead } from './http/auth/sign-audit-head.ts';
import type { SigningKeys } from './http/auth/signing-keys.ts';
import { createVerifier } from './http/auth/verify-token.ts';
import { createApp } from './http/create-app.ts';
import { openApiRoutes, type DescribedAs } from './http/openapi-page-routes.ts';
import type { RequestEnv } from './http/request-frame.ts';
import type { Logger } from './http/log.ts';
import { scimPath } from './http/scim/endpoint.ts';
import { openApiDocument } from './http/scim/openapi/document.ts';
import { doorOf } from './http/scim/openapi/door-of.ts';
import type { JsonObject } from './http/openapi/json.ts';
import { scimRoutes } from './http/scim/scim-routes.ts';
import type { Served } from './http/server.ts';
import { startSealer, type Sealer } from './jobs/sealer.ts';
import { sealSeats, sealWorkspace, unsealedOrganizations, unsealedWorkspaces } from './persistence/audit/seal.ts';
import { isUnavailable } from './persistence/database/errors.ts';
import { isMigrated } from './persistence/is-migrated.ts';
import { createSecretBox } from './persistence/secret-box.ts';
import { createHandlers } from './provisioning/resource-handlers.ts';
import { userKeys } from './provisioning/user-keys.ts';
import { createCursorSeal } from './scim/cursor-seal.ts';
import type { ResourceType } from './scim/schema/attribute.ts';
import type { Ports } from './compose-ports.ts';

/** What answers while the storage is being opened: alive, not ready, and everybody else may come again. */
export function composeStarting({ publicBaseUrl, host, port }: Settings, logger: Logger): Served {
  const busy = refuse('unavailable', 'The server is starting. Send the request again in a few seconds.');
  const closed = (door: Entrance) =>
    new Hono<RequestEnv>().all('/*', (c) => {
      c.set('door', door);
      return c.get('fail')(busy);
    });
  return createApp({
    doors: [
      { path: scimPath, app: closed('scim') },
      { path: adminPath, app: closed('admin') },
    ],
    logger,
    baseUrl: publicBaseUrl ?? `http://${host}:${port}`,
    isUnavailable,
    ready: async () => await Promise.resolve(false),
    jwks: () => ({ keys: [] }),
  });
}

const mostBulkAtOnce = 8;

/** The HTTP application over the ports, which serves the resource types of the list. `baseUrl` is the public address of the server root. */
export function composeApp(settings: Settings, ports: Ports, keys: SigningKeys, logger: Logger, baseUrl: string, types: readonly ResourceType[]): Served {
  const { database, store, reads, team } = ports;
  const previews = createCursorSeal(keys.derive('usher preview'));
  const verify = notingKeys(createVerifier({ keys, ...tokenParties(settings) }), ports.owned);
  const scim = scimRoutes({
    handlers: createHandlers(types),
    context: { store, reads, baseUrl: `${baseUrl}${scimPath}` },
    verify,
    seal: createCursorSeal(keys.derive('usher list cursor')),
    log: ports.requestLog,
    limits: { plain: settings.bodyLimitBytes, large: settings.groupBodyLimitBytes },
    // Two connections are left to everybody else.
    bulk: { maxPayloadSize: settings.bulkBodyLimitBytes, atOnce: Math.max(1, Math.min(mostBulkAtOnce, settings.databasePoolSize - 2)) },
  });
  const invitations = invitationSide({ pool: database.pool, settings, keys, baseUrl });
  const admin = adminRoutes({
    ...connectionContext(settings, ports, keys),
    ...invitations.context,
    ...belongingContext(settings, ports.owned, keys),
    ...webhookContext({ settings, pool: database.pool, keys, baseUrl }),
    ...hostContext(settings, ports.host, keys, verify),
    ...recordsContext(settings, ports, keys),
    ...ports.privacy,
    verify,
    store,
    reads,
    team,
    roles: ports.roles,
    seal: createCursorSeal(keys.derive('usher team cursor')),
    previews,
    userKeys: userKeys(types),
    limitBytes: settings.bodyLimitBytes,
  });
  return createApp({
    doors: [
      { path: scimPath, app: scim },
      { path: adminPath, app: admin },
      invitations.door,
      { path: '/', app: composeOauth(settings, ports.host, keys, baseUrl) },
      { path: '/openapi', app: openApiRoutes(describeDoors(settings, types)) },
    ],
    logger,
    baseUrl,
    isUnavailable,
    ready: async () => await isMigrated(database.pool),
    jwks: keys.jwks,
  });
}

/** What the addresses of records work with, and the answers kept for repeated requests. */
function recordsContext(settings: Settings, { records, answers }: Ports, keys: SigningKeys) {
  const { issuer } = tokenParties(settings);
  return { ...records, answers, answerSeal: createSecretBox(keys.derive('usher kept answers')), signHead: async (head: AuditHead) => await signAuditHead(keys, issuer, head) };
}

/** The OpenAPI document of the SCIM door that serves these resource types. */
export function describeDoor(settings: Settings, types: readonly ResourceType[]): JsonObject {
  const limits = { plain: settings.bodyLimitBytes, large: settings.groupBodyLimitBytes, bulk: settings.bulkBodyLimitBytes };
  return openApiDocument(doorOf(createHandlers(types), limits));
}

/** Both doors as they are described. */
export function describeDoors(settings: Settings, types: readonly ResourceType[]): DescribedAs[] {
  return [
    { name: 'scim', path: scimPath, document: describeDoor(settings, types) },
    { name: 'admin', path: adminPath, document: describeAdmin(settings.bodyLimitBytes) },
  ];
}

/** Starts the job that seals the audit chain and the seat ledger behind the commits. */
export function composeSealer({ database: { pool } }: Pick<Ports, 'database'>, log: Logger): Sealer {
  return startSealer({
    workspaces: { waiting: async (most, beyond) => await unsealedWorkspaces(pool, most, beyond), seal: async (id, most) => await sealWorkspace(pool, id, most) },
    organizations: { waiting: async (most, beyond) => await unsealedOrganizations(pool, most, beyond), seal: async (id, most) => await sealSeats(pool, id, most) },
    log,
  });
}
