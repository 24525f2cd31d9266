// Lists in headers such as Accept and Accept-Encoding: items with parameters, some of them weighted by q; may assume nothing of the text.

/** One item: its name in lower case, and its parameters by their names in lower case. */
export interface HeaderItem {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The items in their order; empty ones do not count. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1 */
export function parseHeaderList(header: string): HeaderItem[] {
  return splitOutsideQuotes(header, ',').flatMap((item) => {
    const [name = '', ...parameters] = splitOutsideQuotes(item, ';');
    if (name === '') return [];
    return [{ name: name.toLowerCase(), parameters: new Map(parameters.map(parseParameter)) }];
  });
}

/** The weight of an item: 1 without q, 0 for a q that is none. https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2 */
export function weightOf({ parameters }: HeaderItem): number {
  const text = parameters.get('q');
  if (text === undefined) return 1;
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}

function parseParameter(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals === -1) return [text.toLowerCase(), ''];
  const value = text.slice(equals + 1).trim();
  const quoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  return [text.slice(0, equals).trim().toLowerCase(), quoted ? value.slice(1, -1) : value];
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') quoted = !quoted;
    else if (quoted && char === '\\') at += 1;
    else if (!quoted && char === separator) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}
