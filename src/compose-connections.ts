// What the endpoints of connections work with, and the job that ends their log; only compose.ts knows of it.
import type { Settings } from '../config/settings.ts';
import { tokenParties } from './cli/own-issuer.ts';
import type { Ports } from './compose-ports.ts';
import type { ConnectionContext } from './http/admin/connections/connection-endpoints.ts';
import { mintToken } from './http/auth/mint-token.ts';
import type { SigningKeys } from './http/auth/signing-keys.ts';
import { forgetRequestsJob } from './jobs/forget-requests.ts';
import type { Job } from './jobs/job.ts';
import { createConnectionReads } from './persistence/reads/connection-reads.ts';
import { forgetRequests, loggedWorkspaces } from './persistence/request-log.ts';

/** What the endpoints need beside what all have. */
export function connectionContext(settings: Settings, { database, requestLog }: Pick<Ports, 'database' | 'requestLog'>, keys: SigningKeys): Pick<ConnectionContext, 'connections' | 'signToken' | 'droppedRequests'> {
  const parties = tokenParties(settings);
  return {
    connections: createConnectionReads(database.pool),
    signToken: async (tenant, record) => await mintToken(keys, parties, tenant, record),
    droppedRequests: requestLog.dropped,
  };
}

/** The end of requests that are older than their policies keep them. */
export function connectionJobs({ database: { pool } }: Pick<Ports, 'database'>): readonly Job[] {
  return [forgetRequestsJob(async (most, beyond) => await loggedWorkspaces(pool, most, beyond), async (id, most) => await forgetRequests(pool, id, most))];
}
