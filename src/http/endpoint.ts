// Addresses and their methods, as every door has them, and the segments of the address of a request.
import type { Context } from 'hono';
import type { CallEnv } from './request-frame.ts';

/** What a method does at an endpoint; `id` is the decoded segment of an address that names one thing, else empty, and `ids` are all such segments. */
export type Step = (c: Context<CallEnv>, id: string, ids: readonly string[]) => Promise<Response>;

/** One address. `template` stands for it in the log; methods are in upper case, GET answers HEAD too, and every address OPTIONS. */
export interface Endpoint {
  readonly template: string;
  readonly methods: ReadonlyMap<string, Step>;
}

/** An endpoint with the id that the address holds, and all ids where there may be several. */
export interface Found {
  readonly endpoint: Endpoint;
  readonly id: string;
  readonly ids?: readonly string[];
}

/** The value of Allow. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.1 */
export function allowedMethods({ methods }: Endpoint): string {
  return [...[...methods.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'].join(', ');
}

/**
 * The segments of an absolute address behind the path of a door. The path is split first and each segment decoded once after that, so
 * that an encoded slash is never a separator; empty segments, as clients with a slash at the end of their base make them, do not count.
 */
export function segmentsBehind(doorPath: string, url: string): string[] {
  const mountDepth = doorPath.split('/').length - 1;
  return pathOf(url).split('/').filter((segment) => segment !== '').slice(mountDepth).map(decodeOnce);
}

function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const end = url.slice(start).search(/[?#]/u);
  return start === -1 ? '' : url.slice(start, end === -1 ? undefined : start + end);
}

/** A segment that cannot be decoded stays as it is, and is then no name and no id. */
function decodeOnce(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
