// What tests of invitations share: what one looks like, and the token out of its mail.
import { createInvitationLinks } from '../../../src/http/invitation-links.ts';
import { createCursorSeal } from '../../../src/scim/cursor-seal.ts';
import type { StartedServer } from '../../support/started-server.ts';

/** An invitation as the API shows it. */
export interface ShownInvitation {
  readonly id: string;
  readonly memberId: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: string;
  readonly status: string;
  readonly invitedBy: { readonly id: string; readonly name: string } | null;
  readonly mail: string | null;
  readonly expiresAt: string;
  readonly endedAt: string | null;
}

/** The token of an invitation, as its mail keeps it until it is sent. */
export async function tokenOf({ keys, query }: StartedServer, invitationId: string): Promise<string> {
  const [mail] = await query('select workspace_id, sealed_link from mail_message where invitation_id = $1', [invitationId]);
  const links = createInvitationLinks('http://x.example/{token}', createCursorSeal(keys.derive('usher invitation link')));
  const link = links.unseal(String(mail?.['sealed_link']), String(mail?.['workspace_id']));
  if (link === undefined) throw new Error('the mail keeps no link');
  return link.slice('http://x.example/'.length);
}
