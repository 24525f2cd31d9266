// Masks the body of a SCIM message for the log: names of known attributes and values of fixed vocabularies stay, nothing else does.
import type { Attribute, ResourceType } from '../../scim/schema/attribute.ts';

/** Makes a body safe to keep. */
export type MaskBody = (body: unknown) => unknown;

const mostElements = 50;
const mostDepth = 32;
/** Longer than any path that somebody could mean. */
const longestPath = 1_000;
const hidden = '•••';
const otherName = '(other)';

const envelope = ['schemas', 'Operations', 'op', 'path', 'value', 'status', 'scimType', 'detail', 'failOnErrors', 'method', 'bulkId', 'version', 'data', 'location', 'response', 'totalResults', 'itemsPerPage', 'startIndex', 'Resources', '$ref', 'id', 'externalId', 'meta'];

/** Values that may stand under these names, compared without case. */
const vocabularies: ReadonlyMap<string, RegExp> = new Map([
  ['op', /^(add|remove|replace)$/iu],
  ['method', /^(POST|PUT|PATCH|DELETE)$/u],
  ['status', /^(\d{3}|active|invited|deactivated)$/u],
  ['type', /^(work|home|other|mobile|fax|pager|photo|thumbnail|direct|indirect|User|Group)$/iu],
  ['resourcetype', /^(User|Group)$/u],
  ['active', /^(true|false)$/iu],
  ['primary', /^(true|false)$/iu],
]);

const scimTypes = new Set(['invalidFilter', 'tooMany', 'uniqueness', 'mutability', 'invalidSyntax', 'invalidPath', 'noTarget', 'invalidValue', 'invalidVers', 'sensitive', 'invalidCursor', 'expiredCursor', 'invalidCount']);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;
const identifying = new Set(['id', 'value']);
const messages = /^urn:ietf:params:scim:api:messages:2\.0:(ListResponse|SearchRequest|PatchOp|BulkRequest|BulkResponse|Error)$/u;

/** The mask for messages about these resource types. Ids stay, where they are UUIDs of this server; numbers go, because people have some. */
export function bodyMask(types: readonly ResourceType[]): MaskBody {
  const schemas = types.flatMap((type) => [type.schema, ...type.extensions.map(({ schema }) => schema)]);
  const urns = new Set(schemas.map(({ id }) => id.toLowerCase()));
  const names = new Set([...envelope, ...schemas.flatMap(({ attributes }) => attributes.flatMap(namesOf))].map((name) => name.toLowerCase()));
  const isUrn = (text: string) => urns.has(text.toLowerCase()) || messages.test(text);

  const nameOf = (key: string): string => {
    if (names.has(key.toLowerCase()) || isUrn(key)) return key;
    return pathOf(key) ?? otherName;
  };
  /** A path of known names, its filters without their values; undefined when it has any other. */
  const pathOf = (path: string): string | undefined => {
    if (path.length > longestPath) return undefined;
    const bare = path.replace(/\[.*\]/su, '[…]');
    const colon = bare.lastIndexOf(':');
    const urn = colon === -1 ? undefined : bare.slice(0, colon);
    if (isUrn(bare)) return bare;
    if (urn !== undefined && !isUrn(urn)) return undefined;
    const parts = bare.slice(colon + 1).replace('[…]', '').split('.');
    return parts.length <= 2 && parts.every((part) => names.has(part.toLowerCase())) ? bare : undefined;
  };
  const text = (key: string, value: string): string => {
    const name = key.toLowerCase();
    if (name === 'path') return pathOf(value) ?? hidden;
    if (name === 'schemas' && isUrn(value)) return value;
    if (name === 'scimtype') return scimTypes.has(value) ? value : hidden;
    if (identifying.has(name) && uuid.test(value)) return value;
    return vocabularies.get(name)?.test(value) === true ? value : hidden;
  };
  const mask = (key: string, value: unknown, depth: number): unknown => {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'string') return text(key, value);
    if (typeof value !== 'object' || depth > mostDepth) return hidden;
    if (Array.isArray(value)) {
      const kept = value.slice(0, mostElements).map((element: unknown) => mask(key, element, depth + 1));
      return value.length > mostElements ? [...kept, `(${value.length - mostElements} more)`] : kept;
    }
    // A map, because two unknown names become one and no name may reach a prototype.
    const masked = new Map(Object.entries(value).map(([name, part]) => [nameOf(name), mask(name, part, depth + 1)] as const));
    return Object.fromEntries(masked);
  };
  return (body) => (body === undefined ? undefined : mask('', body, 0));
}

function namesOf({ name, subAttributes = [] }: Attribute): string[] {
  return [name, ...subAttributes.flatMap(namesOf)];
}
