// Many changes of one kind as few statements: an act on a thousand members must not become ten thousand statements.
import { randomBytes } from 'node:crypto';
import type { Change } from '../../domain/changes.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import { reasonDigest } from '../audit/reason-digest.ts';
import type { Statement } from '../database/batch.ts';
import type { Parameter } from '../database/parameter.ts';
import { statementsOf, type WriteContext } from './change-statements.ts';
import { removeMembers, updateMembers } from './member-statements.ts';

/** From so many changes on it is worth while. */
const many = 24;

type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>;
type Folded = { readonly [K in Foldable]: (changes: readonly ChangeOf<K>[], context: WriteContext) => Statement[] };
type Foldable = 'membership.remove' | 'membership.update' | 'hold.place' | 'hold.lift' | 'seat.claim' | 'seat.release' | 'seat.ledger' | 'audit' | 'outbox' | 'mail.queue';

const folded: Folded = {
  'membership.remove': (changes, { tenant }) => removeMembers(tenant, changes.map(({ id }) => id)),
  'membership.update': (changes, { tenant }) =>
    [...Map.groupBy(changes, ({ set }) => JSON.stringify(set)).values()].flatMap((alike) => updateMembers(tenant, alike.map(({ id }) => id), alike[0]?.set ?? {})),
  'hold.place': (changes, { tenant }) => [
    statement('holds_place', `insert into membership_hold (workspace_id, membership_id, source, event_id) select $1, h.* from unnest($2::uuid[], $3::text[], $4::uuid[]) as h on conflict do nothing`, [
      tenant.workspaceId,
      changes.map(({ membershipId }) => membershipId),
      changes.map(({ source }) => source),
      changes.map(({ auditId }) => auditId),
    ]),
  ],
  'hold.lift': (changes, { tenant }) => [
    statement('holds_lift', `delete from membership_hold h using unnest($2::uuid[], $3::text[]) as l (id, source) where h.workspace_id = $1 and h.membership_id = l.id and h.source = l.source`, [
      tenant.workspaceId,
      changes.map(({ membershipId }) => membershipId),
      changes.map(({ source }) => source),
    ]),
  ],
  'seat.claim': (changes, { tenant }) => [
    statement('seats_claim', 'insert into seat_claim (organization_id, account_id, workspace_id) select $1, a.id, $2 from unnest($3::uuid[]) as a (id) on conflict do nothing', [
      tenant.organizationId,
      tenant.workspaceId,
      changes.map(({ accountId }) => accountId),
    ]),
  ],
  'seat.release': (changes, { tenant }) => [
    statement('seats_release', 'delete from seat_claim where organization_id = $1 and workspace_id = $2 and account_id = any($3::uuid[])', [
      tenant.organizationId,
      tenant.workspaceId,
      changes.map(({ accountId }) => accountId),
    ]),
  ],
  'seat.ledger': (changes, { tenant }) => [
    statement(
      'ledger_append_many',
      `with entry as (insert into seat_ledger (organization_id, id, account_id, workspace_id, delta, audit_id)
          select $1, l.audit, l.account, $2, l.delta, l.audit from unnest($3::uuid[], $4::uuid[], $5::smallint[]) as l (audit, account, delta) returning organization_id, id)
        insert into seat_unsealed (organization_id, ledger_id) select organization_id, id from entry`,
      [tenant.organizationId, tenant.workspaceId, changes.map(({ auditId }) => auditId), changes.map(({ accountId }) => accountId), changes.map(({ delta }) => delta)],
    ),
  ],
  audit: (changes, { tenant }) => auditMany(changes, tenant.workspaceId),
  outbox: (changes, { tenant }) => [
    statement('outbox_append_many', `insert into outbox_event (workspace_id, id, topic, aggregate_id, audit_id) select $1, o.* from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[]) as o`, [
      tenant.workspaceId,
      changes.map(({ id }) => id),
      changes.map(({ topic }) => topic),
      changes.map(({ aggregateId }) => aggregateId),
      changes.map(({ auditId }) => auditId),
    ]),
  ],
  'mail.queue': (changes, { tenant }) => [
    statement(
      'mail_queue_many',
      `insert into mail_message (workspace_id, id, template, recipient_id, about_id, invitation_id, sealed_link)
        select $1, q.* from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[]) as q`,
      [
        tenant.workspaceId,
        changes.map(({ id }) => id),
        changes.map(({ mail }) => mail.template),
        changes.map(({ mail }) => mail.recipientId),
        changes.map(({ mail }) => mail.aboutId),
        changes.map(({ mail }) => mail.invitationId),
        changes.map(({ mail }) => mail.sealedLink),
      ],
    ),
  ],
};

