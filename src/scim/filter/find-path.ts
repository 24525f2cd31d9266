// Finds the attribute that a filter or a PATCH path names.
import { badRequest } from '../errors.ts';
import type { AttributePath, ResourceType } from '../schema/attribute.ts';
import { resolveAttribute } from '../schema/resolve.ts';
import { show } from './refuse.ts';

/**
 * The attribute of a type by `name`, `name.sub` or either behind a schema URN; undefined when there is none. An attribute of an
 * extension may go without its URN (a SHOULD in https://www.rfc-editor.org/rfc/rfc7644#section-3.10; Entra asks `manager eq "…"`) where
 * neither the core schema nor another extension has its name; two extensions with it are refused with `scimType`.
 */
export function findPath(type: ResourceType, name: string, scimType: 'invalidFilter' | 'invalidPath' | 'invalidValue'): AttributePath | undefined {
  const found = resolveAttribute(type, name);
  if (found !== undefined || name.includes(':')) return found;
  const [top = name] = name.split('.');
  if (resolveAttribute(type, top) !== undefined) return undefined;
  const holders = type.extensions.filter(({ schema }) => resolveAttribute(type, `${schema.id}:${top}`) !== undefined);
  if (holders.length > 1) {
    const choices = holders.map(({ schema }) => `${schema.id}:${top}`).join(' or ');
    throw badRequest(scimType, `The attribute ${show(name)} of ${type.name} is ambiguous. Write ${choices}.`);
  }
  return holders[0] && resolveAttribute(type, `${holders[0].schema.id}:${name}`);
}
