// A change that a SCIM request asks for, as it is asked for: in earnest, as a rehearsal, or only while a preview of it holds.
import type { Context } from 'hono';
import { foresee } from '../../domain/commands/foresee.ts';
import type { Call } from '../../domain/model/caller.ts';
import type { ProvisioningContext, ResourceHandler } from '../../provisioning/resource-handler.ts';
import type { CursorSeal } from '../../scim/cursor-seal.ts';
import { badRequest, ScimError } from '../../scim/errors.ts';
import { userType } from '../../scim/schema/resource-types.ts';
import { beginPreview } from '../preview-tokens.ts';
import type { CallEnv } from '../request-frame.ts';

/** The header that asks for a rehearsal: the real answer, and the database as it was. */
const dryRunHeader = 'X-Usher-Dry-Run';

/** The header that a rehearsed change of a user answers, and that a request carries which is meant for nothing but what was rehearsed. */
const previewHeader = 'X-Preview-Token';

/** With what the handler has to work, and what its answer becomes. */
export interface Attempt {
  readonly call: Call;
  readonly context: ProvisioningContext;
  readonly finish: (answer: Response) => Response;
}

/** Reads the two headers. `id` is missing for a resource that is to be created, `body` for one that is to be removed. */
export function beginAttempt(c: Context<CallEnv>, { type }: ResourceHandler, context: ProvisioningContext, seal: CursorSeal, id?: string, body?: unknown): Attempt {
  const call = c.get('call');
  const dryRun = readDryRun(c.req.raw.headers);
  const token = c.req.raw.headers.get(previewHeader) ?? undefined;
  const foreseeable = type.id === userType.id && id !== undefined;
  if (token !== undefined && !foreseeable) throw new ScimError(400, 'invalidValue', `${previewHeader} belongs to a PUT, PATCH or DELETE of one user. Leave it out here.`);
  const rehearsed = dryRun ? { ...call, rehearsal: true } : call;
  if (!foreseeable || (!dryRun && token === undefined)) return { call: rehearsed, context, finish: (answer) => marked(answer, dryRun, undefined) };
  const previewing = beginPreview(seal, call.credential, ['scim', c.req.method, type.endpoint, id, JSON.stringify(body) ?? ''], token);
  const { store, foreseen } = foresee(context.store, previewing.confirms);
  return {
    call: rehearsed,
    context: { ...context, store },
    finish: (answer) => {
      const seen = dryRun && answer.ok ? foreseen()?.seen : undefined;
      return marked(answer, dryRun, seen === undefined ? undefined : previewing.issue(seen).token);
    },
  };
}

/** For what cannot be rehearsed. */
export function refuseDryRun(headers: Headers): void {
  if (readDryRun(headers)) throw badRequest('invalidValue', `A bulk request cannot be rehearsed: what one operation makes, the next may need. Send its operations one by one with ${dryRunHeader}.`);
}

function readDryRun(headers: Headers): boolean {
  const value = headers.get(dryRunHeader)?.trim().toLowerCase() ?? 'false';
  if (value !== 'true' && value !== 'false') throw badRequest('invalidValue', `${dryRunHeader} must be true or false.`);
  return value === 'true';
}

function marked(answer: Response, dryRun: boolean, token: string | undefined): Response {
  if (dryRun) answer.headers.set(dryRunHeader, 'true');
  if (token !== undefined) answer.headers.set(previewHeader, token);
  return answer;
}
