// What is told of the jobs: errors to the log, at most one a minute for each job, and how each stands to whoever keeps it.

/** The part of a logger that jobs need. */
export interface JobLog {
  warn(details: object, message: string): void;
  info(details: object, message: string): void;
}

/** How a job stands in one process. Times are those of the process; `pieces` counts since its start. */
export interface JobState {
  readonly job: string;
  readonly instance: string;
  readonly lastRunAt: Date;
  readonly lastSuccessAt: Date | undefined;
  readonly lastErrorAt: Date | undefined;
  readonly lastError: string | undefined;
  readonly pieces: number;
}

/** Keeps the states. */
export interface JobStates {
  readonly report: (states: readonly JobState[]) => Promise<void>;
}

export interface JobReport {
  done(job: string, pieces: number): void;
  /** Looked around without an error. */
  looked(job: string): void;
  failed(job: string, error: unknown): void;
  stop(): Promise<void>;
}

const tellEveryMs = 5_000;
const warnEveryMs = 60_000;
const quietMs = 10_000;
const longestError = 200;

interface Noted {
  lastRunAt: Date;
  lastSuccessAt: Date | undefined;
  lastErrorAt: Date | undefined;
  lastError: string | undefined;
  pieces: number;
  warnedAt: number | undefined;
}

/** Notes at once, tells the keeper every few seconds and at the end. */
export function createJobReport(instance: string, log: JobLog, states: JobStates | undefined): JobReport {
  const noted = new Map<string, Noted>();
  const of = (job: string): Noted => {
    const found = noted.get(job) ?? { lastRunAt: new Date(), lastSuccessAt: undefined, lastErrorAt: undefined, lastError: undefined, pieces: 0, warnedAt: undefined };
    noted.set(job, found);
    found.lastRunAt = new Date();
    return found;
  };
  const tell = async (): Promise<void> => {
    const current = [...noted].map(([job, { lastRunAt, lastSuccessAt, lastErrorAt, lastError, pieces }]) => ({ job, instance, lastRunAt, lastSuccessAt, lastErrorAt, lastError, pieces }));
    // A database that cannot be told has told the jobs themselves already.
    if (current.length > 0) await states?.report(current).catch(() => undefined);
  };
  const timer = setInterval(() => void tell(), tellEveryMs);
  timer.unref();
  return {
    done(job, pieces) {
      const state = of(job);
      state.lastSuccessAt = state.lastRunAt;
      state.pieces += pieces;
    },
    looked(job) {
      const state = of(job);
      state.lastSuccessAt = state.lastRunAt;
      // Looking may work while the work itself goes on failing.
      const quiet = state.lastErrorAt !== undefined && state.lastRunAt.getTime() - state.lastErrorAt.getTime() > quietMs;
      if (!quiet || state.warnedAt === undefined) return;
      state.warnedAt = undefined;
      log.info({}, `the job ${job} works again`);
    },
    failed(job, error) {
      const state = of(job);
      state.lastErrorAt = state.lastRunAt;
      state.lastError = wordsOf(error);
      if (state.warnedAt !== undefined && performance.now() - state.warnedAt < warnEveryMs) return;
      state.warnedAt = performance.now();
      log.warn({ error }, `the job ${job} failed and is tried again`);
    },
    async stop() {
      clearInterval(timer);
      await tell();
    },
  };
}

function wordsOf(error: unknown): string {
  const text = error instanceof Error ? `${'code' in error && typeof error.code === 'string' ? `${error.code} ` : ''}${error.message}` : String(error);
  return text.slice(0, longestError).toWellFormed();
}
