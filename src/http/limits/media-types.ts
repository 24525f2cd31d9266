// Which media types a request may send and may be answered with (scim.md §4); may assume nothing of the two headers.
import { ScimError } from '../../scim/errors.ts';

export type ScimMediaType = 'application/scim+json' | 'application/json';

const accepted: readonly ScimMediaType[] = ['application/scim+json', 'application/json'];
const charsets: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Throws 415 for a body of another type or charset. A missing Content-Type passes: the body is then read as JSON or refused as such. */
export function requireJsonBody(contentType: string | null | undefined): void {
  if (contentType === null || contentType === undefined || contentType === '') return;
  const [sent, ...others] = parseRanges(contentType);
  const charset = sent?.parameters.get('charset')?.toLowerCase() ?? 'utf-8';
  if (sent !== undefined && others.length === 0 && isAccepted(sent.type) && charsets.has(charset)) return;
  throw new ScimError(415, undefined, `The Content-Type is not one that this server reads. Send ${accepted.join(' or ')}, in UTF-8.`);
}

/** The media type of the answer: SCIM's own unless the client takes only plain JSON. Throws 406 when it takes neither. */
export function negotiate(accept: string | null | undefined): ScimMediaType {
  const chosen = preferred(accept);
  if (chosen !== undefined) return chosen;
  throw new ScimError(406, undefined, `The Accept header allows none of the media types of this server. Allow ${accepted.join(' or ')}.`);
}

/** The media type of an error: never a reason for another error. */
export function negotiateError(accept: string | null | undefined): ScimMediaType {
  return preferred(accept) ?? 'application/scim+json';
}

function preferred(accept: string | null | undefined): ScimMediaType | undefined {
  if (accept === null || accept === undefined || accept === '' || accept === '*/*' || accept === 'application/scim+json') return 'application/scim+json';
  const ranges = parseRanges(accept);
  return accepted.find((type) => qualityOf(type, ranges) > 0);
}

function isAccepted(type: string): boolean {
  return accepted.some((one) => one === type);
}

/** The most specific range that covers the type decides, the first of equals. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 */
function qualityOf(type: ScimMediaType, ranges: readonly MediaRange[]): number {
  for (const pattern of [type, 'application/*', '*/*']) {
    const range = ranges.find((candidate) => candidate.type === pattern);
    if (range !== undefined) return readQuality(range.parameters.get('q'));
  }
  return 0;
}

function readQuality(text: string | undefined): number {
  if (text === undefined) return 1;
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}

function parseRanges(header: string): MediaRange[] {
  return splitOutsideQuotes(header, ',').flatMap((item) => {
    const [type = '', ...parameters] = splitOutsideQuotes(item, ';');
    if (type === '') return [];
    return [{ type: type.toLowerCase(), parameters: new Map(parameters.map(parseParameter)) }];
  });
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
