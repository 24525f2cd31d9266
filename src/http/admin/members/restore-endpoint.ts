// Brings a removed member back.
import { z } from 'zod';
import { restoreMember } from '../../../domain/commands/restore-member.ts';
import type { UniqueKey } from '../../../domain/model/keys.ts';
import type { MemberParts, Membership } from '../../../domain/model/membership.ts';
import { weakEtag } from '../../../scim/etag.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint } from '../operation.ts';
import { actOnMembers, actParameters, type ActContext } from './act-on-members.ts';
import { previewShape } from './preview-shape.ts';
import { memberShape, restorationFields } from './shapes.ts';
import { showMember } from './show-member.ts';

/** What the endpoint works with; `userKeys` are the unique values that the loaded schemas see in a member. */
export interface RestoreContext extends ActContext {
  readonly userKeys: (member: Membership) => readonly UniqueKey[];
  readonly limitBytes: number;
}

const what = { kind: 'removed member', hint: 'List them with ?removed=true.' };

export function restoreEndpoint(context: RestoreContext, parts: MemberParts): AdminEndpoint {
  const told = {
    id: 'restoreMember',
    tag: 'Members',
    summary: 'Bring back a member that was removed in the last 30 days',
    answers: { 200: { description: 'The member as it is now, or the preview that was asked for.', shape: z.union([memberShape, previewShape(memberShape)]) } },
    problems: ['not-found', 'duplicate', 'seat-limit-reached', 'permission-denied', 'preview-stale'],
  } as const;
  const restore = operation({ ...told, before: ([id]) => idOf(what, id), query: actParameters, body: { shape: restorationFields, limitBytes: context.limitBytes } }, async ({ ids: [text], ...asked }) => {
    const id = idOf(what, text);
    const restoration = { reason: asked.body.reason, keysOf: context.userKeys, parts };
    return await actOnMembers(
      context,
      { ...asked, act: 'restore', ids: [id] },
      { run: async (store, call) => await restoreMember(store, call, id, restoration), answer: (view) => answerJson(showMember(view), { ETag: weakEtag(view.version) }), show: showMember },
    );
  });
  return endpointAt(`${adminPath}/team/members/:id/restore`, { POST: restore });
}
