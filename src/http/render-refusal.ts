// The one table from failures to the errors of each door (scim.md §4, domain.md §7); assumes nothing of what was thrown.
import type { Entrance } from '../domain/model/caller.ts';
import { RefusalError, refusalRules, type Blocker, type Refusal, type RefusalKind, type RefusalRule } from '../domain/refusals.ts';
import { ScimError, type ScimStatus, type ScimType } from '../scim/errors.ts';
import { AuthFailure, bearerChallenge } from './auth/auth-failure.ts';
import type { ScimMediaType } from './limits/media-types.ts';
import type { ProblemCode } from './problem-pages.ts';

/** A failure as every door can render it. `bug` marks what only the log may tell. */
export interface Problem {
  readonly status: number;
  readonly code: ProblemCode;
  readonly scimType: ScimType | undefined;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bug: boolean;
  /** Every reason of a refusal by the domain, in guard order. */
  readonly blockers?: readonly Blocker[];
}

/** What an error answer tells of its request; `baseUrl` has no slash at its end. */
export interface ProblemContext {
  readonly requestId: string;
  readonly baseUrl: string;
  readonly mediaType: ScimMediaType;
}

/** Renders a failure as the answer to the request at hand: a Refusal, a ScimError, an AuthFailure, or anything that was thrown. */
export type Fail = (failure: unknown, headers?: Readonly<Record<string, string>>) => Response;

/** The status at each door. */
interface Rendering extends Readonly<Record<Entrance, number>> {
  readonly scimType?: ScimType;
}

const refusals: Readonly<Record<RefusalKind, Rendering>> = {
  unauthenticated: { scim: 401, admin: 401 },
  forbidden: { scim: 403, admin: 403 },
  protected: { scim: 409, admin: 409 },
  // Identity providers read 409 as "exists already".
  'no-seat': { scim: 403, admin: 409 },
  'not-found': { scim: 404, admin: 404 },
  duplicate: { scim: 409, admin: 409, scimType: 'uniqueness' },
  invalid: { scim: 400, admin: 400, scimType: 'invalidValue' },
  stale: { scim: 412, admin: 412 },
  gone: { scim: 410, admin: 410 },
  throttled: { scim: 429, admin: 409 },
  // Only the team API knows keys of requests.
  misused: { scim: 400, admin: 422 },
  occupied: { scim: 409, admin: 409 },
  'retry-later': { scim: 503, admin: 503 },
};

/** Codes of protocol errors that have no scimType. */
const statusCodes: Readonly<Record<ScimStatus, ProblemCode>> = {
  400: 'bad-request',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  409: 'conflict',
  412: 'version-mismatch',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  501: 'not-implemented',
};

/** A lock is free again soon; a database takes some seconds to come back, an admin some minutes. */
const retryAfterSeconds: Readonly<Partial<Record<RefusalRule, number>>> = { busy: 1, unavailable: 5, 'mass-deprovision-hold': 900 };
const retryAfterDefault = 5;

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';
const knownRules: ReadonlySet<unknown> = new Set(refusalRules);

/** Says what a failure is to the outside. `isUnavailable` recognises the errors of a database that cannot answer now. */
export function describeFailure(failure: unknown, isUnavailable: (error: unknown) => boolean, door: Entrance = 'scim'): Problem {
  if (failure instanceof RefusalError) return describeRefusal(failure.refusal, door);
  if (isRefusal(failure)) return describeRefusal(failure, door);
  if (failure instanceof ScimError) return problem(failure.status, failure.scimType ?? statusCodes[failure.status], failure.message, failure.scimType);
  if (failure instanceof AuthFailure) return describeAuthFailure(failure);
  if (isUnavailable(failure)) {
    return problem(503, 'unavailable', 'The database cannot answer at the moment. Send the request again in a few seconds.', undefined, retryLater('unavailable'));
  }
  const detail = 'The server met a fault of its own. Give the request id in the header X-Request-Id to whoever runs it: the log holds the cause.';
  return { ...problem(500, 'internal-error', detail), bug: true };
}

/** The answer of a problem: a SCIM error body with the headers that lead to its help page. https://www.rfc-editor.org/rfc/rfc7644#section-3.12 */
export function renderProblem(given: Problem, context: ProblemContext, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(problemBody(given), {
    status: given.status,
    headers: { 'Content-Type': context.mediaType, ...problemHeaders(given, context), ...headers },
  });
}

/** The headers that every error has, at whatever door. */
export function problemHeaders({ code, headers }: Problem, { requestId, baseUrl }: Pick<ProblemContext, 'requestId' | 'baseUrl'>): Readonly<Record<string, string>> {
  return { 'X-Request-Id': requestId, 'X-Problem-Code': code, Link: `<${baseUrl}/problems/${code}>; rel="help"`, ...headers };
}

/** The body alone, for answers that are written below the level of requests. */
export function problemBody({ status, scimType, detail }: Pick<Problem, 'status' | 'scimType' | 'detail'>): string {
  return JSON.stringify({ schemas: [errorUrn], status: String(status), ...(scimType === undefined ? {} : { scimType }), detail });
}

function describeRefusal({ kind, rule, detail, blockers }: Refusal, door: Entrance): Problem {
  const { [door]: status, scimType } = refusals[kind];
  return { ...problem(status, rule, detail, scimType, refusalHeaders(kind, rule, detail)), blockers };
}

function refusalHeaders(kind: RefusalKind, rule: RefusalRule, detail: string): Readonly<Record<string, string>> {
  if (kind === 'unauthenticated') return { 'WWW-Authenticate': bearerChallenge('invalid_token', detail) };
  if (rule === 'permission-denied') return { 'WWW-Authenticate': bearerChallenge('insufficient_scope', detail) };
  return kind === 'retry-later' || kind === 'throttled' ? retryLater(rule) : {};
}

function describeAuthFailure({ error, message }: AuthFailure): Problem {
  const [status, code] = error === 'insufficient_scope' ? ([403, 'permission-denied'] as const) : ([401, 'credential-invalid'] as const);
  return problem(status, code, message, undefined, { 'WWW-Authenticate': bearerChallenge(error, message) });
}

function retryLater(rule: RefusalRule): Readonly<Record<string, string>> {
  return { 'Retry-After': String(retryAfterSeconds[rule] ?? retryAfterDefault) };
}

function problem(status: number, code: ProblemCode, detail: string, scimType?: ScimType, headers: Readonly<Record<string, string>> = {}): Problem {
  return { status, code, scimType, detail, headers, bug: false };
}

function isRefusal(value: unknown): value is Refusal {
  if (typeof value !== 'object' || value === null || value instanceof Error) return false;
  return 'kind' in value && typeof value.kind === 'string' && Object.hasOwn(refusals, value.kind) && 'rule' in value && knownRules.has(value.rule) && 'detail' in value;
}
