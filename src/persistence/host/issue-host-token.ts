// Issues access tokens for clients: checks the secret and writes the token's row in one exchange.
import type { Pool } from 'pg';
import { nowhere } from '../../domain/model/caller.ts';
import { runBatch } from '../database/batch.ts';
import { scopeOf } from '../database/scope.ts';
import { retrying, withClient } from '../database/transaction.ts';
import { uuidV7 } from '../database/uuid-v7.ts';

/** A client that authenticates; the secret is given by its SHA-256 in hexadecimal. */
export interface ClientLogin {
  readonly organizationId: string;
  readonly clientId: string;
  readonly secretHash: string;
}

/** Issues a token, or nothing when the client, the organization or the secret does not exist or was revoked. */
export type IssueHostToken = (login: ClientLogin, lifeSeconds: number) => Promise<{ readonly id: string; readonly expiresAt: Date } | undefined>;

/** Builds it on a pool. Rows of tokens that expired an hour ago go at the same time, some at a time. */
export function createHostTokenIssuer(pool: Pool): IssueHostToken {
  return async ({ organizationId, clientId, secretHash }, lifeSeconds) => {
    const id = uuidV7();
    const done = await retrying(async () =>
      await withClient(pool, async (client) =>
        await runBatch(client, [
          scopeOf({ workspaceId: nowhere, organizationId }),
          {
            name: 'oauth_token_issue',
            text: `insert into oauth_token (organization_id, id, client_id, secret_id, expires_at)
              select s.organization_id, $4, s.client_id, s.id, now() + make_interval(secs => $5::int)
              from oauth_secret s join oauth_client c on c.organization_id = s.organization_id and c.id = s.client_id
              where s.organization_id = $1 and s.client_id = $2 and s.secret_hash = decode($3, 'hex') and s.revoked_at is null and c.revoked_at is null
              returning expires_at`,
            values: [organizationId, clientId, secretHash, id, lifeSeconds],
          },
          {
            name: 'oauth_token_forget',
            text: `delete from oauth_token where organization_id = $1 and id in
              (select id from oauth_token where organization_id = $1 and expires_at < now() - interval '1 hour' order by expires_at limit 100 for update skip locked)`,
            values: [organizationId],
          },
        ]),
      ),
    );
    if (!done.ok) throw new Error(`no token could be issued: ${done.refusal.detail}`);
    const [row] = done.value[1] ?? [];
    return row === undefined ? undefined : { id, expiresAt: row['expires_at'] as Date };
  };
}
