// Reads in one statement what every command and every read asks first: how the credential stands, and for commands the workspace.
import { nowhere, type Credential, type Standing } from '../../domain/model/caller.ts';
import { changedPolicy, usualConnectionPolicy, type PolicyChange } from '../../domain/model/connection-policy.ts';
import type { RoleKey } from '../../domain/model/role.ts';
import { usualPolicy, type Workspace, type WorkspacePolicy } from '../../domain/model/workspace.ts';
import type { Locks } from '../../domain/ports.ts';
import type { Row, Statement } from '../database/batch.ts';
import { customRoles, ownersNow, rolesOf } from './role-columns.ts';

const tokenLive = `t.revoked_at is null and (t.expires_at is null or t.expires_at > now())`;

const sessionLive = `t.ended_at is null and t.expires_at > now()`;

/** Whether the organization has the workspace that a call of its own is aimed at. */
const workspaceKnown = `($1::uuid = '${nowhere}' or exists (select from workspace k where k.id = $1 and k.organization_id = $4)) as workspace_known`;

interface StandingParts {
  readonly columns: string;
  /** Which row `t` of which table it is, and what is joined to that. Undefined for a caller without a token. */
  readonly token: { readonly table: string; readonly found: string; readonly holder: string } | undefined;
}

/** Those of the present window, which begins with the first departure after the one before it has ended. */
export const departuresNow = `case when c.departures_since > now() - make_interval(mins => coalesce((c.policy -> 'breaker' ->> 'windowMinutes')::int, ${usualConnectionPolicy.breaker.windowMinutes}))
    then c.departures else 0 end`;

const connectionStanding: StandingParts = {
  columns: `coalesce(${tokenLive}, false) as token_live, c.id as connection_id, c.label as connection_label, c.paused_at is not null as connection_paused,
    c.policy as connection_policy, ${departuresNow} as connection_departures, c.tripped_at is not null as connection_tripped`,
  token: {
    table: 'access_token',
    found: 't.workspace_id = $1 and t.id = $2 and t.connection_id = $3',
    holder: 'left join idp_connection c on c.workspace_id = t.workspace_id and c.id = t.connection_id and c.deleted_at is null',
  },
};

const memberColumns = `a.id as actor_id, a.account_id as actor_account_id, a.role as actor_role,
    a.status = 'active' as actor_active, a.epoch as actor_epoch, a.user_name as actor_user_name`;
const memberOfToken = 'left join membership a on a.workspace_id = t.workspace_id and a.id = t.membership_id and a.deleted_at is null';

const personStanding: StandingParts = {
  columns: `coalesce(${tokenLive}, false) as token_live, ${memberColumns}`,
  token: { table: 'access_token', found: 't.workspace_id = $1 and t.id = $2 and t.membership_id = $3', holder: memberOfToken },
};

/** A person whose token is a session. */
const sessionStanding: StandingParts = {
  columns: `coalesce(${sessionLive}, false) as token_live, ${memberColumns}`,
  token: { table: 'user_session', found: 't.organization_id = $4 and t.id = $2 and t.workspace_id = $1 and t.membership_id = $3', holder: memberOfToken },
};

/** A person whose token is an API key; it lives on when its creator is gone. */
const keyStanding: StandingParts = {
  columns: `coalesce(${tokenLive} and t.suspended_at is null, false) as token_live, ${memberColumns}`,
  token: { table: 'api_key', found: 't.workspace_id = $1 and t.id = $2 and t.membership_id = $3', holder: memberOfToken },
};

const accountStanding: StandingParts = {
  columns: `coalesce(${sessionLive}, false) as token_live, ua.id as actor_account_id, t.verified_email_key, ${workspaceKnown}`,
  token: {
    table: 'user_session',
    found: 't.organization_id = $4 and t.id = $2 and t.account_id = $3',
    holder: 'left join user_account ua on ua.organization_id = t.organization_id and ua.id = t.account_id and ua.erased_at is null',
  },
};

const hostStanding: StandingParts = {
  columns: `coalesce(t.expires_at > now() and s.revoked_at is null, false) as token_live, c.id as client_id, c.label as client_label, ${workspaceKnown}`,
  token: {
    table: 'oauth_token',
    found: 't.organization_id = $4 and t.id = $2 and t.client_id = $3',
    holder: `left join oauth_client c on c.organization_id = t.organization_id and c.id = t.client_id and c.revoked_at is null
      left join oauth_secret s on s.organization_id = t.organization_id and s.client_id = t.client_id and s.id = t.secret_id`,
  },
};

const operatorStanding: StandingParts = { columns: 'true as token_live', token: undefined };

/** How the credential stands, for a read. Answers one row, or none when the workspace or the token does not exist. */
export function standingStatement(credential: Credential): Statement {
  const { columns, token } = partsOf(credential);
  const from = token === undefined ? 'workspace w where w.id = $1' : `${token.table} t ${token.holder} where ${token.found}`;
  return { name: `standing_${nameOf(credential)}`, text: `select ${columns}${credential.kind === 'person' ? `, ${customRoles}` : ''} from ${from}`, values: valuesOf(credential) };
}

