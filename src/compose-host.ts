// Puts the host application's side together: sessions, account home and the tokens of clients; compose.ts mounts it.
import type { Pool } from 'pg';
import type { Settings } from '../config/settings.ts';
import { tokenParties } from './cli/own-issuer.ts';
import type { AccountReads, HostReads } from './domain/host-ports.ts';
import { nowhere } from './domain/model/caller.ts';
import type { AccountContext } from './http/admin/host/account-endpoints.ts';
import type { SessionContext } from './http/admin/host/session-endpoints.ts';
import { mintHostToken, mintSession } from './http/auth/mint-token.ts';
import type { SigningKeys } from './http/auth/signing-keys.ts';
import type { Verify } from './http/auth/verify-token.ts';
import { oauthRoutes } from './http/oauth/oauth-routes.ts';
import type { QuickRead } from './persistence/database/quick-reads.ts';
import { createHostTokenIssuer, type IssueHostToken } from './persistence/host/issue-host-token.ts';
import { createAccountReads } from './persistence/reads/account-reads.ts';
import { createHostReads } from './persistence/reads/host-reads.ts';

/** The ports of this side on an open database. */
export interface HostPorts {
  readonly hostReads: HostReads;
  readonly accounts: AccountReads;
  readonly issueToken: IssueHostToken;
}

/** Puts them on a pool. */
export function openHostPorts(pool: Pool, quick: QuickRead | undefined): HostPorts {
  return { hostReads: createHostReads(pool, quick), accounts: createAccountReads(pool), issueToken: createHostTokenIssuer(pool) };
}

/** What the endpoints of this side work with beside what all have. */
export function hostContext(settings: Settings, { hostReads, accounts }: HostPorts, keys: SigningKeys, verify: Verify): Omit<SessionContext & AccountContext, 'store' | 'limitBytes'> {
  const parties = tokenParties(settings);
  return {
    hostReads,
    accounts,
    inspect: verify,
    signSession: async (session, { credential }) =>
      await mintSession(keys, parties, { ...session, tenant: session.member === undefined ? { ...credential.tenant, workspaceId: nowhere } : credential.tenant }),
    sessionSeconds: settings.sessionTtlMinutes * 60,
  };
}

/** The addresses of OAuth. */
export function composeOauth(settings: Settings, { issueToken }: HostPorts, keys: SigningKeys, baseUrl: string): ReturnType<typeof oauthRoutes> {
  const parties = tokenParties(settings);
  return oauthRoutes({ issue: issueToken, sign: async (token) => await mintHostToken(keys, parties, token), lifeSeconds: settings.hostTokenTtlSeconds, baseUrl });
}
