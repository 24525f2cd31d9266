// Security event tokens for receivers that come for them: what was acknowledged is over, the rest comes again until it is.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../../domain/model/caller.ts';
import type { Poll, Polled, WebhookReads } from '../../../domain/outgoing/ports.ts';
import { securityEventClaims } from '../../../domain/outgoing/security-event.ts';
import type { Outcome } from '../../../domain/refusals.ts';
import { readUuid } from '../../../provisioning/identifiers.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { idOf } from '../given.ts';
import { operation, type Operation } from '../operation.ts';
import { polledShape, pollFields } from './shapes.ts';

/** What polling works with. */
export interface PollContext {
  readonly webhooks: WebhookReads;
  readonly limitBytes: number;
  readonly signSet: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly issuer: string;
  readonly baseUrl: string;
  /** How long a poll that finds nothing waits for something, 5 seconds where it is left out: less than a stopping server leaves its requests. */
  readonly patienceMs?: number;
}

const lookEveryMs = 250;
const usualPatienceMs = 5_000;
/** Polls that wait at the same time; further ones are answered at once. */
const mostWaiting = 64;
const what = { kind: 'endpoint', hint: 'List them with GET /webhooks.' };

/** The operation. https://www.rfc-editor.org/rfc/rfc8936#section-2 */
export function poll(context: PollContext): Operation {
  const { webhooks, limitBytes, patienceMs = usualPatienceMs } = context;
  let waiting = 0;

  const patiently = async (call: Call, id: string, asked: Poll, immediately: boolean): Promise<Outcome<Polled>> => {
    const end = performance.now() + (immediately || asked.most === 0 || waiting >= mostWaiting ? 0 : patienceMs);
    waiting += 1;
    try {
      let found = await webhooks.poll(call, id, asked);
      while (found.ok && found.value.owed.length === 0 && performance.now() + lookEveryMs < end) {
        await sleep(lookEveryMs);
        found = await webhooks.poll(call, id, { ...asked, acknowledged: [], failed: [] });
      }
      return found;
    } finally {
      waiting -= 1;
    }
  };

  return operation(
    {
      id: 'pollEvents',
      tag: 'Events',
      onlyAsks: true,
      summary: 'Acknowledge security event tokens and take the next ones (RFC 8936)',
      answers: { 200: { description: 'Signed tokens by their jti, the oldest first; whatever is not acknowledged comes again.', shape: polledShape } },
      problems: ['permission-denied', 'not-found', 'invalid-value'],
      before: ([id]) => idOf(what, id),
      body: { shape: pollFields, limitBytes },
    },
    async ({ c, call, ids: [given], body: { maxEvents, returnImmediately, ack, setErrs } }) => {
      const id = idOf(what, given);
      const failed = Object.entries(setErrs).flatMap(([jti, { err, description }]) => {
        const delivery = readUuid(jti);
        return delivery === undefined ? [] : [{ id: delivery, error: description === undefined ? err : `${err}: ${description}` }];
      });
      const acknowledged = ack.map((jti) => readUuid(jti)).filter((jti) => jti !== undefined);
      const found = await patiently(call, id, { most: maxEvents, acknowledged, failed }, returnImmediately);
      if (!found.ok) return c.get('fail')(found.refusal);
      return answerJson({ sets: Object.fromEntries(await setsOf(context, id, found.value)), moreAvailable: found.value.more });
    },
  );
}

async function setsOf({ signSet, issuer, baseUrl }: PollContext, id: string, { audience, owed }: Polled): Promise<[string, string][]> {
  const sets: [string, string][] = [];
  for (const { deliveryId, event } of owed) {
    const claims = securityEventClaims(event, { jti: deliveryId, issuer, audience: audience === '' ? `${baseUrl}${adminPath}/webhooks/${id}` : audience });
    if (claims !== undefined) sets.push([deliveryId, await signSet(claims)]);
  }
  return sets;
}
