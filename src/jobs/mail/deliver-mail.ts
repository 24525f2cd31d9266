// The job that sends mails, or holds them where there is no server to send them; each is claimed for a while, so that a crash only delays it.
import type { Job } from '../job.ts';
import { renderMail, type MailSource } from './render-mail.ts';
import type { SendMail } from './smtp.ts';

/** A mail that this process has claimed. `sealedLink` is what is kept of its link, `attempt` counts from 1 and tells this claim from later ones. */
export interface ClaimedMail extends Omit<MailSource, 'link'> {
  readonly id: string;
  readonly attempt: number;
  readonly sealedLink: string | undefined;
  readonly ageSeconds: number;
}

/** What became of a claim. */
export type MailOutcome = { readonly as: 'sent' | 'held' } | { readonly as: 'failed'; readonly problem: string } | { readonly as: 'waiting'; readonly problem: string; readonly afterSeconds: number };

/** The queue in the database. What is neither finished nor claimed again within the lease is found again. */
export interface MailQueue {
  readonly waiting: (most: number, beyond: string | undefined) => Promise<readonly string[]>;
  readonly claim: (workspaceId: string, most: number, leaseSeconds: number) => Promise<readonly ClaimedMail[]>;
  readonly finish: (workspaceId: string, claim: Pick<ClaimedMail, 'id' | 'attempt'>, outcome: MailOutcome) => Promise<void>;
}

/** What the job works with. Without `send` mails are held for whoever looks at them. */
export interface MailPorts {
  readonly queue: MailQueue;
  readonly send: SendMail | undefined;
  readonly unseal: (sealed: string, workspaceId: string) => string | undefined;
  readonly leaseSeconds?: number;
}

/** More than the time-outs of this many mails together. */
const usualLeaseSeconds = 600;
const mostAtOnce = 8;
const giveUpSeconds = 3 * 86_400;
/** Pauses after the first attempts; then every few hours. */
const pausesSeconds = [60, 300, 900, 3_600, 10_800];
const longestPauseSeconds = 21_600;

/** The job. */
export function deliverMail({ queue, send, unseal, leaseSeconds = usualLeaseSeconds }: MailPorts): Job {
  const outcomeOf = async (workspaceId: string, mail: ClaimedMail): Promise<MailOutcome> => {
    if (send === undefined) return { as: 'held' };
    const link = mail.sealedLink === undefined ? undefined : unseal(mail.sealedLink, workspaceId);
    if (mail.template === 'invitation' && link === undefined) return { as: 'failed', problem: 'NO_LINK' };
    const rendered = renderMail({ ...mail, link });
    if (rendered === undefined) return { as: 'failed', problem: 'NO_ADDRESS' };
    const attempt = await send(mail.id, rendered);
    if (attempt.kind === 'sent') return { as: 'sent' };
    const { problem } = attempt;
    const afterSeconds = pausesSeconds[mail.attempt - 1] ?? longestPauseSeconds;
    return attempt.kind === 'refused' || mail.ageSeconds + afterSeconds > giveUpSeconds ? { as: 'failed', problem } : { as: 'waiting', problem, afterSeconds };
  };
  return {
    name: 'mail',
    everyMs: 2_000,
    waiting: queue.waiting,
    work: async (workspaceId, most, stopping) => {
      const claimed = await queue.claim(workspaceId, Math.min(most, mostAtOnce), leaseSeconds);
      for (const mail of claimed) {
        // What was claimed and not begun waits for no lease.
        const outcome: MailOutcome = stopping.aborted ? { as: 'waiting', problem: 'STOPPED', afterSeconds: 0 } : await outcomeOf(workspaceId, mail);
        await queue.finish(workspaceId, mail, outcome);
      }
      return claimed.length === Math.min(most, mostAtOnce) ? most : claimed.length;
    },
  };
}

/** The job that forgets mails a month after they were done with. */
export function forgetMail(waiting: MailQueue['waiting'], forget: (workspaceId: string, most: number) => Promise<number>): Job {
  return { name: 'mail-retention', everyMs: 3_600_000, waiting, work: forget };
}
