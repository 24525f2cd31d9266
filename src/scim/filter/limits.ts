// How large a filter may be.
import { badRequest } from '../errors.ts';

/** Longest filter or path, in bytes of UTF-8. */
export const maxFilterBytes = 4096;

/** Most comparisons and presence tests in one filter. */
export const maxFilterTerms = 64;

/** Most round and square brackets open at one place of a filter. */
export const maxFilterDepth = 16;

/** Refuses a text beyond `maxFilterBytes` before anything looks at it. `what` names it in the detail. */
export function checkLength(text: string, what: 'filter' | 'path'): void {
  if (text.length <= maxFilterBytes && Buffer.byteLength(text) <= maxFilterBytes) return;
  const detail = `The ${what} is longer than ${maxFilterBytes} bytes. Shorten it or ask in several requests.`;
  throw badRequest(what === 'filter' ? 'invalidFilter' : 'invalidPath', detail);
}
