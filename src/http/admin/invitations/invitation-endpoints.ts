// Invitations as the team sees them: who is invited, the acts on one, and a whole list at once.
import type { Context } from 'hono';
import { revokeInvitation } from '../../../domain/commands/end-invitation.ts';
import { inviteMembers } from '../../../domain/commands/invite-members.ts';
import { renewInvitation } from '../../../domain/commands/renew-invitation.ts';
import type { InvitationReads, InvitationView } from '../../../domain/invitation-ports.ts';
import type { Call } from '../../../domain/model/caller.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import type { InvitationLinks } from '../../invitation-links.ts';
import type { CallEnv } from '../../request-frame.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { pageShape, readPaging } from '../paging.ts';
import { reasonFields } from '../shapes.ts';
import { readInvitees } from './read-invitees.ts';
import { importedShape, invitationShape, inviteFields, linkShape, listParameters } from './shapes.ts';

/** What the endpoints work with; bodies have at most `limitBytes`. */
export interface InvitationContext {
  readonly store: CommandStore;
  readonly invitations: InvitationReads;
  readonly links: InvitationLinks;
  readonly seal: CursorSeal;
  readonly limitBytes: number;
}

const invitations = `${adminPath}/team/invitations`;
const what = { kind: 'invitation', hint: 'Look it up in the list of invitations.' };
const oneShown = { 200: { description: 'The invitation.', shape: invitationShape } };
const created = { 201: { description: 'The new invitation. A mail with its link is on its way.', shape: invitationShape } };

/** The list, one invitation, and the acts on one. */
export function invitationEndpoints(context: InvitationContext): AdminEndpoint[] {
  return [
    endpointAt(invitations, { GET: list(context), POST: create(context) }),
    endpointAt(`${invitations}/import`, { POST: importList(context) }),
    endpointAt(`${invitations}/:id`, { GET: read(context), DELETE: revoke(context, 'removeInvitation') }),
    endpointAt(`${invitations}/:id/revoke`, { POST: revoke(context, 'revokeInvitation') }),
    endpointAt(`${invitations}/:id/resend`, { POST: resend(context) }),
    endpointAt(`${invitations}/:id/link`, { POST: copyLink(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Invitations', summary, answers, problems };
}

function list({ invitations: reads, seal }: InvitationContext): Operation {
  const told = about('listInvitations', 'List the invitations', { 200: { description: 'One page of the invitations.', shape: pageShape(invitationShape) } }, ['invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: listParameters }, async ({ c, call, query }) => {
    const { status, sort: descending } = query;
    const paging = readPaging(c, seal, query, ['team/invitations', status, descending]);
    const found = await reads.invitations(call, { status, descending, ...paging.cut });
    return found.ok ? paging.answer(found.value, show) : c.get('fail')(found.refusal);
  });
}

function read(context: InvitationContext): Operation {
  return operation({ ...about('readInvitation', 'Read one invitation', oneShown, ['not-found']), before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) =>
    await answer(c, context, call, idOf(what, id)),
  );
}

function create(context: InvitationContext): Operation {
  const { store, links, limitBytes } = context;
  const told = about('inviteMember', 'Invite a person', created, ['duplicate', 'role-not-manageable', 'seat-limit-reached']);
  return operation({ ...told, body: { shape: inviteFields, limitBytes } }, async ({ c, call, body: { email, name, role, groups } }) => {
    const done = await inviteMembers(store, call, [{ email, name, role, groupIds: groups }], linkMaker(links, call));
    return done.ok ? await answer(c, context, call, done.value[0] ?? '', 201) : c.get('fail')(done.refusal);
  });
}

function importList({ store, links, limitBytes }: InvitationContext): Operation {
  const told = about('importInvitations', 'Invite everybody of a CSV file, or nobody', { 201: { description: 'All are invited, in the order of the file.', shape: importedShape } }, ['duplicate', 'seat-limit-reached']);
  const description = 'The body is text/csv with the columns email, name and role, of which only email is needed; at most 1,000 lines behind the header. All faults are named by their lines.';
  return operation({ ...told, description }, async ({ c, call }) => {
    const invitees = await readInvitees(c.req.raw, limitBytes);
    if (!invitees.ok) return c.get('fail')(invitees.refusal);
    const done = await inviteMembers(store, call, invitees.value, linkMaker(links, call));
    return done.ok ? answerJson({ invited: done.value.length, ids: done.value }, {}, 201) : c.get('fail')(done.refusal);
  });
}

function revoke({ store, limitBytes }: InvitationContext, id: string): Operation {
  const told = about(id, 'Take an invitation back: its link is dead at once', { 204: { description: 'The invitation is revoked, its seat is free.' } }, ['invitation-used', 'invitation-superseded', 'role-not-manageable']);
  return operation({ ...told, before: ([given]) => idOf(what, given), body: { shape: reasonFields, limitBytes } }, async ({ c, call, ids: [given], body: { reason } }) => {
    const done = await revokeInvitation(store, call, idOf(what, given), reason);
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

function resend(context: InvitationContext): Operation {
  const { store, links } = context;
  const told = about('resendInvitation', 'Send an invitation again, with a new link and seven days more; the old link dies', created, ['invitation-used', 'invitation-superseded', 'seat-limit-reached']);
  return operation({ ...told, before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const done = await renewInvitation(store, call, idOf(what, id), { makeLink: linkMaker(links, call), mailed: true });
    return done.ok ? await answer(c, context, call, done.value, 201) : c.get('fail')(done.refusal);
  });
}

function copyLink({ store, links, invitations: reads }: InvitationContext): Operation {
  const answers = { 201: { description: 'The link, shown this once. No mail is sent.', shape: linkShape } };
  const told = about('makeInvitationLink', 'Make a link to hand over oneself; the old link dies', answers, ['invitation-used', 'invitation-superseded', 'seat-limit-reached']);
  return operation({ ...told, before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    let link = '';
    const makeLink = () => {
      const made = links.make(call.credential.tenant.workspaceId);
      link = made.url;
      return made;
    };
    const done = await renewInvitation(store, call, idOf(what, id), { makeLink, mailed: false });
    if (!done.ok) return c.get('fail')(done.refusal);
    const found = await reads.invitation(call, done.value);
    return found.ok ? answerJson({ link, invitation: show(found.value) }, {}, 201) : c.get('fail')(found.refusal);
  });
}

function linkMaker(links: InvitationLinks, { credential }: Call) {
  return () => links.make(credential.tenant.workspaceId);
}

async function answer(c: Context<CallEnv>, { invitations: reads }: InvitationContext, call: Call, id: string, status = 200): Promise<Response> {
  const found = await reads.invitation(call, id);
  if (!found.ok) return c.get('fail')(found.refusal);
  return answerJson(show(found.value), status === 201 ? { Location: `${invitations}/${id}` } : {}, status);
}

function show({ membershipId, email, name, invitedBy, mail, endedAt, ...view }: InvitationView): object {
  const { id, role, status, createdAt, expiresAt } = view;
  return { id, memberId: membershipId, email: email ?? null, name: name ?? null, role, status, invitedBy: invitedBy ?? null, mail: mail ?? null, createdAt, expiresAt, endedAt: endedAt ?? null };
}
