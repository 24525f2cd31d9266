// Statements that append: audit rows, seat ledger rows and outbox rows, each with its place in the queue of the sealer.
import { randomBytes } from 'node:crypto';
import type { AuditEntry, Change } from '../../domain/changes.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import { reasonDigest } from '../audit/reason-digest.ts';
import type { Statement } from '../database/batch.ts';

/** An audit row, unsealed as yet; a reason stands beside it in a row that can be erased. */
export function auditStatements(entry: AuditEntry, workspaceId: string): Statement[] {
  const { id, action, outcome, actor, targetId, requestId, batchId, reason, metadata } = entry;
  const salt = reason === undefined ? undefined : randomBytes(16).toString('hex');
  const digest = reason === undefined || salt === undefined ? undefined : reasonDigest(salt, reason);
  const event: Statement = {
    name: 'audit_append',
    text: `with event as (
        insert into audit_event (workspace_id, id, at, action, outcome, actor_kind, actor_id, target_id, request_id, metadata, reason_digest, batch_id)
        values ($1, $2, now(), $3, $4, $5, $6, $7, $8, $9, $10, $11) returning workspace_id, id)
      insert into audit_unsealed (workspace_id, event_id) select workspace_id, id from event`,
    values: [workspaceId, id, action, outcome, actor.kind, actor.id, targetId, requestId, canonicalJson(metadata), digest, batchId],
  };
  if (digest === undefined) return [event];
  const words: Statement = {
    name: 'audit_reason',
    text: 'insert into audit_reason (workspace_id, event_id, salt, reason) values ($1, $2, $3, $4)',
    values: [workspaceId, id, salt, reason],
  };
  return [event, words];
}

/** One row of the seat ledger, without a balance as yet. */
export function ledgerStatements(change: Extract<Change, { kind: 'seat.ledger' }>, { organizationId, workspaceId }: Tenant): Statement[] {
  return [
    {
      name: 'ledger_append',
      text: `with entry as (
          insert into seat_ledger (organization_id, id, account_id, workspace_id, delta, audit_id) values ($1, $2, $3, $4, $5, $2) returning organization_id, id)
        insert into seat_unsealed (organization_id, ledger_id) select organization_id, id from entry`,
      values: [organizationId, change.auditId, change.accountId, workspaceId, change.delta],
    },
  ];
}

/** One row of the outbox. */
export function outboxStatement({ id, topic, aggregateId, auditId }: Extract<Change, { kind: 'outbox' }>, workspaceId: string): Statement {
  return {
    name: 'outbox_append',
    text: 'insert into outbox_event (workspace_id, id, topic, aggregate_id, audit_id) values ($1, $2, $3, $4, $5)',
    values: [workspaceId, id, topic, aggregateId, auditId],
  };
}
