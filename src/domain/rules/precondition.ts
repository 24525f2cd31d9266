// The caller's own condition: a change meant for one state of a resource is not made to another.
import type { Decision } from '../ports.ts';
import { refuse } from '../refusals.ts';

/** Versions of which the resource must have one for the change to be made, as a set or as a question; undefined means any. */
export type Expected = Pick<ReadonlySet<number>, 'has'> | undefined;

/**
 * Refuses `version-mismatch` when the resource has another version. Asked under the row's lock, so that nothing can come between the
 * comparison and the write.
 */
export function checkVersion(version: number, expected: Expected): Extract<Decision<never>, { kind: 'refuse' }> | undefined {
  if (expected === undefined || expected.has(version)) return undefined;
  const detail = 'The resource has changed since the version that the request names. Read it again, apply the change to what is there now, and send the new version.';
  return { kind: 'refuse', refusal: refuse('version-mismatch', detail) };
}
