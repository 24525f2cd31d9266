// The answer of whoever is invited, given at account home: the link names the invitation, the session says who answers.
import { answerInvitation } from '../../../domain/commands/answer-invitation.ts';
import { atWorkspace, nowhere } from '../../../domain/model/caller.ts';
import { refuse, type Refusal } from '../../../domain/refusals.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import type { SessionContext } from '../host/session-endpoints.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation } from '../operation.ts';
import type { InvitationContext } from './invitation-endpoints.ts';
import { answeredShape, tokenFields } from './shapes.ts';

type AnswerContext = Pick<InvitationContext, 'store' | 'links' | 'limitBytes'> & Pick<SessionContext, 'hostReads'>;

/** Accept and decline. */
export function answerEndpoints(context: AnswerContext): AdminEndpoint[] {
  return [
    endpointAt(`${adminPath}/account/invitations/accept`, { POST: answer(context, 'accept') }),
    endpointAt(`${adminPath}/account/invitations/decline`, { POST: answer(context, 'decline') }),
  ];
}

function answer({ store, links, hostReads, limitBytes }: AnswerContext, what: 'accept' | 'decline'): Operation {
  const told = {
    id: `${what}Invitation`,
    tag: 'Account home' as const,
    doors: ['account'] as const,
    summary: what === 'accept' ? 'Accept an invitation: the membership is active from now on' : 'Decline an invitation: the membership ends',
    answers: { 200: { description: 'What the invitation was to.', shape: answeredShape } },
    problems: ['not-found', 'permission-denied', 'invitation-revoked', 'invitation-expired', 'invitation-used', 'invitation-superseded'] as const,
  };
  return operation({ ...told, body: { shape: tokenFields, limitBytes } }, async ({ c, call, body: { token } }) => {
    const read = links.read(token);
    // Asks first whether the session works: one that does not must not tell links and workspaces of the organization from others.
    const place = await hostReads.workspace(call, read?.workspaceId ?? nowhere);
    if (!place.ok) return c.get('fail')(place.refusal.rule === 'not-found' ? noSuchLink() : place.refusal);
    if (read === undefined) return c.get('fail')(noSuchLink());
    const done = await answerInvitation(store, atWorkspace(call, read.workspaceId), read.tokenHash, what);
    if (!done.ok) return c.get('fail')(done.refusal.rule === 'not-found' ? noSuchLink() : done.refusal);
    const { membershipId, role, workspace } = done.value;
    return answerJson({ memberId: membershipId, role, workspace });
  });
}

function noSuchLink(): Refusal {
  return refuse('not-found', 'No invitation has this token. It is the last part of the link in the mail, without the address before it.');
}
