// References to resources that the same bulk request creates: finds them in JSON and in paths, and puts the ids in their place.
import { isObject } from '../schema/check-value.ts';

/** The bulkId that a text refers to as a whole, as in `bulkId:qwerty`; undefined for any other text. https://www.rfc-editor.org/rfc/rfc7644#section-3.7.2 */
export function referenceOf(text: string): string | undefined {
  return /^bulkId:(.+)$/isu.exec(text)?.[1];
}

/** Every bulkId that a body refers to, once. `patching` says that texts under `path`, and names, may be paths with filters. */
export function findReferences(data: unknown, patching: boolean): ReadonlySet<string> {
  const found = new Set<string>();
  const note: Resolve = (bulkId) => {
    found.add(bulkId);
    return '';
  };
  rewrite(data, { name: '', patching, element: false }, note);
  return found;
}

/** The id that stands for a bulkId; undefined leaves out what refers to it: the element of a list, else the attribute. */
export type Resolve = (bulkId: string) => string | undefined;

/**
 * A copy of a body with ids for references. References are texts that are nothing but one, the last segment of a `$ref`, and in a PATCH
 * the literals inside of paths (`members[value eq "bulkId:x"]`). A password is nobody's reference and is never looked at.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.7.2
 */
export function resolveReferences(data: unknown, patching: boolean, resolve: Resolve): unknown {
  const resolved = rewrite(data, { name: '', patching, element: false }, resolve);
  return resolved === gone ? {} : resolved;
}

const gone = Symbol('left out');

/** Where a value stands: under which name, and whether it is the element of a list. */
interface Spot {
  readonly name: string;
  readonly patching: boolean;
  readonly element: boolean;
}

/** The depth of a body is bounded before it gets here. */
function rewrite(value: unknown, spot: Spot, resolve: Resolve): unknown {
  if (typeof value === 'string') return rewriteText(value, spot, resolve) ?? gone;
  if (Array.isArray(value)) return value.map((element: unknown) => rewrite(element, { ...spot, element: true }, resolve)).filter((element) => element !== gone);
  return isObject(value) ? rewriteObject(value, spot, resolve) : value;
}

function rewriteObject(object: object, { patching, element }: Spot, resolve: Resolve): unknown {
  const entries: [string, unknown][] = [];
  let left = 0;
  for (const [name, part] of Object.entries(object)) {
    const value = rewrite(part, { name, patching, element: false }, resolve);
    const path = patching ? rewritePath(name, resolve) : name;
    if (value === gone || path === undefined) left += 1;
    else entries.push([path, value]);
  }
  return left > 0 && (element || entries.length === 0) ? gone : Object.fromEntries(entries);
}

function rewriteText(text: string, { name, patching }: Spot, resolve: Resolve): string | undefined {
  const plain = name.toLowerCase();
  if (plain.endsWith('password')) return text;
  const whole = referenceOf(text);
  if (whole !== undefined) return resolve(whole);
  const slash = plain.endsWith('$ref') ? text.lastIndexOf('/') : -1;
  const last = slash === -1 ? undefined : referenceOf(text.slice(slash + 1));
  if (last !== undefined) {
    const id = resolve(last);
    return id === undefined ? undefined : `${text.slice(0, slash + 1)}${id}`;
  }
  return patching && plain === 'path' ? rewritePath(text, resolve) : text;
}

/** No path may be longer than this, and what is refused anyway needs no reading. */
const longestPath = 4_096;
const literal = /"(?:[^"\\]|\\.)*"/gsu;

function rewritePath(path: string, resolve: Resolve): string | undefined {
  if (path.length > longestPath || !path.includes('"')) return path;
  let whole = true;
  const rewritten = path.replaceAll(literal, (quoted) => {
    const bulkId = referenceOf(decode(quoted));
    if (bulkId === undefined) return quoted;
    const id = resolve(bulkId);
    whole &&= id !== undefined;
    return JSON.stringify(id ?? '');
  });
  return whole ? rewritten : undefined;
}

function decode(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return '';
  }
}
