// The id of a request: the caller's own if it is harmless, else a new one; may assume nothing of the header.
import { randomUUID } from 'node:crypto';

/** Letters, digits and the separators that common generators use; no `@`, because the id stands in the audit for ever and must name nobody. */
const harmless = /^[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,127}$/;

export function readRequestId(sent: string | null | undefined): string {
  return typeof sent === 'string' && harmless.test(sent) ? sent : randomUUID();
}
