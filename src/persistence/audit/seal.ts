// Seals what commands have appended: the audit chain of a workspace and the running balance of an organization's seats.
import type { Pool } from 'pg';
import type { Row, Statement } from '../database/batch.ts';
import { chainedHash, eventColumns, genesis, momentText, type EventText } from './canonical-text.ts';
import { appendToChain, type Chain } from './sealing-transaction.ts';

const auditChain: Chain = { setting: 'app.workspace', lockClass: 1_431_520_257 };
const seatChain: Chain = { setting: 'app.organization', lockClass: 1_431_520_258 };

/** Seals at most so many waiting events of a workspace, oldest first, and answers how many. Safe beside other instances. */
export async function sealWorkspace(pool: Pool, workspaceId: string, most: number): Promise<number> {
  let sealed = 0;
  await appendToChain(pool, auditChain, workspaceId, [auditHead(workspaceId), waitingEvents(workspaceId, most)], ([head, events]) => {
    sealed = events?.length ?? 0;
    return sealed === 0 ? [] : sealStatements(workspaceId, head?.[0], events ?? []);
  });
  return sealed;
}

/** Writes the balances of at most so many waiting ledger rows of an organization, oldest first, and answers how many. */
export async function sealSeats(pool: Pool, organizationId: string, most: number): Promise<number> {
  let sealed = 0;
  await appendToChain(pool, seatChain, organizationId, [seatHead(organizationId), waitingSteps(organizationId, most)], ([head, steps]) => {
    sealed = steps?.length ?? 0;
    return sealed === 0 ? [] : balanceStatements(organizationId, head?.[0], steps ?? []);
  });
  return sealed;
}

/** Workspaces with unsealed events, in order, after the given one. */
export async function unsealedWorkspaces(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select workspace_id as id from usher_unsealed_workspaces($1, $2)', [most, beyond]);
  return rows.map((row) => row.id);
}

/** Organizations with seat ledger rows that have no balance yet, in order, after the given one. */
export async function unsealedOrganizations(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select organization_id as id from usher_unsealed_organizations($1, $2)', [most, beyond]);
  return rows.map((row) => row.id);
}

function auditHead(workspaceId: string): Statement {
  return {
    name: 'seal_audit_head',
    text: `select seq::text as seq, encode(hash, 'hex') as hash from audit_seal where workspace_id = $1 order by audit_seal.seq desc limit 1`,
    values: [workspaceId],
  };
}

function waitingEvents(workspaceId: string, most: number): Statement {
  return {
    name: 'seal_audit_waiting',
    text: `select ${eventColumns}, ${momentText('clock_timestamp()')} as now from audit_unsealed u
      join audit_event e on e.workspace_id = u.workspace_id and e.id = u.event_id where u.workspace_id = $1 order by u.event_id limit $2`,
    values: [workspaceId, most],
  };
}

function sealStatements(workspaceId: string, head: Row | undefined, events: readonly Row[]): Statement[] {
  const sealedAt = String(events[0]?.['now']);
  let seq = BigInt(String(head?.['seq'] ?? 0));
  let hash = String(head?.['hash'] ?? genesis);
  const seals = events.map((row) => {
    const event = row as unknown as EventText;
    seq += 1n;
    hash = chainedHash(hash, { seq: seq.toString(), sealed_at: sealedAt }, event);
    return { id: event.id, seq: seq.toString(), hash };
  });
  const ids = seals.map((seal) => seal.id);
  return [
    {
      name: 'seal_audit_append',
      text: `insert into audit_seal (workspace_id, seq, event_id, hash, sealed_at)
        select $1, s.seq, s.event_id, decode(s.hash, 'hex'), $5::timestamptz from unnest($2::bigint[], $3::uuid[], $4::text[]) as s (seq, event_id, hash)`,
      values: [workspaceId, seals.map((seal) => seal.seq), ids, seals.map((seal) => seal.hash), sealedAt],
    },
    { name: 'seal_audit_done', text: 'delete from audit_unsealed where workspace_id = $1 and event_id = any ($2::uuid[])', values: [workspaceId, ids] },
  ];
}

function seatHead(organizationId: string): Statement {
  return {
    name: 'seal_seat_head',
    text: 'select seq::text as seq, balance from seat_balance where organization_id = $1 order by seat_balance.seq desc limit 1',
    values: [organizationId],
  };
}

function waitingSteps(organizationId: string, most: number): Statement {
  return {
    name: 'seal_seat_waiting',
    text: `select l.id, l.delta from seat_unsealed u join seat_ledger l on l.organization_id = u.organization_id and l.id = u.ledger_id
      where u.organization_id = $1 order by u.ledger_id limit $2`,
    values: [organizationId, most],
  };
}

function balanceStatements(organizationId: string, head: Row | undefined, steps: readonly Row[]): Statement[] {
  let seq = BigInt(String(head?.['seq'] ?? 0));
  let balance = Number(head?.['balance'] ?? 0);
  const balances = steps.map((step) => {
    seq += 1n;
    balance += Number(step['delta']);
    return { id: String(step['id']), seq: seq.toString(), balance };
  });
  const ids = balances.map((row) => row.id);
  return [
    {
      name: 'seal_seat_append',
      text: `insert into seat_balance (organization_id, seq, ledger_id, balance)
        select $1, s.seq, s.ledger_id, s.balance from unnest($2::bigint[], $3::uuid[], $4::integer[]) as s (seq, ledger_id, balance)`,
      values: [organizationId, balances.map((row) => row.seq), ids, balances.map((row) => row.balance)],
    },
    { name: 'seal_seat_done', text: 'delete from seat_unsealed where organization_id = $1 and ledger_id = any ($2::uuid[])', values: [organizationId, ids] },
  ];
}
