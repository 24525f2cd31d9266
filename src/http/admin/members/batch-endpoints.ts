// Acts on many members at once: to all of them or to none.
import { z } from 'zod';
import type { BatchAct } from '../../../domain/areas/members.ts';
import { changeMany, type BatchDone } from '../../../domain/commands/change-many.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { idShape } from '../shapes.ts';
import { actOnMembers, actParameters, type ActContext } from './act-on-members.ts';
import { previewShape } from './preview-shape.ts';
import { deactivationFields, reactivationFields, removalFields } from './shapes.ts';

/** What the endpoints work with; bodies have at most `limitBytes`. */
export interface BatchContext extends ActContext {
  readonly limitBytes: number;
}

const mostIds = 1_000;

const idsShape = z
  .array(idShape('a member'), 'must be a list of ids of members')
  .min(1, 'must name at least one member')
  .max(mostIds, `must name at most ${mostIds} members: send more of them in parts`)
  .refine((ids) => new Set(ids).size === ids.length, 'must name each member once');

const doneShape = z.object({ changed: z.int().min(0), unchanged: z.int().min(0) }).meta({ id: 'BatchDone' });
const answers = { 200: { description: 'To how many something was done and how many were in that state already, or the preview that was asked for.', shape: z.union([doneShape, previewShape(doneShape)]) } };

/** One address for each act. */
export function batchEndpoints(context: BatchContext): AdminEndpoint[] {
  const at = (act: BatchAct, told: Operation) => endpointAt(`${adminPath}/team/members/bulk-${act}`, { POST: told });
  return [
    at('remove', batch(context, 'remove', removalFields, 'Remove many members at once, or none')),
    at('deactivate', batch(context, 'deactivate', deactivationFields, 'Deactivate many members at once, or none')),
    at('reactivate', batch(context, 'reactivate', reactivationFields, 'Reactivate many members at once, or none')),
  ];
}

type Fields = typeof removalFields | typeof deactivationFields | typeof reactivationFields;

function batch(context: BatchContext, act: BatchAct, fields: Fields, summary: string): Operation {
  const told: Told = { id: `${act}Members`, tag: 'Members', summary, answers, problems: ['bulk-blocked', 'permission-denied', 'preview-stale'] };
  const shape = fields.safeExtend({ ids: idsShape });
  return operation({ ...told, query: actParameters, body: { shape, limitBytes: context.limitBytes } }, async (asked) => {
    const { ids, reason, previewToken, ...options } = asked.body;
    const { override, ...handover } = { override: undefined, ...options };
    const wanted = { act, ids, reason, handover, override };
    const show = ({ changed }: BatchDone) => ({ changed, unchanged: ids.length - changed });
    return await actOnMembers(
      context,
      { ...asked, body: { reason, previewToken, ...options }, act: `bulk-${act}`, ids },
      { run: async (store, call) => await changeMany(store, call, wanted), answer: (done) => answerJson(show(done)), show },
    );
  });
}
