// The outermost middleware: gives every request an id, every answer its headers and the log its line; may assume that nothing ran before it.
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { Call, Entrance } from '../domain/model/caller.ts';
import { negotiateError } from './limits/media-types.ts';
import type { Logger } from './log.ts';
import { renderProblemJson } from './problem-json.ts';
import { describeFailure, renderProblem, type Fail } from './render-refusal.ts';
import { readRequestId } from './request-id.ts';

/**
 * What the frame leaves in the context: `fail` renders any failure as this request's answer and logs it if it is a bug. `breakOff` is for an
 * answer under way that cannot be completed: it logs why and closes the connection, so that nobody takes the answer for a whole one; false
 * where there is no connection with an answer on it.
 */
export interface RequestVariables {
  requestId: string;
  fail: Fail;
  breakOff: (failure: unknown) => boolean;
  tenantId: string | undefined;
  /** The template of the address, set by a door that finds its endpoints itself. */
  route?: string;
  /** Set by a door, which decides how failures look; outside of the doors they look as SCIM's do. */
  door?: Entrance;
}

/** The environment of routes that need no caller. */
export interface RequestEnv {
  Variables: RequestVariables;
}

/** The environment of routes behind `authenticate`. */
export interface CallEnv {
  /** `body` is what a door has read, for its log. */
  Variables: RequestVariables & { call: Call; body?: unknown };
}

/** `baseUrl` is the public address of the server root without a slash at its end. */
export interface FrameOptions {
  readonly logger: Logger;
  readonly baseUrl: string;
  readonly isUnavailable: (error: unknown) => boolean;
}

type CommonHeaders = readonly (readonly [string, string])[];

/** Headers of every answer; one that a route sets itself stays. Answers hold personal data: nothing on the way may keep them. */
const always: CommonHeaders = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
  ['vary', 'Accept, Accept-Encoding'],
  ['x-content-type-options', 'nosniff'],
];
const overTls: CommonHeaders = [['strict-transport-security', 'max-age=31536000']];

export function requestFrame(options: FrameOptions) {
  const common = options.baseUrl.startsWith('https:') ? [...always, ...overTls] : always;
  return createMiddleware<RequestEnv>(async (c, next) => {
    const start = performance.now();
    const requestId = readRequestId(c.req.raw.headers.get('x-request-id'));
    c.set('requestId', requestId);
    c.set('tenantId', undefined);
    c.set('fail', failWith(options, c, requestId));
    const { outgoing } = (c.env ?? {}) as Partial<HttpBindings>;
    c.set('breakOff', breakOffWith(options, c, outgoing));
    if (outgoing !== undefined) preset(outgoing, requestId, common);
    try {
      await next();
      if (c.req.method === 'HEAD') await tellLength(c.res);
    } catch (error) {
      // Hono passes on what is no Error.
      c.res = c.get('fail')(error);
    }
    if (outgoing === undefined) complete(c.res.headers, requestId, common);
    logRequest(options.logger, c, start);
  });
}

/** On Node's own response, where a route's header of the same name wins; the web's Headers would cost a quarter of the request. */
function preset(outgoing: HttpBindings['outgoing'], requestId: string, common: CommonHeaders): void {
  outgoing.setHeader('x-request-id', requestId);
  for (const [name, value] of common) outgoing.setHeader(name, value);
}

/** The same where there is no server, as in a test. */
function complete(headers: Headers, requestId: string, common: CommonHeaders): void {
  headers.set('x-request-id', requestId);
  for (const [name, value] of common) if (!headers.has(name)) headers.set(name, value);
}

/**
 * The length of the body that Hono is about to take away from an answer to HEAD, where it is known because it is in one piece; one that
 * comes in pieces is closed, or it would hold what it reads from. https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2
 */
async function tellLength({ body, headers }: Response): Promise<void> {
  if (body === null) return;
  const reader = body.getReader();
  const [piece, end] = [await reader.read(), await reader.read()];
  if (end.done) headers.set('content-length', String(piece.value?.byteLength ?? 0));
  else await reader.cancel();
}

function failWith({ logger, baseUrl, isUnavailable }: FrameOptions, c: Context<RequestEnv>, requestId: string): Fail {
  return (failure, headers) => {
    const door = c.get('door') ?? 'scim';
    const problem = describeFailure(failure, isUnavailable, door);
    if (problem.bug) logger.error({ requestId, method: c.req.method, path: templateOf(c), error: failure }, 'request failed by a fault of the server');
    if (door === 'admin') return renderProblemJson(problem, { requestId, baseUrl }, headers);
    const mediaType = negotiateError(c.req.raw.headers.get('accept'));
    return renderProblem(problem, { requestId, baseUrl, mediaType }, headers);
  };
}

/** Left to the server adapter, the failure would be printed as it is, with whatever values it quotes. */
function breakOffWith({ logger, isUnavailable }: FrameOptions, c: Context<RequestEnv>, outgoing: HttpBindings['outgoing'] | undefined): RequestVariables['breakOff'] {
  return (failure) => {
    // Of an answer to HEAD nothing is under way: the failure is its answer.
    if (outgoing === undefined || c.req.method === 'HEAD') return false;
    const { bug } = describeFailure(failure, isUnavailable, c.get('door') ?? 'scim');
    const fields = { requestId: c.get('requestId'), tenantId: c.get('tenantId'), method: c.req.method, path: templateOf(c), error: failure };
    logger[bug ? 'error' : 'warn'](fields, 'an answer broke off');
    outgoing.destroy();
    return true;
  };
}

function logRequest(logger: Logger, c: Context<RequestEnv>, start: number): void {
  const { status } = c.res;
  const fields = {
    requestId: c.get('requestId'),
    tenantId: c.get('tenantId'),
    method: c.req.method,
    path: templateOf(c),
    status,
    durationMs: Math.round((performance.now() - start) * 10) / 10,
  };
  logger[status >= 500 ? 'warn' : 'info'](fields, 'request');
}

/** The pattern of the route that answered; a path itself may hold names. */
function templateOf(c: Context<RequestEnv>): string {
  const path = c.get('route') ?? routePath(c);
  return path === '' || path === '*' || path === '/*' ? 'no route' : path;
}
