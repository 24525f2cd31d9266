// The report of a replay as lines for people.
import type { FailedStep, Report } from './replay-transcript.ts';

/** One line for each failed step with its faults below, and a line that sums up. */
export function printReport({ client, steps, failed, tolerated }: Report): string {
  const lines = [...failed.map((step) => describe('FAILED', step)), ...tolerated.map((step) => describe('optional', step))];
  return [...lines, `${client}: ${steps} steps, ${failed.length} failed, ${tolerated.length} optional ones failed`].join('\n');
}

function describe(mark: string, { id, name, faults }: FailedStep): string {
  return [`${mark} ${id} ${name}`, ...faults.map((fault) => `    ${fault}`)].join('\n');
}
