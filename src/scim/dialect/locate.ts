// Finds the attribute a path or key starts with, wherever clients look for it; never reads a filter.
import type { AttributePath, ResourceType, Schema } from '../schema/attribute.ts';
import { resolveAttribute } from '../schema/resolve.ts';

/** `path` is fully qualified where `found` lies in an extension. `filtered` when a value filter stands in the path. */
export interface Located {
  readonly path: string;
  readonly found: AttributePath;
  readonly filtered: boolean;
}

/**
 * Looks up the attribute before a path's first bracket: in the core schema or by its URN, else, as clients leave the URN out, in the
 * extensions, of which the read-only ones are not meant; where two have it, the path stays as it is and the path parser refuses it.
 * Undefined when there is none. https://www.rfc-editor.org/rfc/rfc7644#section-3.10
 */
export function locate(type: ResourceType, path: string): Located | undefined {
  const bracket = path.indexOf('[');
  const filtered = bracket !== -1;
  const head = filtered ? path.slice(0, bracket) : path;
  const direct = resolveAttribute(type, head);
  if (direct !== undefined) return { path, found: direct, filtered };
  const inExtensions = type.extensions.flatMap(({ schema }) => {
    const found = resolveAttribute(type, `${schema.id}:${head}`);
    return found === undefined || found.attribute.mutability === 'readOnly' ? [] : [{ path: `${schema.id}:${path}`, found, filtered }];
  });
  const [first] = inExtensions;
  return first && inExtensions.length > 1 ? { ...first, path } : first;
}

/** The core or extension schema of a type whose URN this is, without case. */
export function findSchema(type: ResourceType, urn: string): Schema | undefined {
  const wanted = urn.toLowerCase();
  return [type.schema, ...type.extensions.map(({ schema }) => schema)].find((schema) => schema.id.toLowerCase() === wanted);
}
