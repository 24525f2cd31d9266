// The SELECT that shows events of the audit log, newest first, with the names that their reader may see.
import type { AuditFilter, AuditOutcome, AuditView } from '../../domain/records.ts';
import type { Row } from '../database/batch.ts';
import type { ParameterList } from '../filter/parameters.ts';
import type { RecordList } from './records-page.ts';

const member = (id: string) => `(select m.user_name from membership m where m.workspace_id = p.workspace_id and m.id = ${id} and m.deleted_at is null)`;
const actorName = `case p.actor_kind when 'person' then ${member('p.actor_id')}
    when 'connection' then (select c.label from idp_connection c where c.workspace_id = p.workspace_id and c.id = p.actor_id) end`;

const columns = `p.id, p.at, p.action, p.outcome, p.actor_kind, p.actor_id, p.target_id, p.metadata, p.request_id, p.batch_id,
  (select s.seq::text from audit_seal s where s.workspace_id = p.workspace_id and s.event_id = p.id) as seq,
  (select r.reason from audit_reason r where r.workspace_id = p.workspace_id and r.event_id = p.id) as reason,
  ${actorName} as actor_name, ${member('p.target_id')} as target_name`;

/** The list of a workspace's events that match. */
export function auditList(workspaceId: string, filter: AuditFilter): RecordList {
  return {
    cut: 'audit_event e',
    where: (parameters) => conditions(workspaceId, filter, parameters),
    order: { key: { value: 'e.at', type: 'timestamptz', unique: false }, id: 'e.id', descending: true },
    shownKey: 'p.at',
    columns,
    given: [],
  };
}

function conditions(workspaceId: string, filter: AuditFilter, parameters: ParameterList): string[] {
  const { actorId, targetId, memberId, actions, outcome, source, batchId, from, to } = filter;
  const is = (column: string, value: string | undefined, type: 'uuid' | 'text' | 'timestamptz', sign = '=') =>
    value === undefined ? [] : [`${column} ${sign} ${parameters.add(value, type)}`];
  return [
    `e.workspace_id = ${parameters.add(workspaceId, 'uuid')}`,
    ...is('e.actor_id', actorId, 'uuid'),
    ...is('e.target_id', targetId, 'uuid'),
    ...(memberId === undefined ? [] : [`(e.target_id = ${parameters.add(memberId, 'uuid')} or e.actor_id = ${parameters.add(memberId, 'uuid')})`]),
    ...(actions === undefined ? [] : [`e.action in (${actions.map((action) => parameters.add(action, 'text')).join(', ')})`]),
    ...is('e.outcome', outcome, 'text'),
    ...is('e.actor_kind', source, 'text'),
    ...is('e.batch_id', batchId, 'uuid'),
    ...is('e.at', from, 'timestamptz', '>='),
    ...is('e.at', to, 'timestamptz', '<'),
  ];
}

/** A row as a view; names only for whoever may see members. */
export function auditViewOf(row: Row, named: boolean): AuditView {
  const textOf = (name: string) => (row[name] as string | null) ?? undefined;
  const targetId = textOf('target_id');
  return {
    id: row['id'] as string,
    seq: row['seq'] === null ? undefined : Number(row['seq']),
    at: (row['at'] as Date).toISOString(),
    action: row['action'] as string,
    outcome: row['outcome'] as AuditOutcome,
    actor: { kind: row['actor_kind'] as string, id: textOf('actor_id'), name: named ? textOf('actor_name') : undefined },
    target: targetId === undefined ? undefined : { id: targetId, name: named ? textOf('target_name') : undefined },
    reason: textOf('reason'),
    metadata: JSON.parse(row['metadata'] as string) as Readonly<Record<string, unknown>>,
    requestId: row['request_id'] as string,
    batchId: textOf('batch_id'),
  };
}
