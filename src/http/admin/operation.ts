// One operation of the team API: what it reads and answers, told once for the request and for the description.
import type { Context } from 'hono';
import { z } from 'zod';
import { nowhere, type Call, type Door } from '../../domain/model/caller.ts';
import type { Endpoint, Step } from '../endpoint.ts';
import { AuthFailure } from '../auth/auth-failure.ts';
import { negotiate } from '../limits/media-types.ts';
import type { ProblemCode } from '../problem-pages.ts';
import type { CallEnv } from '../request-frame.ts';
import { readFields, type BodyShape } from './read-fields.ts';
import { readParameters } from './read-parameters.ts';
import type { Tag } from './tags.ts';

/** A good answer; without a shape it has no body. `mediaTypes` are those of an answer that is no JSON. */
export interface AnswerShape {
  readonly description: string;
  readonly shape?: z.ZodType;
  readonly mediaTypes?: readonly string[];
}

/** What the description says of an operation. `id` is unique in the whole door; `problems` are the refusals worth telling. */
export interface Told {
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Whose operation it is, where not only people's of a workspace: the scopes are those of the caller's own door. */
  readonly doors?: readonly Exclude<Door, 'scim'>[];
  /** A POST that only asks: the same question is asked anew each time, whatever Idempotency-Key it brings. */
  readonly onlyAsks?: true;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  readonly problems?: readonly ProblemCode[];
}

/** What an operation is asked: everything read and checked. `ids` are the segments that the template leaves open, in their order. */
export interface Asked<Q extends z.ZodObject, B extends z.ZodObject> {
  readonly c: Context<CallEnv>;
  readonly call: Call;
  readonly ids: readonly string[];
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
}

/** An operation with its shapes. */
export interface Operation extends Told {
  readonly query: z.ZodObject;
  readonly body: BodyShape<z.ZodObject> | undefined;
  readonly step: Step;
}

const nothing = z.strictObject({});

/** Ties the shapes to the step: the parameters are read first, then `before` may refuse the address, then the body is read. */
export function operation<Q extends z.ZodObject = typeof nothing, B extends z.ZodObject = typeof nothing>(
  told: Told & { readonly query?: Q; readonly body?: BodyShape<B>; readonly before?: (ids: readonly string[]) => void },
  run: (asked: Asked<Q, B>) => Promise<Response>,
): Operation {
  const { query = nothing, body, before, ...rest } = told;
  const mediaTypes = [...new Set(Object.values(told.answers).flatMap((answer) => answer.mediaTypes ?? ['application/json']))];
  const step: Step = async (c, _id, ids) => {
    const acts = c.req.method !== 'GET' && c.req.method !== 'HEAD' && told.onlyAsks !== true;
    c.set('call', { ...throughDoor(c.get('call'), told.doors), acts });
    negotiate(c.req.raw.headers.get('accept'), mediaTypes);
    const parameters = readParameters(c.req.raw.url, query) as z.output<Q>;
    before?.(ids);
    const fields = (body === undefined ? {} : await readFields(c, body)) as z.output<B>;
    return await run({ c, call: c.get('call'), ids, query: parameters, body: fields });
  };
  return { ...rest, query, body, step };
}

/** The call through the door of its own kind of credential, for what is asked before or beside any operation. */
export function throughOwnDoor(call: Call): Call {
  const { kind } = call.credential;
  return kind === 'host' || kind === 'account' ? { ...call, door: kind } : call;
}

/**
 * The call through the door by which its credential may come in. At account home a session of a workspace stands for the account that it
 * belongs to. A host or an account at an operation that is not theirs is refused; anybody else lacks the scope, and is told so after its
 * credential was looked up.
 */
function throughDoor(given: Call, doors: NonNullable<Told['doors']> = ['admin']): Call {
  const call = throughOwnDoor(given);
  const { credential, door = 'admin' } = call;
  if (doors.some((one) => one === door)) return call;
  if (credential.kind === 'host' || credential.kind === 'account') {
    throw new AuthFailure('insufficient_scope', `The token is that of ${credential.kind === 'host' ? 'a host application' : 'a session at account home'}, which may not do this.`);
  }
  if (!doors.includes('account') || credential.kind !== 'person' || credential.session === undefined) return { ...call, door: doors[0] ?? door };
  const { tenant, tokenId, session, scopes } = credential;
  return { ...call, door: 'account', credential: { kind: 'account', tenant: { ...tenant, workspaceId: nowhere }, sessionId: tokenId, accountId: session.accountId, scopes } };
}

/** An address of the team API with its operations by method. */
export interface AdminEndpoint extends Endpoint {
  readonly operations: ReadonlyMap<string, Operation>;
}

/** The address; `template` begins with the path of the door, and a segment with a colon stands for any one. */
export function endpointAt(template: string, operations: Readonly<Record<string, Operation>>): AdminEndpoint {
  const entries = Object.entries(operations);
  return { template, operations: new Map(entries), methods: new Map(entries.map(([method, { step }]) => [method, step])) };
}
