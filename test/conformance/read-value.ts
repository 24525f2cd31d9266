// Reads the value that an assertion or a capture names out of an answer.

/** An answer with its body parsed; `body` is undefined where there was none or no JSON. */
export interface Answer {
  readonly headers: Headers;
  readonly body: unknown;
}

const headerPrefix = '$header.';
const piece = /\["((?:[^"\\]|\\.)*)"\]|\[\?([\w$]+)==([^\]]*)\]|\[(\d+)\]|\.?([\w$-]+)/uy;

/** Follows dotted names, `["quoted names"]`, `[n]`, `[?key==value]` and `$header.name`; undefined where the way ends early. */
export function readValue(path: string, answer: Answer): unknown {
  if (path.startsWith(headerPrefix)) return answer.headers.get(path.slice(headerPrefix.length)) ?? undefined;
  let value = answer.body;
  piece.lastIndex = 0;
  while (piece.lastIndex < path.length) {
    const at = piece.lastIndex;
    const found = piece.exec(path);
    if (found === null) throw new Error(`the path ${path} cannot be read at character ${at + 1}`);
    value = follow(value, found);
  }
  return value;
}

function follow(value: unknown, [, quoted, key, wanted, index, name]: RegExpExecArray): unknown {
  if (index !== undefined) return Array.isArray(value) ? (value as unknown[])[Number(index)] : undefined;
  if (key !== undefined) return Array.isArray(value) ? value.find((element) => String(memberOf(element, key)) === wanted) : undefined;
  return memberOf(value, quoted ?? name ?? '');
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
