// Reads the query string of a SCIM request: each parameter decoded once, none of them twice; parameters of others are passed over.
import { badRequest, type ScimType } from '../../scim/errors.ts';
import { queryParts } from '../query-parts.ts';
import { listParameters, type ListParameters } from './list-request.ts';

/** The parameters that this server acts on: those of lists, which contain those of single resources. */
export type QueryName = keyof ListParameters;

const known: ReadonlySet<string> = new Set<QueryName>(listParameters);
const nothing: ReadonlyMap<QueryName, string> = new Map();

/** The known parameters of an absolute address; `+` is a space. Refuses one given twice and one that is not UTF-8 percent-encoded. */
export function readQuery(url: string): ReadonlyMap<QueryName, string> {
  const parts = queryParts(url);
  if (parts.length === 0) return nothing;
  const found = new Map<QueryName, string>();
  for (const [name, value] of parts) {
    if (name === undefined || !isKnown(name)) continue;
    if (value === undefined) throw refuse(name, 'is not percent-encoded UTF-8. Encode a literal % as %25');
    if (found.has(name)) throw refuse(name, 'is given more than once. Send it once');
    found.set(name, value);
  }
  return found;
}

const scimTypes: { readonly [name in QueryName]?: ScimType } = { filter: 'invalidFilter', cursor: 'invalidCursor' };

function isKnown(name: string): name is QueryName {
  return known.has(name);
}

function refuse(name: QueryName, fault: string): Error {
  return badRequest(scimTypes[name] ?? 'invalidValue', `The query parameter "${name}" ${fault}.`);
}
