// What requests of the team API give beside parameters and bodies: ids in the address, versions in the headers.
import type { Context } from 'hono';
import type { Expected } from '../../domain/rules/precondition.ts';
import { readUuid, shorten } from '../../provisioning/identifiers.ts';
import { ScimError } from '../../scim/errors.ts';
import { expectedBy, readPreconditions } from '../preconditions.ts';
import type { CallEnv } from '../request-frame.ts';

/** The id in an address. Thrown, not answered, when it can be none: whether the credential still holds is asked first then. */
export function idOf({ kind, hint }: { readonly kind: string; readonly hint: string }, text = ''): string {
  const id = readUuid(text);
  if (id !== undefined) return id;
  throw new ScimError(404, undefined, `There is no ${kind} "${shorten(text)}" in this workspace: ids are UUIDs given by this server. ${hint}`);
}

/** The versions that the request is meant for. */
export function expectedIn(c: Context<CallEnv>): Expected {
  return expectedBy(readPreconditions(c.req.raw.headers));
}
