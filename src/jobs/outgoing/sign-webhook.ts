// Signs webhooks as Standard Webhooks wants it: HMAC-SHA256 over id, time and body, one signature for each secret that is good at the moment.
import { createHmac } from 'node:crypto';

const prefix = 'whsec_';

/** The three headers. `secrets` are texts as their holders know them, `whsec_` and base64. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function webhookHeaders(secrets: readonly string[], id: string, body: string, now: Date): Readonly<Record<string, string>> {
  const seconds = Math.floor(now.getTime() / 1000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signatures.join(' ') };
}
