// The two jobs that tell the outside: one gives each endpoint what it is owed, the other delivers it, an endpoint at a time.
import type { Attempted, ClaimedEvent, DeliveryQueue, DeliveryTarget } from '../../domain/outgoing/ports.ts';
import type { Job } from '../job.ts';
import { nextAttempt, usualSchedule, type RetrySchedule } from './retry-schedule.ts';
import { sendEvent, type Sending, type Sent } from './send-event.ts';

/** What the jobs work with. */
export interface DeliveryPorts extends Sending {
  readonly outbox: {
    readonly waiting: Job['waiting'];
    readonly fanOut: (workspaceId: string, most: number) => Promise<{ readonly taken: number; readonly endpointIds: readonly string[] }>;
  };
  readonly due: Job['waiting'];
  readonly queue: DeliveryQueue;
  /** Ends deliveries to an endpoint, audited. */
  readonly disable: (target: DeliveryTarget, why: 'failing' | 'gone') => Promise<void>;
  /** Announces an endpoint to the second job. */
  readonly announce: (job: string, tenantId: string) => void;
  readonly schedule?: RetrySchedule;
  /** How often both look for what nobody announced, and for what is to be repeated; a second where it is left out. */
  readonly everyMs?: number;
}

const deliveryJob = 'deliver-events';

/** Requests to one endpoint that are under way at the same time, each of another member or group. */
const requestsAtOnce = 8;

/** Both jobs. Endpoints are worked for apart, so that a slow one holds up nobody else. */
export function deliveryJobs(ports: DeliveryPorts): readonly Job[] {
  const { everyMs = 1_000 } = ports;
  return [
    {
      name: 'fan-out-events',
      everyMs,
      afterCommit: true,
      waiting: ports.outbox.waiting,
      work: async (workspaceId, most) => {
        const { taken, endpointIds } = await ports.outbox.fanOut(workspaceId, most);
        for (const endpointId of endpointIds) ports.announce(deliveryJob, `${workspaceId}/${endpointId}`);
        return taken;
      },
    },
    { name: deliveryJob, everyMs, atOnce: 16, waiting: ports.due, work: async (key, most, stopping) => await deliverTo(ports, key, most, stopping) },
  ];
}

/** Delivers until nothing can be delivered now: each delivered event lets the next one of its aggregate go. */
async function deliverTo(ports: DeliveryPorts, key: string, most: number, stopping: AbortSignal): Promise<number> {
  const [workspaceId = '', endpointId = ''] = key.split('/');
  let done = 0;
  while (done < most && !stopping.aborted) {
    const found = await ports.queue.claim(workspaceId, endpointId, requestsAtOnce);
    if (found === undefined || found.claimed.length === 0) return done;
    const { target, claimed } = found;
    const sent = await Promise.all(claimed.map(async (each) => ({ claimed: each, sent: await sendEvent(ports, target, each, stopping) })));
    const failingSince = await ports.queue.record(target, sent.map((each) => ({ claimed: each.claimed, attempted: attemptedOf(ports, each.claimed, each.sent, stopping) })));
    done += claimed.length;
    const why = sent.some((each) => each.sent.kind === 'refused' && each.sent.gone) ? 'gone' : hasLasted(ports.schedule, failingSince) ? 'failing' : undefined;
    if (why !== undefined) await ports.disable(target, why);
  }
  return done;
}

/** A request that was cut off by the end of the process was no attempt. */
function attemptedOf({ schedule = usualSchedule }: DeliveryPorts, { attempt, firstTriedAt }: ClaimedEvent, sent: Sent, stopping: AbortSignal): Attempted {
  if (sent.kind === 'taken') return { kind: 'delivered', status: sent.status };
  if (stopping.aborted && sent.status === undefined) return { kind: 'released' };
  const { status, response, error } = sent;
  return { kind: 'failed', status, response, error, nextAt: nextAttempt(schedule, attempt, firstTriedAt, new Date()) };
}

function hasLasted({ giveUpAfterMs } = usualSchedule, failingSince: Date | undefined): boolean {
  return failingSince !== undefined && Date.now() - failingSince.getTime() >= giveUpAfterMs;
}
