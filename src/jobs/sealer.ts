// Seals audit events and seat steps soon after their commit and catches up with whatever a crash left; assumes that sealing is safe beside other instances.
import { createBell } from './bell.ts';

/** One kind of chain. Tenants are named in order of their id; `seal` answers how many rows it sealed, at most `most`. */
export interface SealedQueue {
  readonly waiting: (most: number, beyond: string | undefined) => Promise<readonly string[]>;
  readonly seal: (tenantId: string, most: number) => Promise<number>;
}

/** The part of a logger that the sealer needs. */
export interface SealerLog {
  warn(details: object, message: string): void;
  info(details: object, message: string): void;
}

export interface SealerPorts {
  readonly workspaces: SealedQueue;
  readonly organizations: SealedQueue;
  readonly log: SealerLog;
  /** How often to look for what nobody announced. */
  readonly pollMs?: number;
  /** How long announcements gather into one pass. */
  readonly gatherMs?: number;
}

export interface Sealer {
  /** Announces a commit; without ids everything that waits is looked for. Neither throws nor waits. */
  poke(workspaceId?: string, organizationId?: string): void;
  /** Ends after the batch that is being sealed; the next start or another instance seals the rest. */
  stop(): Promise<void>;
}

const batchSize = 500;
const tenantsAtOnce = 100;
const warnEveryMs = 60_000;

/** Starts sealing at once. Errors of the database are logged, at most one a minute, and never end the process. */
export function startSealer({ workspaces, organizations, log, pollMs = 1000, gatherMs = 100 }: SealerPorts): Sealer {
  let stopped = false;
  let nextLook = 0;
  const bell = createBell();
  const chains = [createChain(workspaces, () => stopped), createChain(organizations, () => stopped)] as const;
  const report = createReport(log);

  const run = async (): Promise<void> => {
    while (!stopped) {
      const looks = performance.now() >= nextLook;
      if (looks) nextLook = performance.now() + pollMs;
      const failures: unknown[] = [];
      for (const chain of chains) failures.push(...(await chain.pass(looks)));
      report(failures, looks);
      await bell.sleep(Math.max(0, nextLook - performance.now()));
      // A burst of commits becomes one pass.
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, gatherMs));
    }
  };

  const running = run();
  return {
    poke(workspaceId, organizationId) {
      if (workspaceId !== undefined) chains[0].announced.add(workspaceId);
      if (organizationId !== undefined) chains[1].announced.add(organizationId);
      if (workspaceId === undefined && organizationId === undefined) nextLook = 0;
      bell.ring();
    },
    async stop() {
      stopped = true;
      bell.ring();
      await running;
    },
  };
}

/** Passes over one queue; each answers the errors it met, after which the tenants concerned wait for the next look. */
function createChain(queue: SealedQueue, stopped: () => boolean) {
  const announced = new Set<string>();

  const drain = async (tenantId: string): Promise<unknown[]> => {
    announced.delete(tenantId);
    try {
      while (!stopped() && (await queue.seal(tenantId, batchSize)) === batchSize);
      return [];
    } catch (error) {
      return [error];
    }
  };

  const look = async (): Promise<unknown[]> => {
    const failures: unknown[] = [];
    let beyond: string | undefined;
    try {
      while (!stopped()) {
        const tenants = await queue.waiting(tenantsAtOnce, beyond);
        for (const tenantId of tenants) failures.push(...(await drain(tenantId)));
        if (tenants.length < tenantsAtOnce) break;
        beyond = tenants.at(-1);
      }
    } catch (error) {
      failures.push(error);
    }
    return failures;
  };

  const pass = async (looks: boolean): Promise<unknown[]> => {
    const failures = looks ? await look() : [];
    for (const tenantId of [...announced]) failures.push(...(await drain(tenantId)));
    return failures;
  };

  return { announced, pass };
}

function createReport(log: SealerLog) {
  let warnedAt: number | undefined;
  return (failures: readonly unknown[], looked: boolean): void => {
    const [first] = failures;
    if (first !== undefined) {
      if (warnedAt !== undefined && performance.now() - warnedAt < warnEveryMs) return;
      warnedAt = performance.now();
      log.warn({ count: failures.length, error: first }, 'sealing the audit log failed and is tried again');
    } else if (looked && warnedAt !== undefined) {
      warnedAt = undefined;
      log.info({}, 'sealing the audit log works again');
    }
  };
}
