// Reads the body of a request of the team API and says in one sentence all that is wrong with it; may assume nothing of it.
import type { Context } from 'hono';
import type { z } from 'zod';
import { badRequest } from '../../scim/errors.ts';
import { requireJsonBody } from '../limits/media-types.ts';
import { isForm, readForm } from '../limits/read-form.ts';
import { readJson } from '../limits/read-json.ts';
import type { CallEnv } from '../request-frame.ts';
import { explainFaults } from './explain-faults.ts';

/** A body: its shape and the most bytes of it. */
export interface BodyShape<B extends z.ZodObject> {
  readonly shape: B;
  readonly limitBytes: number;
  /** Whether it may also come as a form, of texts only. */
  readonly form?: true;
}

/** The fields of a body as the shape makes them; no body is one without members. */
export async function readFields<S extends z.ZodObject>(c: Context<CallEnv>, { shape, limitBytes, form }: BodyShape<S>): Promise<z.output<S>> {
  const given = form === true && isForm(c.req.raw.headers.get('content-type')) ? Object.fromEntries(await readForm(c.req.raw, limitBytes)) : await readObject(c, limitBytes);
  const read = shape.safeParse(given);
  if (read.success) return read.data;
  throw badRequest('invalidValue', explainFaults(read.error.issues, 'The body', Object.keys(shape.shape)));
}

async function readObject(c: Context<CallEnv>, limitBytes: number): Promise<unknown> {
  const { headers } = c.req.raw;
  requireJsonBody(headers.get('content-type'), ['application/json']);
  return hasBody(headers) ? await readJson(c.req.raw, { limitBytes }) : {};
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
function hasBody(headers: Headers): boolean {
  const length = headers.get('content-length');
  return headers.has('transfer-encoding') || (length !== null && length !== '0');
}
