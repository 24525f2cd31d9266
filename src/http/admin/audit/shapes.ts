// What the operations on the audit log read and answer.
import { z } from 'zod';
import { idShape, momentShape } from '../shapes.ts';
import { pageParameters } from '../paging.ts';

const outcomes = ['success', 'denied', 'withheld'] as const;
const sources = ['connection', 'person', 'account', 'host', 'operator', 'system'] as const;
const mostActions = 20;

/** The filters, each a parameter. */
const filters = {
  actor: idShape('a member, a connection or a client').optional(),
  target: idShape('what was acted on').optional(),
  action: z
    .string()
    .regex(/^[a-z_]{1,80}(,[a-z_]{1,80})*$/u, 'must be actions such as team_membership_remove, with commas between them')
    .transform((text) => [...new Set(text.split(','))])
    .refine((actions) => actions.length <= mostActions, `must be at most ${mostActions} actions`)
    .optional(),
  outcome: z.enum(outcomes, `must be one of ${outcomes.join(', ')}`).optional(),
  source: z.enum(sources, `must be one of ${sources.join(', ')}`).optional(),
  batch: idShape('a batch').optional(),
  from: momentShape.optional(),
  to: momentShape.optional(),
};

/** The parameters of the list. */
export const auditParameters = z.strictObject({ ...filters, ...pageParameters });

/** The parameters of the list of one member. */
export const memberAuditParameters = z.strictObject({ action: filters.action, outcome: filters.outcome, source: filters.source, batch: filters.batch, from: filters.from, to: filters.to, ...pageParameters });

/** The parameters of the export. */
export const exportParameters = z.strictObject({ ...filters, format: z.enum(['jsonl', 'csv'], 'must be jsonl or csv').default('jsonl') });

/** An event as answers show it. */
export const auditShape = z
  .object({
    id: z.guid(),
    seq: z.int().nullable(),
    at: z.iso.datetime(),
    action: z.string(),
    outcome: z.enum(outcomes),
    actor: z.object({ kind: z.enum(sources), id: z.guid().nullable(), name: z.string().nullable() }),
    target: z.object({ id: z.guid(), name: z.string().nullable() }).nullable(),
    reason: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    requestId: z.string(),
    batchId: z.guid().nullable(),
  })
  .meta({ id: 'AuditEvent' });

/** How the chain stands. */
export const verdictShape = z
  .object({
    intact: z.boolean(),
    sealed: z.int().min(0),
    unsealed: z.int().min(0),
    head: z.string().nullable(),
    fault: z.object({ seq: z.int(), why: z.string(), eventId: z.guid().nullable() }).nullable(),
  })
  .meta({ id: 'AuditVerdict' });

/** The signed head. */
export const headShape = z
  .object({ workspaceId: z.guid(), seq: z.int().min(0), hash: z.string().nullable(), unsealed: z.int().min(0), jws: z.string() })
  .meta({ id: 'AuditHead' });
