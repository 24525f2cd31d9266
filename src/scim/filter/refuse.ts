// Refusals of the filter parser: every one names the place and the remedy.
import { badRequest } from '../errors.ts';
import type { ScimError } from '../errors.ts';

/** Longest piece of the caller's text that a refusal repeats, in UTF-16 units. */
const shownUnits = 100;

/**
 * A 400 invalidFilter (https://www.rfc-editor.org/rfc/rfc7644#section-3.12); `at` is the 1-based place in the filter, in UTF-16 units.
 */
export function invalidFilter(at: number, problem: string): ScimError {
  return badRequest('invalidFilter', `Invalid filter at character ${at}: ${problem}`);
}

/** A piece of the caller's text in double quotes, shortened and with control characters escaped, for the detail of a refusal. */
export function show(text: string): string {
  return JSON.stringify(text.length > shownUnits ? `${text.slice(0, shownUnits)}…` : text);
}