/** The statements of all changes. Those of one kind stand where the first of them stood: none of these kinds needs what another one wrote for the same member. */
export function statementsOfAll(changes: readonly Change[], context: WriteContext): Statement[] {
  if (changes.length < many || changes.some(staysApart)) return changes.flatMap((change) => statementsOf(change, context));
  const groups = Map.groupBy(changes, (change) => (isFoldable(change) ? change.kind : change));
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    if (alike.length === 1 || !isFoldable(first)) return alike.flatMap((change) => statementsOf(change, context));
    const fold: (changes: never, context: WriteContext) => Statement[] = folded[first.kind];
    return fold(alike as never, context);
  });
}

/** What an identity provider says of a member by its own hold is written with that hold, one by one. */
function isFoldable(change: Change): change is ChangeOf<Foldable> {
  if (change.kind === 'hold.place' && change.source.startsWith('idp:')) return false;
  if (change.kind === 'hold.lift' && change.asserted === true) return false;
  return Object.hasOwn(folded, change.kind);
}

/** Rows that others refer to are written before those, and what describes a member is written by itself. */
function staysApart(change: Change): boolean {
  return change.kind.endsWith('.insert') || (change.kind === 'membership.update' && change.set.particulars !== undefined);
}

function auditMany(changes: readonly ChangeOf<'audit'>[], workspaceId: string): Statement[] {
  const rows = changes.map(({ entry }) => {
    const salt = entry.reason === undefined ? undefined : randomBytes(16).toString('hex');
    return { ...entry, salt, digest: entry.reason === undefined || salt === undefined ? undefined : reasonDigest(salt, entry.reason) };
  });
  const told = rows.filter(({ reason }) => reason !== undefined);
  const events = statement(
    'audit_append_many',
    `with event as (insert into audit_event (workspace_id, id, at, action, outcome, actor_kind, actor_id, target_id, request_id, metadata, reason_digest, batch_id)
        select $1, e.id, now(), e.action, e.outcome, e.actor_kind, e.actor_id, e.target_id, e.request_id, e.metadata, e.reason_digest, e.batch_id
        from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::uuid[])
          as e (id, action, outcome, actor_kind, actor_id, target_id, request_id, metadata, reason_digest, batch_id) returning workspace_id, id)
      insert into audit_unsealed (workspace_id, event_id) select workspace_id, id from event`,
    [
      workspaceId,
      rows.map(({ id }) => id),
      rows.map(({ action }) => action),
      rows.map(({ outcome }) => outcome),
      rows.map(({ actor }) => actor.kind),
      rows.map(({ actor }) => actor.id),
      rows.map(({ targetId }) => targetId),
      rows.map(({ requestId }) => requestId),
      rows.map(({ metadata }) => canonicalJson(metadata)),
      rows.map(({ digest }) => digest),
      rows.map(({ batchId }) => batchId),
    ],
  );
  if (told.length === 0) return [events];
  const words = statement('audit_reason_many', 'insert into audit_reason (workspace_id, event_id, salt, reason) select $1, r.* from unnest($2::uuid[], $3::text[], $4::text[]) as r', [
    workspaceId,
    told.map(({ id }) => id),
    told.map(({ salt }) => salt),
    told.map(({ reason }) => reason),
  ]);
  return [events, words];
}

function statement(name: string, text: string, values: readonly Parameter[]): Statement {
  return { name, text, values };
}
