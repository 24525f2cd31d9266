// References to resources that the same bulk request creates: finds them in JSON and in paths, and puts the ids in their place.
import type { ScimObject } from '../schema/attribute.ts';
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

/** The depth of a body is bounded before it gets here. What holds no reference is not copied: a body may have a million parts. */
function rewrite(value: unknown, spot: Spot, resolve: Resolve): unknown {
  if (typeof value === 'string') return rewriteText(value, spot, resolve) ?? gone;
  if (Array.isArray(value)) return rewriteList(value, spot, resolve);
  return isObject(value) ? rewriteObject(value, spot, resolve) : value;
}

function rewriteList(list: readonly unknown[], { name, patching }: Spot, resolve: Resolve): unknown {
  const inside: Spot = { name, patching, element: true };
  let changed: unknown[] | undefined;
  for (const [index, element] of list.entries()) {
    const value = rewrite(element, inside, resolve);
    if (value === element) changed?.push(value);
    else {
      changed ??= list.slice(0, index);
      if (value !== gone) changed.push(value);
    }
  }
  return changed ?? list;
}

function rewriteObject(object: ScimObject, { patching, element }: Spot, resolve: Resolve): unknown {
  const changed = new Map<string, readonly [string, unknown] | undefined>();
  let left = 0;
  for (const name in object) {
    if (!Object.hasOwn(object, name)) continue;
    const part = object[name];
    const value = rewrite(part, { name, patching, element: false }, resolve);
    const path = patching ? rewritePath(name, resolve) : name;
    if (value === part && path === name) continue;
    const goes = value === gone || path === undefined;
    if (goes) left += 1;
    changed.set(name, goes ? undefined : [path, value]);
  }
  if (changed.size === 0) return object;
  const kept = Object.entries(object).flatMap(([name, part]) => {
    const entry = changed.has(name) ? changed.get(name) : ([name, part] as const);
    return entry === undefined ? [] : [entry];
  });
  return left > 0 && (element || kept.length === 0) ? gone : Object.fromEntries(kept);
}

function rewriteText(text: string, { name, patching }: Spot, resolve: Resolve): string | undefined {
  const plain = name.toLowerCase();
  if (plain === 'password' || plain.endsWith(':user:password')) return text;
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
/** Also one that the path ends in: where nothing matches, each later quotation mark would be tried as a beginning. */
const literal = /"(?:[^"\\]|\\.)*(?:"|\\?$)/gsu;

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
