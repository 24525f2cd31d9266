// Sends one event to an endpoint, as a webhook or as a security event token, and says what became of it.
import { webhookBody, type OutgoingEvent } from '../../domain/outgoing/outgoing-event.ts';
import { secretContext, type DeliveryTarget, type OwedEvent, type SecretBox } from '../../domain/outgoing/ports.ts';
import { securityEventClaims } from '../../domain/outgoing/security-event.ts';
import type { PostSafely } from './post-safely.ts';
import { webhookHeaders } from './sign-webhook.ts';

/** What sending needs. `signSet` makes a signed token of its claims. */
export interface Sending {
  readonly post: PostSafely;
  readonly box: SecretBox;
  readonly signSet: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly issuer: string;
}

/** `gone` asks never to be told again. `error` and `response` are there unless it was taken. */
export type Sent =
  | { readonly kind: 'taken'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number | undefined; readonly response: string | undefined; readonly error: string; readonly gone: boolean };

const agent = 'Usher-Events/1';

/** Sends it. A token that SCIM has no event for counts as taken: there is nothing to say. */
export async function sendEvent(sending: Sending, target: DeliveryTarget, owed: OwedEvent, signal?: AbortSignal): Promise<Sent> {
  const { url } = target;
  if (target.kind === 'webhook') {
    const body = webhookBody(owed.event);
    const headers = webhookHeadersFor(sending.box, target, owed.event.id, body);
    return headers === undefined ? unreadable : outcomeOf(await sending.post({ url, headers, body, signal }));
  }
  const claims = securityEventClaims(owed.event, { jti: owed.deliveryId, issuer: sending.issuer, audience: target.audience });
  if (claims === undefined) return { kind: 'taken', status: 204 };
  // https://www.rfc-editor.org/rfc/rfc8935#section-2
  const headers = { 'Content-Type': 'application/secevent+jwt', Accept: 'application/json', 'User-Agent': agent };
  return outcomeOf(await sending.post({ url, headers, body: await sending.signSet(claims), signal }));
}

/** Sends a webhook that says nothing but that it works. */
export async function sendPing(sending: Sending, target: DeliveryTarget, id: string, now: Date): Promise<Sent> {
  if (target.kind === 'push') {
    const verification = { 'https://schemas.openid.net/secevent/ssf/event-type/verification': { state: id } };
    const seconds = Math.floor(now.getTime() / 1000);
    const claims = { iss: sending.issuer, aud: [target.audience], iat: seconds, jti: id, sub_id: { format: 'opaque', id: target.endpointId }, events: verification };
    const headers = { 'Content-Type': 'application/secevent+jwt', Accept: 'application/json', 'User-Agent': agent };
    return outcomeOf(await sending.post({ url: target.url, headers, body: await sending.signSet(claims) }));
  }
  const body = JSON.stringify({ type: 'usher.ping', timestamp: now.toISOString(), data: { id, workspaceId: target.workspaceId } });
  const headers = webhookHeadersFor(sending.box, target, id, body);
  return headers === undefined ? unreadable : outcomeOf(await sending.post({ url: target.url, headers, body }));
}

const unreadable: Sent = { kind: 'refused', status: undefined, response: undefined, error: 'The secret cannot be opened with the keys of this server: rotate the secret.', gone: false };

function webhookHeadersFor(box: SecretBox, target: DeliveryTarget, id: OutgoingEvent['id'], body: string): Readonly<Record<string, string>> | undefined {
  const context = secretContext(target.workspaceId, target.endpointId);
  const secrets = target.secrets.map((sealed) => box.open(sealed, context)).filter((secret) => secret !== undefined);
  if (secrets.length === 0) return undefined;
  return { 'Content-Type': 'application/json', 'User-Agent': agent, ...webhookHeaders(secrets, id, body, new Date()) };
}

function outcomeOf(outcome: Awaited<ReturnType<PostSafely>>): Sent {
  if (outcome.kind === 'failed') return { kind: 'refused', status: undefined, response: undefined, error: outcome.error, gone: false };
  const { status, text } = outcome;
  if (status >= 200 && status < 300) return { kind: 'taken', status };
  const error = status >= 300 && status < 400 ? 'The answer was a redirect, which is not followed: name the final address.' : `The answer was ${status}.`;
  return { kind: 'refused', status, response: text === '' ? undefined : text, error, gone: status === 410 };
}
