// Ids and addresses of resources. Ids are UUIDs; clients write them in any case, and write other things where an id belongs.
import { fail, refuse, type Outcome } from '../domain/refusals.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;
const shownLength = 64;

/** The UUID in the form that is stored, undefined for any other text. */
export function readUuid(text: string): string | undefined {
  if (text.length !== 36) return undefined;
  if (shape.test(text)) return text;
  const lower = text.toLowerCase();
  return shape.test(lower) ? lower : undefined;
}

/** The refusal of an id that no resource can have. */
export function noSuchResource(type: ResourceType, id: string): Outcome<never> {
  const detail = `There is no ${type.name.toLowerCase()} "${shorten(id)}" in this workspace: ids are UUIDs given by this server. Look it up with a filter.`;
  return fail(refuse('not-found', detail));
}

/** The absolute address of a resource; `baseUrl` has no slash at its end. */
export function locate(type: ResourceType, id: string, baseUrl: string): string {
  return `${baseUrl}${type.endpoint}/${id}`;
}

/** A text of a client short enough to be repeated to it. */
export function shorten(text: string): string {
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`.toWellFormed();
}
