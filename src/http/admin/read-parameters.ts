// Reads the query string of a request of the team API: every parameter is one that the address knows, and is there once.
import type { z } from 'zod';
import { badRequest } from '../../scim/errors.ts';
import { queryParts } from '../query-parts.ts';
import { explainFaults } from './explain-faults.ts';

/** The parameters as the shape makes them. */
export function readParameters<S extends z.ZodObject>(url: string, shape: S): z.output<S> {
  const given = new Map<string, string>();
  for (const [name, value] of queryParts(url)) {
    if (name === '' && value === '') continue;
    if (name === undefined || value === undefined) throw badRequest('invalidValue', 'The query is not percent-encoded UTF-8. Encode a literal % as %25.');
    // No text of the database holds one.
    if (value.includes('\0')) throw badRequest('invalidValue', `${JSON.stringify(name.slice(0, 40).toWellFormed())} must not hold the character NUL.`);
    if (given.has(name)) throw badRequest('invalidValue', explainTwice(name));
    given.set(name, value);
  }
  const read = shape.safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  throw badRequest('invalidValue', explainFaults(read.error.issues, 'The query', Object.keys(shape.shape)));
}

function explainTwice(name: string): string {
  return `The query has ${JSON.stringify(name.slice(0, 40).toWellFormed())} more than once. Send it once.`;
}
