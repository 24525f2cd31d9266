// Posts to addresses that somebody else has chosen: public ones only, checked on the address that is really connected to, without redirects, briefly.
import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';
import { faultOfTarget, type TargetRules } from './target-url.ts';

/** What is sent. */
export interface OutgoingPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal | undefined;
}

/** How it went. `text` is the beginning of the answer; `error` is one of our own sentences, without anything that a foreign server said. */
export type PostOutcome = { readonly kind: 'answered'; readonly status: number; readonly text: string } | { readonly kind: 'failed'; readonly error: string };

export type PostSafely = (post: OutgoingPost) => Promise<PostOutcome>;

interface Resolved {
  readonly address: string;
  readonly family: number;
}

export interface PostRules extends TargetRules {
  /** All addresses of a name; that of the system where it is left out. */
  readonly resolve?: (host: string) => Promise<readonly Resolved[]>;
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 5_000;
const mostAnswerBytes = 65_536;
const keptCharacters = 1_024;

/** An address that may not be called; thrown where only exceptions can say so. */
class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

/** Makes the function with connections of its own. Several answers of DNS of which one may not be called are refused altogether. */
export function createPostSafely(rules: PostRules): { readonly post: PostSafely; readonly close: () => Promise<void> } {
  const { timeoutMs = usualTimeoutMs, resolve = async (host) => await systemLookup(host, { all: true }) } = rules;
  const isAllowed = (address: string) => isPublicAddress(address) || (rules.loopback && isLoopbackAddress(address));
  const allowedOf = async (host: string): Promise<[Resolved, ...Resolved[]]> => {
    const [first, ...others] = (await resolve(host)).map(({ address, family }) => ({ address, family }));
    if (first === undefined || ![first, ...others].every(({ address }) => isAllowed(address))) throw new ForbiddenAddress('not public');
    return [first, ...others];
  };
  const lookup: LookupFunction = (host, options, callback) => {
    const answer = async (): Promise<void> => {
      const found = await allowedOf(host).catch((error: unknown) => error as Error);
      if (found instanceof Error) callback(found, '', 0);
      else if (options.all === true) callback(null, [...found]);
      else callback(null, found[0].address, found[0].family);
    };
    void answer();
  };
  const connect = buildConnector({ lookup, timeout: timeoutMs });
  const agent = new Agent({
    connections: 16,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    // Whatever the look-up said, this is where the bytes would go.
    connect: (options, callback) => {
      connect(options, (...[error, socket]) => {
        if (error !== null) callback(error, null);
        else if (isAllowed(socket.remoteAddress ?? '')) callback(null, socket);
        else {
          socket.destroy();
          callback(new ForbiddenAddress('not public'), null);
        }
      });
    },
  });

  const post: PostSafely = async ({ url, headers, body, signal }) => {
    const fault = faultOfTarget(url, rules);
    if (fault !== undefined) return { kind: 'failed', error: `The address ${fault}.` };
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await request(url, { dispatcher: agent, method: 'POST', headers: { ...headers }, body, signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]) });
      return { kind: 'answered', status: answer.statusCode, text: await beginningOf(answer.body) };
    } catch (error) {
      return { kind: 'failed', error: wordsOf(error, timeoutMs) };
    }
  };
  return { post, close: async () => await agent.destroy() };
}

/** Reads no more than is allowed, however much there is; what is beyond counts for nothing. */
async function beginningOf(body: AsyncIterable<unknown> & { destroy: () => unknown }): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece as Buffer);
    bytes += (piece as Buffer).length;
    if (bytes > mostAnswerBytes) break;
  }
  body.destroy();
  // oxlint-disable-next-line no-control-regex
  return Buffer.concat(pieces).subarray(0, keptCharacters).toString('utf8').replace(/[\u0000-\u001f\u007f]+/gu, ' ').toWellFormed().slice(0, keptCharacters);
}

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nobody listens there.',
  ENOTFOUND: 'The host name does not exist.',
  EAI_AGAIN: 'The host name cannot be looked up at the moment.',
  ECONNRESET: 'The connection was closed before there was an answer.',
  UND_ERR_SOCKET: 'The connection was closed before there was an answer.',
  EHOSTUNREACH: 'The host cannot be reached.',
  ENETUNREACH: 'The host cannot be reached.',
};

function wordsOf(error: unknown, timeoutMs: number): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if (at instanceof ForbiddenAddress) return 'The host name leads to an address that is not public.';
    if (at.name === 'TimeoutError' || /TIMEOUT/.test(codeOf(at))) return `There was no answer within ${timeoutMs / 1000} seconds.`;
    if (at.name === 'AbortError') return 'The server was stopped.';
    const known = Object.hasOwn(causes, codeOf(at)) ? causes[codeOf(at)] : undefined;
    if (known !== undefined) return known;
    if (/CERT|TLS|SSL|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(codeOf(at))) return 'The certificate of the host cannot be verified, or TLS failed.';
  }
  return 'The request failed before there was an answer.';
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
