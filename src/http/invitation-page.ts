// The page that a link leads to where the host application has none: it says who invites to what, changes nothing, and tells nothing of dead links.
import { Hono } from 'hono';
import type { OpenLink } from '../domain/invitation-ports.ts';
import { escapeHtml, htmlPage, pageHeaders } from './html-page.ts';
import type { InvitationLinks } from './invitation-links.ts';
import { onlyGet } from './only-get.ts';
import type { RequestEnv } from './request-frame.ts';

// The address is a secret: nothing may keep it or pass it on.
const headers = { ...pageHeaders, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' };

const dead = htmlPage(
  'Invitation',
  '<h1>This link is not good</h1><p>It was used already, has run out after seven days, was taken back or replaced by a newer one, or was copied in part.</p><p>Ask whoever invited you to send the invitation again.</p>',
);

/** The page; to be mounted at `invitationPath`. */
export function invitationPage(links: Pick<InvitationLinks, 'read'>, open: OpenLink): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  onlyGet(app, '/:token', async (c) => {
    const token = links.read(c.req.param('token') ?? '');
    const found = token && (await open(token.workspaceId, token.tokenHash));
    if (found === undefined) return c.body(dead, 404, headers);
    const { workspace, inviter, expiresAt } = found;
    const who = inviter === undefined ? 'You are invited' : `${escapeHtml(inviter)} invites you`;
    const day = expiresAt.toISOString().slice(0, 10);
    const steps = `<p>Sign in to the application with the e-mail address that this invitation was sent to, and accept it there. The link alone gives nobody access.</p><p>It is good until ${day} (UTC).</p>`;
    return c.body(htmlPage('Invitation', `<h1>${who} to ${escapeHtml(workspace)}</h1>${steps}`), 200, headers);
  });
  return app;
}
