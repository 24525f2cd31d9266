// The answer of whoever is invited, given at account home: the link names the invitation, the session says who answers.
import { answerInvitation } from '../../../domain/commands/answer-invitation.ts';
import { invitationNotFound } from '../../../domain/commands/on-invitation.ts';
import { atWorkspace } from '../../../domain/model/caller.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation } from '../operation.ts';
import type { InvitationContext } from './invitation-endpoints.ts';
import { answeredShape, tokenFields } from './shapes.ts';

/** Accept and decline. */
export function answerEndpoints(context: Pick<InvitationContext, 'store' | 'links' | 'limitBytes'>): AdminEndpoint[] {
  return [
    endpointAt(`${adminPath}/account/invitations/accept`, { POST: answer(context, 'accept') }),
    endpointAt(`${adminPath}/account/invitations/decline`, { POST: answer(context, 'decline') }),
  ];
}

function answer({ store, links, limitBytes }: Pick<InvitationContext, 'store' | 'links' | 'limitBytes'>, what: 'accept' | 'decline'): Operation {
  const told = {
    id: `${what}Invitation`,
    tag: 'Account home',
    doors: ['account'] as const,
    summary: what === 'accept' ? 'Accept an invitation: the membership is active from now on' : 'Decline an invitation: the membership ends',
    answers: { 200: { description: 'What the invitation was to.', shape: answeredShape } },
    problems: ['not-found', 'permission-denied', 'invitation-revoked', 'invitation-expired', 'invitation-used', 'invitation-superseded'] as const,
  };
  return operation({ ...told, body: { shape: tokenFields, limitBytes } }, async ({ c, call, body: { token } }) => {
    const read = links.read(token);
    if (read === undefined) return c.get('fail')(invitationNotFound());
    const done = await answerInvitation(store, atWorkspace(call, read.workspaceId), read.tokenHash, what);
    if (!done.ok) return c.get('fail')(done.refusal.rule === 'not-found' ? invitationNotFound() : done.refusal);
    const { membershipId, role, workspace } = done.value;
    return answerJson({ memberId: membershipId, role, workspace });
  });
}
