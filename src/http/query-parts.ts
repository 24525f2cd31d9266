// Takes the query string of an address apart; may assume nothing of it.

/** Name and value of each part, decoded once, `+` being a space; undefined for what is not percent-encoded UTF-8. */
export type QueryPart = readonly [name: string | undefined, value: string | undefined];

/** The parts of an absolute address in their order; none where there is no query. */
export function queryParts(url: string): readonly QueryPart[] {
  const start = url.indexOf('?');
  if (start === -1) return [];
  const end = url.indexOf('#', start);
  return url.slice(start + 1, end === -1 ? undefined : end).split('&').map((part) => {
    const equals = part.indexOf('=');
    return [decode(equals === -1 ? part : part.slice(0, equals)), decode(equals === -1 ? '' : part.slice(equals + 1))];
  });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
