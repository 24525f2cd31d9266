// How every act on members is asked for: done, done only if a preview still holds, or told in advance by the same path and undone.
import type { Context } from 'hono';
import { z } from 'zod';
import { foresee } from '../../../domain/commands/foresee.ts';
import type { Call } from '../../../domain/model/caller.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { Outcome } from '../../../domain/refusals.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import { beginPreview } from '../../preview-tokens.ts';
import type { CallEnv } from '../../request-frame.ts';
import { answerJson } from '../answer.ts';
import { yesOrNo } from '../shapes.ts';

/** The parameter of every act that can be told in advance. */
export const actParameters = z.strictObject({ dryRun: yesOrNo.default(false) });

/** The member of a body that confirms a preview; the header X-Preview-Token does the same. */
export const previewField = { previewToken: z.string('must be a string').min(1, 'must be the token of a preview').max(8_192, 'must be the token of a preview').optional().meta({ description: 'The token of a preview: the act is done only if it would still do just what was shown.' }) };

/** What an act works with. */
export interface ActContext {
  readonly store: CommandStore;
  readonly previews: CursorSeal;
}

/** A request for an act; `ids` are the members that it is done to. */
export interface Acting {
  readonly c: Context<CallEnv>;
  readonly call: Call;
  readonly query: z.output<typeof actParameters>;
  readonly body: Readonly<Record<string, unknown>> & { readonly previewToken?: string | undefined };
  readonly act: string;
  readonly ids: readonly string[];
}

/** `run` is the command; `answer` is what a good end is answered, and `show` that body for a preview, null where there is none. */
export interface Act<T> {
  readonly run: (store: CommandStore, call: Call) => Promise<Outcome<T>>;
  readonly answer: (value: T) => Response;
  readonly show: (value: T) => object | null;
}

export async function actOnMembers<T>({ store, previews }: ActContext, { c, call, query, body, act, ids }: Acting, { run, answer, show }: Act<T>): Promise<Response> {
  const { previewToken: token = c.req.raw.headers.get('x-preview-token') ?? undefined, ...options } = body;
  if (!query.dryRun && token === undefined) return answerTo(c, await run(store, call), answer);
  const asked = Object.entries(options).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const previewing = beginPreview(previews, call.credential, [act, JSON.stringify(asked), ...ids], token);
  const foresight = foresee(store, previewing.confirms);
  if (!query.dryRun) return answerTo(c, await run(foresight.store, call), answer);
  const done = await run(foresight.store, { ...call, rehearsal: true });
  const foreseen = foresight.foreseen();
  if (!done.ok) return c.get('fail')(done.refusal);
  if (foreseen === undefined) throw new Error('a rehearsed act has no preview');
  const named = new Set(ids);
  const { token: previewToken, expiresAt } = previewing.issue(foreseen.seen);
  const { members, seats } = foreseen.preview;
  return answerJson({ dryRun: true, act, members: members.filter(({ id }) => named.has(id)).map(showPreview), seats, answer: show(done.value), previewToken, expiresAt });
}

function answerTo<T>(c: Context<CallEnv>, done: Outcome<T>, answer: Act<T>['answer']): Response {
  return done.ok ? answer(done.value) : c.get('fail')(done.refusal);
}

/** What is not known is null. */
function showPreview(member: object): object {
  return JSON.parse(JSON.stringify(member, (_, value: unknown) => (isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, part ?? null])) : value))) as object;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
