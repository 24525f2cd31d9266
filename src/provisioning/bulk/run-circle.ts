// Operations that refer to each other in a circle: created without what is not there yet, then completed; all of them or none.
import type { Outcome } from '../../domain/refusals.ts';
import type { SoundOperation } from '../../scim/bulk/bulk-operation.ts';
import { ScimError } from '../../scim/errors.ts';
import { weakEtag } from '../../scim/etag.ts';
import { complete, failWith, handlerOf, perform, requireReferences, settle, type BulkRun, type Creations, type Done, type Made } from './bulk-run.ts';

/** An operation of the circle with its place in the request. */
export interface Member {
  readonly index: number;
  readonly operation: SoundOperation;
}

/** What became of a member; `stands` marks what could not be taken back. */
export interface Settled extends Member {
  readonly done: Done;
  readonly stands: boolean;
}

interface Draft extends Member {
  readonly id: string;
  readonly made: Made;
  readonly whole: boolean;
}

/** One result for each member; if one fails, what was made of the others is removed again. https://www.rfc-editor.org/rfc/rfc7644#section-3.7.1 */
export async function runCircle(run: BulkRun, members: readonly Member[], { creators, ids: outside }: Creations): Promise<Settled[]> {
  const within = new Set(members.map(({ index }) => index));
  const ids = new Map(outside);
  const drafts: Draft[] = [];
  for (const member of members) {
    const { operation } = member;
    const whole = operation.references.every((bulkId) => ids.has(bulkId));
    const done = await settle(run, async () => {
      requireReferences(operation, { creators, ids }, within);
      return await perform(run, operation, ids);
    });
    if (!done.ok) return await takeBack(run, members, drafts, member, done);
    const id = done.location.slice(done.location.lastIndexOf('/') + 1);
    if (operation.bulkId !== undefined) ids.set(operation.bulkId, id);
    drafts.push({ ...member, id, made: done, whole });
  }
  const settled: Settled[] = [];
  for (const { whole, made, id, ...member } of drafts) {
    const done = whole ? made : await settle(run, async () => await complete(run, member.operation, id, ids));
    if (!done.ok) return await takeBack(run, members, drafts, member, done);
    settled.push({ ...member, done, stands: false });
  }
  return settled;
}

/** The failure of one member is that of all; the one that failed comes first. */
async function takeBack(run: BulkRun, members: readonly Member[], drafts: readonly Draft[], failed: Member, done: Done): Promise<Settled[]> {
  const standing = new Set<number>();
  for (const draft of drafts.toReversed()) if (wasThere(draft) || !(await removeAgain(run, draft))) standing.add(draft.index);
  const others = members.filter(({ index }) => index !== failed.index);
  const settled: Settled[] = [];
  for (const member of [failed, ...others]) {
    const draft = drafts.find(({ index }) => index === member.index);
    const stands = draft !== undefined && standing.has(member.index);
    const outcome = member === failed && !stands ? done : await failWith(run, stands ? left(draft) : undone(failed));
    settled.push({ ...member, done: outcome, stands });
  }
  return settled;
}

function undone({ operation }: Member): ScimError {
  return new ScimError(
    409,
    'invalidValue',
    `The resource refers in a circle to "bulkId:${operation.bulkId ?? ''}", which could not be created: see the result of its operation. Nothing of the circle was kept.`,
  );
}

/** A POST may take over the membership of an invited person; what was here before the request is not the request's to remove. */
function wasThere({ made }: Draft): boolean {
  return made.version !== weakEtag(1);
}

function left(draft: Draft): ScimError {
  const { location } = draft.made;
  const detail = wasThere(draft)
    ? `The invited person at ${location} was provisioned, but without the references to what could not be created. Send them as a PATCH to that address.`
    : `The resource was created without its references at ${location} and could then neither be completed nor removed. Delete it there, then retry.`;
  return new ScimError(409, 'invalidValue', detail);
}

const removals = 3;
const firstPauseMs = 200;

/** Tries for a moment: a database that was away for one statement should not leave half a resource behind. */
async function removeAgain(run: BulkRun, { operation, id }: Draft): Promise<boolean> {
  for (let tried = 1; ; tried += 1) {
    const removed = await settle(run, async (): Promise<Outcome<Made>> => {
      const done = await handlerOf(run, operation).remove(run.context, run.call, id);
      return done.ok ? { ok: true, value: { ok: true, location: '', version: undefined, status: 204 } } : done;
    });
    if (removed.ok || removed.failure.status === 404) return true;
    if (removed.failure.status < 500 || tried === removals) return false;
    await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 4 ** (tried - 1)));
  }
}
