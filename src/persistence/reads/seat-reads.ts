// The seats of an organization on PostgreSQL: the count, who holds one and why, the ledger, and what is to come.
import type { Pool } from 'pg';
import { forecast, type Expectation } from '../../domain/rules/seat-forecast.ts';
import type { Actor } from '../../domain/model/caller.ts';
import type { SeatHolder, SeatPlace, SeatReads, SeatStep } from '../../domain/records.ts';
import { fail, refuseAll, succeed, type Outcome } from '../../domain/refusals.ts';
import { mayDo, permissionDenied } from '../../domain/rules/authority.ts';
import { seesOrganization } from '../../domain/rules/settings-authority.ts';
import type { Row, Statement } from '../database/batch.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';
import { recordsPage, type RecordList } from './records-page.ts';

/** Builds the reads on a pool. */
export function createSeatReads(pool: Pool): SeatReads {
  return {
    count: async (call) => {
      const read = await readAs(pool, call, [count(call.credential.tenant.organizationId)]);
      if (!read.ok) return read;
      const { actor, rows } = read.value;
      if (!mayDo(actor, 'billing.read') && !mayDo(actor, 'members.invite')) return fail(refuseAll([permissionDenied('billing.read')]));
      const row = rows[0]?.[0];
      const used = Number(row?.['used'] ?? 0);
      const limit = (row?.['seat_limit'] as number | null | undefined) ?? undefined;
      return succeed({ used, limit, free: limit === undefined ? undefined : Math.max(0, limit - used) });
    },
    holders: async (call, cut) => {
      const { organizationId, workspaceId } = call.credential.tenant;
      const read = await readPage(pool, call, cut, true, recordsPage(holderList(organizationId), cut));
      if (!read.ok) return read;
      const { actor, total, rows, next, previous } = read.value;
      return await asBilling(actor, async () => {
        const ids = rows.map((row) => row['id'] as string);
        const places = await readAs(pool, call, [owner(organizationId), { name: 'seat_places', text: 'select * from usher_seat_places($1::uuid[])', values: [ids] }]);
        if (!places.ok) return places;
        const sees = seesOrganization(actor, ownerOf(places.value.rows[0]));
        const byAccount = Map.groupBy(places.value.rows[1] ?? [], (row) => row['account_id'] as string);
        const holders = ids.map((accountId): SeatHolder => ({ accountId, places: (byAccount.get(accountId) ?? []).map((row) => placeOf(row, workspaceId, sees)) }));
        return succeed({ total, rows: holders, next, previous });
      });
    },
    ledger: async (call, cut) => {
      const { organizationId, workspaceId } = call.credential.tenant;
      const read = await readPage(pool, call, cut, true, recordsPage(ledgerList(organizationId), cut));
      if (!read.ok) return read;
      const { actor, total, rows, next, previous } = read.value;
      return await asBilling(actor, async () => {
        const workspaces = [...new Set(rows.map((row) => row['workspace_id'] as string))];
        const named = await readAs(pool, call, [owner(organizationId), { name: 'workspace_names', text: 'select id, name from usher_workspace_names($1::uuid[])', values: [workspaces] }]);
        if (!named.ok) return named;
        const sees = seesOrganization(actor, ownerOf(named.value.rows[0]));
        const names = new Map((named.value.rows[1] ?? []).map((row) => [row['id'] as string, row['name'] as string]));
        return succeed({ total, rows: rows.map((row) => stepOf(row, names, workspaceId, sees)), next, previous });
      });
    },
    forecast: async (call) => {
      const { organizationId, workspaceId } = call.credential.tenant;
      const read = await readAs(pool, call, [owner(organizationId), { name: 'seat_prospects', text: 'select * from usher_seat_prospects()', values: [] }]);
      if (!read.ok) return read;
      const { actor, rows } = read.value;
      return await asBilling(actor, () => {
        const sees = seesOrganization(actor, ownerOf(rows[0]));
        const expected = (rows[1] ?? []).map((row) => ({
          at: (row['at'] as Date).toISOString(),
          kind: row['kind'] as Expectation['kind'],
          accountId: row['account_id'] as string,
          claims: row['claims'] as number,
          workspaceId: row['workspace_id'] as string,
          workspace: shownWorkspace(row, workspaceId, sees),
        }));
        return succeed(forecast(expected).map(({ claims: _claims, workspaceId: id, ...shown }) => ({ ...shown, here: id === workspaceId })));
      });
    },
  };
}

async function asBilling<T>(actor: Actor, read: () => Outcome<T> | Promise<Outcome<T>>): Promise<Outcome<T>> {
  return mayDo(actor, 'billing.read') ? await read() : fail(refuseAll([permissionDenied('billing.read')]));
}

function count(organizationId: string): Statement {
  return {
    name: 'seat_count',
    text: `select o.seat_limit, (select count(distinct s.account_id)::int from seat_claim s where s.organization_id = o.id) as used from organization o where o.id = $1`,
    values: [organizationId],
  };
}

function owner(organizationId: string): Statement {
  return { name: 'account_owner', text: 'select account_owner_id from organization where id = $1', values: [organizationId] };
}

function ownerOf(rows: readonly Row[] | undefined): string | undefined {
  return rows?.[0]?.['account_owner_id'] as string | undefined;
}

function holderList(organizationId: string): RecordList {
  return {
    cut: 'user_account a',
    where: (parameters) => [
      `a.organization_id = ${parameters.add(organizationId, 'uuid')}`,
      'exists (select from seat_claim c where c.organization_id = a.organization_id and c.account_id = a.id)',
    ],
    order: { key: undefined, id: 'a.id', descending: false },
    shownKey: 'p.id',
    columns: 'p.id',
    given: [],
  };
}

function ledgerList(organizationId: string): RecordList {
  return {
    cut: 'seat_ledger l',
    where: (parameters) => [`l.organization_id = ${parameters.add(organizationId, 'uuid')}`],
    order: { key: undefined, id: 'l.id', descending: true },
    shownKey: 'p.id',
    columns: `p.id, p.created_at, p.delta, p.account_id, p.workspace_id, p.audit_id,
      (select b.balance from seat_balance b where b.organization_id = p.organization_id and b.ledger_id = p.id) as balance`,
    given: [],
  };
}

function placeOf(row: Row, workspaceId: string, sees: boolean): SeatPlace {
  const here = row['workspace_id'] === workspaceId;
  return {
    here,
    workspace: shownWorkspace(row, workspaceId, sees),
    memberId: here ? (row['membership_id'] as string) : undefined,
    userName: here || sees ? (row['user_name'] as string) : undefined,
    status: row['status'] as string,
  };
}

function shownWorkspace(row: Row, workspaceId: string, sees: boolean): SeatPlace['workspace'] {
  const id = row['workspace_id'] as string;
  return sees || id === workspaceId ? { id, name: row['workspace_name'] as string } : undefined;
}

function stepOf(row: Row, names: ReadonlyMap<string, string>, workspaceId: string, sees: boolean): SeatStep {
  const id = row['workspace_id'] as string;
  const here = id === workspaceId;
  return {
    id: row['id'] as string,
    at: (row['created_at'] as Date).toISOString(),
    delta: row['delta'] as -1 | 1,
    balance: (row['balance'] as number | null) ?? undefined,
    accountId: row['account_id'] as string,
    here,
    workspace: sees || here ? { id, name: names.get(id) ?? '' } : undefined,
    auditId: here ? (row['audit_id'] as string) : undefined,
  };
}
