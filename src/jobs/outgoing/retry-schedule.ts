// When a failed delivery is tried again: soon at first, then seldom, for three days.

/** Waits after the first, second, … attempt, and when no further one is made; the last wait repeats. */
export interface RetrySchedule {
  readonly waitsMs: readonly number[];
  readonly giveUpAfterMs: number;
}

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

/** The schedule that docs/events.md tells. */
export const usualSchedule: RetrySchedule = {
  waitsMs: [5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour],
  giveUpAfterMs: 72 * hour,
};

/** The time of the next attempt after this many, or undefined when there is none; a tenth more or less keeps many from coming at once. */
export function nextAttempt({ waitsMs, giveUpAfterMs }: RetrySchedule, attempt: number, firstTriedAt: Date, now: Date): Date | undefined {
  const wait = waitsMs[Math.min(attempt, waitsMs.length) - 1] ?? giveUpAfterMs;
  const next = now.getTime() + Math.round(wait * (0.9 + Math.random() * 0.2));
  return next - firstTriedAt.getTime() > giveUpAfterMs ? undefined : new Date(next);
}