/** How the credential stands and the workspace with its organization, for a command; with a draft only the organization is there yet. */
export function groundStatement(credential: Credential, locks: Locks, draft: boolean): Statement {
  const { columns, token } = partsOf(credential);
  const joins = token === undefined ? '' : `left join ${token.table} t on ${token.found} ${token.holder}`;
  const counted = locks.organization === 'exclusive';
  const owned = locks.workspace === 'exclusive';
  const seats = counted
    ? 'case when o.seat_limit is not null then (select count(distinct s.account_id)::int from seat_claim s where s.organization_id = o.id) end'
    : 'null::int';
  const values = valuesOf(credential);
  const from = draft
    ? `organization o left join workspace w on w.organization_id = o.id and w.id = $1 ${joins} where o.id = $${values.length + 1}`
    : `workspace w join organization o on o.id = w.organization_id ${joins} where w.id = $1`;
  return {
    name: `ground_${nameOf(credential)}${counted ? '_counted' : ''}${owned ? '_owned' : ''}${draft ? '_draft' : ''}`,
    text: `select ${columns}, w.id as workspace_id, w.slug, w.name as workspace_name, w.time_zone, w.policy, o.id as organization_id, o.name as organization_name,
      o.account_owner_id, o.seat_limit, ${seats} as seats_used, ${customRoles}${owned ? `, ${ownersNow}` : ''} from ${from}`,
    values: draft ? [...values, credential.tenant.organizationId] : values,
  };
}

/** The standing in a row of either statement. */
export function standingOf(credential: Credential, row: Row | undefined): Standing {
  switch (credential.kind) {
    case 'operator':
    case 'system':
      return { kind: credential.kind };
    case 'connection': {
      if (row === undefined || row['connection_id'] === null) return { kind: 'connection', tokenLive: false, connection: undefined };
      const connection = {
        id: row['connection_id'] as string,
        label: row['connection_label'] as string,
        paused: row['connection_paused'] as boolean,
        policy: changedPolicy(usualConnectionPolicy, row['connection_policy'] as PolicyChange),
        departures: row['connection_departures'] as number,
        tripped: row['connection_tripped'] as boolean,
      };
      return { kind: 'connection', tokenLive: row['token_live'] as boolean, connection };
    }
    case 'person': {
      const live = row !== undefined && (row['token_live'] as boolean);
      if (row === undefined || row['actor_id'] === null) return { kind: 'person', tokenLive: live, member: undefined };
      const member = {
        id: row['actor_id'] as string,
        accountId: row['actor_account_id'] as string,
        role: row['actor_role'] as RoleKey,
        roles: rolesOf(row),
        active: row['actor_active'] as boolean,
        epoch: row['actor_epoch'] as number,
        userName: row['actor_user_name'] as string,
      };
      return { kind: 'person', tokenLive: live, member };
    }
    case 'account': {
      const id = row?.['actor_account_id'] as string | null | undefined;
      const account = typeof id === 'string' ? { id, emailKey: (row?.['verified_email_key'] as string | null) ?? undefined } : undefined;
      return { kind: 'account', tokenLive: row?.['token_live'] === true, account, workspaceKnown: row?.['workspace_known'] === true };
    }
    case 'host': {
      const id = row?.['client_id'] as string | null | undefined;
      const client = typeof id === 'string' ? { id, label: row?.['client_label'] as string } : undefined;
      return { kind: 'host', tokenLive: row?.['token_live'] === true, client, workspaceKnown: row?.['workspace_known'] === true };
    }
  }
}

/** The workspace in a row of `groundStatement`. */
export function workspaceOf(row: Row): Workspace {
  return {
    id: row['workspace_id'] as string,
    slug: row['slug'] as string,
    name: row['workspace_name'] as string,
    timeZone: row['time_zone'] as string,
    policy: { ...usualPolicy, ...(row['policy'] as Partial<WorkspacePolicy>) },
    roles: rolesOf(row),
    organization: organizationOf(row),
  };
}

/** The organization in a row of `groundStatement`. */
export function organizationOf(row: Row): Workspace['organization'] {
  return {
    id: row['organization_id'] as string,
    name: row['organization_name'] as string,
    accountOwnerId: row['account_owner_id'] as string,
    seatLimit: (row['seat_limit'] as number | null) ?? undefined,
  };
}

/** Statements with one text share a name. */
function nameOf(credential: Credential): string {
  if (credential.kind !== 'person') return credential.kind;
  if (credential.key === true) return 'key';
  return credential.session === undefined ? credential.kind : 'session';
}

function partsOf(credential: Credential): StandingParts {
  switch (credential.kind) {
    case 'operator':
    case 'system':
      return operatorStanding;
    case 'connection':
      return connectionStanding;
    case 'person':
      if (credential.key === true) return keyStanding;
      return credential.session === undefined ? personStanding : sessionStanding;
    case 'account':
      return accountStanding;
    case 'host':
      return hostStanding;
  }
}

function valuesOf(credential: Credential): string[] {
  const { workspaceId, organizationId } = credential.tenant;
  switch (credential.kind) {
    case 'operator':
    case 'system':
      return [workspaceId];
    case 'connection':
      return [workspaceId, credential.tokenId, credential.connectionId];
    case 'person':
      return [workspaceId, credential.tokenId, credential.membershipId, ...(credential.session === undefined ? [] : [organizationId])];
    case 'account':
      return [workspaceId, credential.sessionId, credential.accountId, organizationId];
    case 'host':
      return [workspaceId, credential.tokenId, credential.clientId, organizationId];
  }
}
