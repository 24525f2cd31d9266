// Which media types a request may send and may be answered with (scim.md §4); may assume nothing of the two headers.
import { ScimError } from '../../scim/errors.ts';
import { parseHeaderList, weightOf, type HeaderItem } from './header-list.ts';

export type ScimMediaType = 'application/scim+json' | 'application/json';

const accepted: readonly ScimMediaType[] = ['application/scim+json', 'application/json'];
const charsets: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);

/** Throws 415 for a body of another type or charset. A missing Content-Type passes: the body is then read as JSON or refused as such. */
export function requireJsonBody(contentType: string | null | undefined, read: readonly ScimMediaType[] = accepted): void {
  if (contentType === null || contentType === undefined || contentType === '') return;
  const [sent, ...others] = parseHeaderList(contentType);
  const charset = sent?.parameters.get('charset')?.toLowerCase() ?? 'utf-8';
  if (sent !== undefined && others.length === 0 && read.some((type) => type === sent.name) && charsets.has(charset)) return;
  throw new ScimError(415, undefined, `The Content-Type is not one that this server reads. Send ${read.join(' or ')}, in UTF-8.`);
}

/** The media type of the answer: the first of those offered that the client takes, SCIM's own before plain JSON. Throws 406 when it takes none. */
export function negotiate(accept: string | null | undefined): ScimMediaType;
export function negotiate<T extends string>(accept: string | null | undefined, offered: readonly T[]): T;
export function negotiate(accept: string | null | undefined, offered: readonly string[] = accepted): string {
  const chosen = preferred(accept, offered);
  if (chosen !== undefined) return chosen;
  throw new ScimError(406, undefined, `The Accept header allows none of the media types of this server. Allow ${offered.join(' or ')}.`);
}

/** The media type of an error: never a reason for another error. */
export function negotiateError(accept: string | null | undefined): ScimMediaType {
  return preferred(accept, accepted) ?? 'application/scim+json';
}

function preferred<T extends string>(accept: string | null | undefined, offered: readonly T[]): T | undefined {
  const [first] = offered;
  if (accept === null || accept === undefined || accept === '' || accept === '*/*' || accept === first) return first;
  const ranges = parseHeaderList(accept);
  return offered.find((type) => qualityOf(type, ranges) > 0);
}

/** The most specific range that covers the type decides, the first of equals. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 */
function qualityOf(type: string, ranges: readonly HeaderItem[]): number {
  for (const pattern of [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*']) {
    const range = ranges.find((candidate) => candidate.name === pattern);
    if (range !== undefined) return weightOf(range);
  }
  return 0;
}
