// What a match report reads of a workspace: the members and accounts that some users mention, the seats, and all members in pieces.
import type { Pool } from 'pg';
import type { ComingUser, MatchedAccount, MatchedMember, Mentioned, SeatCount } from '../../domain/match-users.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import { keyOf } from '../../domain/model/keys.ts';
import type { HoldSource, MembershipStatus } from '../../domain/model/membership.ts';
import type { RoleKey } from '../../domain/model/role.ts';
import type { Row, Statement } from '../database/batch.ts';
import { readInPieces } from './read-in-pieces.ts';

/** Reads of one moment. */
export interface MatchReads {
  readonly seats: () => Promise<SeatCount>;
  readonly mentioned: (users: readonly ComingUser[]) => Promise<Mentioned>;
  /** All live members in the order of their userNames, some at a time. */
  readonly members: () => AsyncIterable<readonly MatchedMember[]>;
}

/** `claimed_elsewhere` and `pending_invitation` say what they say for a command: see the targets of commands. */
const select = `select m.id, m.user_name, m.user_name_key, l.external_id, m.status, m.role, a.service, m.accepted_at is not null as accepted, a.email_key,
    array(select h.source from membership_hold h where h.workspace_id = m.workspace_id and h.membership_id = m.id order by h.source) as holds,
    m.status = 'invited' and exists (select from seat_claim c where c.organization_id = m.organization_id and c.account_id = m.account_id
      and c.workspace_id = m.workspace_id) as pending_invitation,
    exists (select from seat_claim s where s.organization_id = m.organization_id and s.account_id = m.account_id and s.workspace_id <> m.workspace_id) as claimed_elsewhere
  from membership m join user_account a on a.organization_id = m.organization_id and a.id = m.account_id
  left join membership_link l on l.workspace_id = m.workspace_id and l.membership_id = m.id and l.link_space = $2 and l.live
  where m.workspace_id = $1 and m.deleted_at is null`;

const pageSize = 1000;

/** Opens the reads for as long as `work` takes; `connectionId` is the connection whose externalIds count. */
export async function readForMatch<T>(pool: Pool, tenant: Tenant, connectionId: string, work: (reads: MatchReads) => Promise<T>): Promise<T> {
  const { workspaceId, organizationId } = tenant;
  const members = (name: string, condition: string, ...values: Statement['values']): Statement => ({
    name: `match_${name}`,
    text: `${select} and ${condition}`,
    values: [workspaceId, connectionId, ...values],
  });
  return await readInPieces(pool, tenant, async (fetch) =>
    await work({
      seats: async () => seatsOf(await fetch(seatStatement(organizationId))),
      mentioned: async (users) => {
        const keys = users.flatMap(({ accountKey }) => accountKey ?? []);
        const [named = [], linked = [], accounts = [], ofAccounts = []] = await fetch(
          members('user_names', 'm.user_name_key = any($3::text[])', users.map(({ userName }) => keyOf(userName))),
          members('external_ids', externalIds, users.flatMap(({ externalId }) => externalId ?? [])),
          accountStatement(tenant, keys),
          members('accounts', 'm.account_id = any(array(select id from user_account where organization_id = $3 and email_key = any($4::text[])))', organizationId, keys),
        );
        const memberOf = new Map(ofAccounts.map((row) => [row['email_key'], memberFrom(row)]));
        return {
          byUserName: new Map(named.map((row) => [row['user_name_key'] as string, memberFrom(row)])),
          byExternalId: new Map(linked.map((row) => [row['external_id'] as string, memberFrom(row)])),
          byAccountKey: new Map(accounts.map((row) => [row['email_key'] as string, accountFrom(row, memberOf.get(row['email_key']))])),
        };
      },
      members: async function* () {
        for (let after = ''; ; ) {
          const [rows = []] = await fetch(members('page', 'm.user_name_key > $3 order by m.user_name_key limit $4', after, pageSize));
          if (rows.length > 0) yield rows.map(memberFrom);
          if (rows.length < pageSize) return;
          after = rows.at(-1)?.['user_name_key'] as string;
        }
      },
    }),
  );
}

const externalIds = `m.id = any(array(select membership_id from membership_link where workspace_id = $1 and link_space = $2 and live and external_id = any($3::text[])))`;

function accountStatement({ organizationId, workspaceId }: Tenant, keys: readonly string[]): Statement {
  return {
    name: 'match_account_keys',
    text: `select a.email_key, exists (select from seat_claim s where s.organization_id = a.organization_id and s.account_id = a.id and s.workspace_id <> $2) as claimed_elsewhere
      from user_account a where a.organization_id = $1 and a.email_key = any($3::text[])`,
    values: [organizationId, workspaceId, keys],
  };
}

function seatStatement(organizationId: string): Statement {
  return {
    text: `select o.seat_limit, (select count(distinct s.account_id)::int from seat_claim s where s.organization_id = o.id) as used from organization o where o.id = $1`,
    values: [organizationId],
  };
}

function seatsOf(rows: readonly Row[][]): SeatCount {
  const row = rows[0]?.[0];
  return { used: (row?.['used'] as number | undefined) ?? 0, limit: (row?.['seat_limit'] as number | null | undefined) ?? undefined };
}

function accountFrom(row: Row, member: MatchedMember | undefined): MatchedAccount {
  return { claimedElsewhere: row['claimed_elsewhere'] as boolean, member };
}

function memberFrom(row: Row): MatchedMember {
  return {
    id: row['id'] as string,
    userName: row['user_name'] as string,
    externalId: (row['external_id'] as string | null) ?? undefined,
    status: row['status'] as MembershipStatus,
    role: row['role'] as RoleKey,
    service: row['service'] as boolean,
    holds: row['holds'] as HoldSource[],
    accepted: row['accepted'] as boolean,
    pendingInvitation: row['pending_invitation'] as boolean,
    claimedElsewhere: row['claimed_elsewhere'] as boolean,
  };
}
