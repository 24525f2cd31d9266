// The audit log on PostgreSQL, as people read it: pages, everything in pieces, the head of the chain and its verification.
import type { Pool } from 'pg';
import { scopeFor, type Actor, type Call } from '../../domain/model/caller.ts';
import type { AuditFilter, AuditReads, AuditView } from '../../domain/records.ts';
import type { Boundary } from '../../domain/ports.ts';
import { fail, refuse, refuseAll, succeed, type Outcome } from '../../domain/refusals.ts';
import { admit } from '../../domain/rules/admit.ts';
import { mayDo, permissionDenied } from '../../domain/rules/authority.ts';
import { verifyAudit } from '../audit/verify.ts';
import { standingOf, standingStatement } from '../commands/ground-statement.ts';
import { scopeOf } from '../database/scope.ts';
import { createSnapshots, type Snapshots } from '../database/snapshot.ts';
import { auditList, auditViewOf } from './audit-select.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';
import { recordsPage } from './records-page.ts';
import { piecesOf } from './snapshot-pieces.ts';

/** Events in one piece of everything. */
const pieceLength = 500;
/** Each holds a connection for as long as a log is long. */
const mostVerifications = 2;

const busy = refuse('busy', 'Too many audit logs are being read at the same time. Ask again in a moment.');

/** Builds the reads on a pool. */
export function createAuditReads(pool: Pool): AuditReads {
  const snapshots = createSnapshots(pool, { most: Math.max(1, Math.floor(pool.options.max / 5)), waitMs: 5_000, stallMs: 8_000 });
  let verifications = 0;
  return {
    list: async (call, { limit, offset, walk, ...filter }) => {
      const cut = { limit, offset, walk };
      const read = await readPage(pool, call, cut, true, recordsPage(auditList(call.credential.tenant.workspaceId, filter), cut));
      if (!read.ok) return read;
      const { actor, total, rows, next, previous } = read.value;
      return asReader(actor, () => succeed({ total, rows: rows.map((row) => auditViewOf(row, mayDo(actor, 'members.read'))), next, previous }));
    },
    everything: async (call, filter) => await openEverything(snapshots, call, filter),
    head: async (call) => {
      const { workspaceId } = call.credential.tenant;
      const values = [workspaceId];
      const read = await readAs(pool, call, [
        { name: 'audit_head', text: `select seq::text as seq, encode(hash, 'hex') as hash from audit_seal where workspace_id = $1 order by audit_seal.seq desc limit 1`, values },
        { name: 'audit_unsealed_count', text: 'select count(*)::int as unsealed from audit_unsealed where workspace_id = $1', values },
      ]);
      if (!read.ok) return read;
      const [[head] = [], [tail] = []] = read.value.rows;
      return asReader(read.value.actor, () =>
        succeed({ workspaceId, seq: Number(head?.['seq'] ?? 0), hash: head?.['hash'] as string | undefined, unsealed: Number(tail?.['unsealed'] ?? 0) }),
      );
    },
    verify: async (call) => {
      const read = await readAs(pool, call, []);
      if (!read.ok) return read;
      const allowed = asReader(read.value.actor, () => succeed(undefined));
      if (!allowed.ok) return allowed;
      if (verifications >= mostVerifications) return fail(busy);
      verifications += 1;
      try {
        return succeed(await verifyAudit(pool, call.credential.tenant.workspaceId));
      } finally {
        verifications -= 1;
      }
    },
  };
}

function asReader<T>(actor: Actor, read: () => Outcome<T>): Outcome<T> {
  return mayDo(actor, 'audit.read') ? read() : fail(refuseAll([permissionDenied('audit.read')]));
}

async function openEverything(snapshots: Snapshots, call: Call, filter: AuditFilter): Promise<Outcome<AsyncIterableIterator<readonly AuditView[]>>> {
  const { credential } = call;
  const snapshot = await snapshots.open([scopeOf(credential.tenant), standingStatement(credential)]);
  if (snapshot === undefined) return fail(busy);
  const [, standing = []] = snapshot.opened;
  const admitted = admit(credential, standingOf(credential, standing[0]), scopeFor(call, 'read'));
  const allowed = admitted.ok ? asReader(admitted.value, () => admitted) : admitted;
  if (allowed.ok) {
    const list = auditList(credential.tenant.workspaceId, filter);
    const named = mayDo(allowed.value, 'members.read');
    const page = (from: Boundary | undefined) => recordsPage(list, { limit: pieceLength, offset: 0, walk: { from } }).rows;
    return succeed(piecesOf(snapshot, { length: pieceLength, page, viewOf: (row) => auditViewOf(row, named) }));
  }
  await snapshot.end();
  return allowed;
}
