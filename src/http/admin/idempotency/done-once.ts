// Idempotency-Key: a POST that comes twice with the same key is done once, and its answer is given again; may assume a verified credential.
import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { Call } from '../../../domain/model/caller.ts';
import type { AnswerKey, AnswerMemory } from '../../../domain/records.ts';
import { refuse, type Outcome } from '../../../domain/refusals.ts';
import { badRequest, ScimError } from '../../../scim/errors.ts';
import { AuthFailure } from '../../auth/auth-failure.ts';
import { cursorHolderOf } from '../../cursor-holder.ts';
import type { Endpoint, Step } from '../../endpoint.ts';
import { readBody } from '../../limits/read-body.ts';
import type { CallEnv } from '../../request-frame.ts';
import type { AdminEndpoint } from '../operation.ts';

/** Seals answers, which may hold a secret that is shown only once. */
export interface AnswerSeal {
  readonly seal: (secret: string, context: string) => string;
  readonly open: (sealed: string, context: string) => string | undefined;
}

/** What keeps the answers; `admitted` tells whether the credential still works. */
export interface OnceOptions {
  readonly answers: AnswerMemory;
  readonly answerSeal: AnswerSeal;
  readonly admitted: (call: Call) => Promise<Outcome<undefined>>;
  readonly limitBytes: number;
}

/** An answer as it is kept. */
interface KeptAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
}

const longestKey = 255;

/** The endpoint with a POST that knows the header. */
export function doneOnce(endpoint: AdminEndpoint, options: OnceOptions): Endpoint {
  const post = endpoint.methods.get('POST');
  if (post === undefined || endpoint.operations.get('POST')?.onlyAsks === true) return endpoint;
  const limitBytes = endpoint.operations.get('POST')?.body?.limitBytes ?? options.limitBytes;
  return { ...endpoint, methods: new Map([...endpoint.methods, ['POST', once(post, { ...options, limitBytes })]]) };
}

function once(step: Step, options: OnceOptions): Step {
  return async (c, id, ids) => {
    const name = readKey(c.req.raw.headers.get('idempotency-key'));
    const call = c.get('call');
    const { credential } = call;
    // Without a scope to write nothing is done, and what was done is not for it either.
    if (name === undefined || ('scopes' in credential && !credential.scopes.some((scope) => scope.endsWith('.write')))) return await step(c, id, ids);
    const key = await keyOf(c, call, name, options.limitBytes);
    const admitted = await options.admitted({ ...call, acts: true });
    if (!admitted.ok) return c.get('fail')(admitted.refusal);
    const state = await options.answers.reserve(key);
    switch (state.kind) {
      case 'mine':
        return await work(key, options, async () => await step(c, id, ids));
      case 'answered':
        return replay(options.answerSeal.open(state.sealed, contextOf(key))) ?? c.get('fail')(lost(undefined));
      case 'lost':
        return c.get('fail')(lost(state.requestId));
      case 'running':
        return c.get('fail')(refuse('idempotency-key-in-use', 'The first request with this Idempotency-Key is not answered yet. Wait a little and send the same request again.'), { 'Retry-After': '2' });
      case 'other':
        return c.get('fail')(refuse('idempotency-key-reused', 'This Idempotency-Key came with another request before. Use a new key for a new request.'));
    }
  };
}

/** Does the work and keeps what it answers. What nobody knows the end of is left to be found out by the next request with the key. */
async function work(key: AnswerKey, { answers, answerSeal }: OnceOptions, step: () => Promise<Response>): Promise<Response> {
  let answer: Response;
  try {
    answer = await step();
  } catch (error) {
    // A fault of the request is found before anything is done.
    await (error instanceof ScimError || error instanceof AuthFailure ? answers.release(key) : answers.abandon(key));
    throw error;
  }
  const { status } = answer;
  if (status >= 500) await answers.abandon(key);
  else if (status === 401 || status === 429) await answers.release(key);
  else {
    const body = answer.body === null ? null : await answer.text();
    const kept: KeptAnswer = { status, headers: [...answer.headers], body };
    await answers.keep(key, status, answerSeal.seal(JSON.stringify(kept), contextOf(key)));
    return new Response(body, { status, headers: answer.headers });
  }
  return answer;
}

function replay(text: string | undefined): Response | undefined {
  if (text === undefined) return undefined;
  const { status, headers, body } = JSON.parse(text) as KeptAnswer;
  return new Response(body, { status, headers: [...headers.map(([name, value]): [string, string] => [name, value]), ['Idempotency-Replayed', 'true']] });
}

function lost(requestId: string | undefined): ReturnType<typeof refuse> {
  const where = requestId === undefined ? '' : ` as the request ${requestId}`;
  return refuse('idempotency-answer-lost', `The first request with this Idempotency-Key was done${where}, but its answer is lost. Look at what there is now, and use a new key to go on.`);
}

/** The name that a client gives its request. https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07 */
function readKey(given: string | null): string | undefined {
  if (given === null) return undefined;
  if (given.length >= 1 && given.length <= longestKey && /^[\x21-\x7e]+$/.test(given)) return given;
  throw badRequest('invalidValue', `The header Idempotency-Key must have 1 to ${longestKey} visible ASCII characters, such as a UUID.`);
}

/** Reads the body, which is put back for whoever reads it next. */
async function keyOf(c: Context<CallEnv>, call: Call, key: string, limitBytes: number): Promise<AnswerKey> {
  const { url, method, headers } = c.req.raw;
  const body = await readBody(c.req.raw, limitBytes);
  c.req.raw = new Request(url, { method, headers, body: body.byteLength === 0 ? null : new Uint8Array(body) });
  const fingerprint = createHash('sha256').update(`${method} ${url.slice(url.indexOf('/', url.indexOf('://') + 3))}\n${rightsOf(call)}\n`).update(body).digest();
  const { workspaceId, organizationId } = call.credential.tenant;
  return { organizationId, workspaceId, holder: cursorHolderOf(call.credential), key, fingerprint, requestId: call.requestId };
}

/** What tells the tokens of one holder apart: a kept answer may hold a secret that another of them would never have been given. */
function rightsOf({ credential }: Call): string {
  const key = credential.kind === 'person' && credential.key === true ? 'key' : '';
  return 'scopes' in credential ? [key, ...credential.scopes.toSorted()].join(' ') : key;
}

function contextOf({ holder, key }: AnswerKey): string {
  return `answer ${holder} ${key}`;
}
