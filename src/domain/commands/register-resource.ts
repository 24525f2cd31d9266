// What the host application tells of the resources that members own there: that one exists, whose it is, and that it is gone.
import type { Actor, Call } from '../model/caller.ts';
import type { OwnedResource } from '../model/belonging.ts';
import type { NewResource } from '../areas/belongings.ts';
import type { AuditAction } from '../changes.ts';
import type { CommandStore, Decision, Ground, Target } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome, type Refusal } from '../refusals.ts';
import { mayDo, permissionDenied } from '../rules/authority.ts';
import { resourceUnknown } from '../rules/belongings.ts';
import { commit, decideAs, deny } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** A resource as the host application names it; no owner stands for the system. */
export interface Registration {
  readonly kind: string;
  readonly externalRef: string;
  readonly ownerId: string | undefined;
  readonly name: string | undefined;
}

/** What became of a registration. */
export interface Registered {
  readonly resource: NewResource;
  readonly created: boolean;
}

/**
 * Registers a resource, or changes the owner and the name of a registered one; the creator is whoever owned it first and never changes. A
 * new owner ends what departures had moved: nobody gets the resource back. An identical repeat writes nothing. Refuses `permission-denied`,
 * and `invalid-value` for an unknown kind and for an owner who is no member, or not active where the kind needs somebody who is there.
 */
export async function registerResource(store: CommandStore, call: Call, wanted: Registration): Promise<Outcome<Registered>> {
  const { kind, externalRef, ownerId } = wanted;
  const load = { of: 'belonging', ask: { kind, externalRef }, memberIds: ownerId === undefined ? [] : [ownerId] } as const;
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onRecord(call, held, load, (ground, found, targets) =>
      asRegistrar(ground, 'resource_register', (actor) => decideRegistration(ground, actor, wanted, found, targets)),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}

/** Takes a resource out of the register. Refuses `permission-denied` and `not-found`. */
export async function unregisterResource(store: CommandStore, call: Call, place: { readonly kind: string; readonly externalRef: string }): Promise<Outcome<undefined>> {
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'belonging', ask: place }, (ground, found) =>
      asRegistrar(ground, 'resource_unregister', (actor): Decision<undefined> =>
        found === undefined ? { kind: 'refuse', refusal: resourceUnknown(place) } : commit(ground, actor, [{ kind: 'belongingUnregistered', id: found.id, of: found.kind }], undefined),
      ),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

function asRegistrar<R>(ground: Ground, action: AuditAction, decide: (actor: Actor) => Decision<R>): Decision<R> {
  return decideAs(ground, (actor) =>
    actor.kind === 'host' || mayDo(actor, 'connections.write') ? decide(actor) : deny(actor, refuseAll([permissionDenied('connections.write')]), action, undefined),
  );
}

function decideRegistration(ground: Ground, actor: Actor, wanted: Registration, found: OwnedResource | undefined, targets: ReadonlyMap<string, Target>): Decision<Registered> {
  const { kind, externalRef, ownerId, name } = wanted;
  const moved = found === undefined || found.ownerId !== ownerId;
  const misplaced = checkKind(ground, kind) ?? (moved ? checkOwner(ground, wanted, targets) : undefined);
  if (misplaced !== undefined) return { kind: 'refuse', refusal: misplaced };
  if (found === undefined) {
    const id = ground.newId();
    const resource = { id, kind, externalRef, name, createdBy: ownerId, ownerId };
    return commit(ground, actor, [{ kind: 'belongingRegistered', resource }], { resource, created: true });
  }
  const { id, createdBy } = found;
  const fields = [...(moved ? ['owner'] : []), ...(found.name === name ? [] : ['name'])];
  const event = { kind: 'belongingChanged' as const, id, name, owner: moved ? { id: ownerId } : undefined, fields };
  return commit(ground, actor, fields.length === 0 ? [] : [event], { resource: { id, kind, externalRef, name, createdBy, ownerId }, created: false });
}

function checkKind({ belongingKinds }: Ground, kind: string): Refusal | undefined {
  if (belongingKinds.has(kind)) return undefined;
  return refuse('invalid-value', `There is no kind "${kind}". This installation knows ${[...belongingKinds.keys()].join(', ') || 'none'}: see RESOURCE_KINDS_FILE.`);
}

/** Whoever is deactivated has given away what must have an owner who is there; anything else stays with whom it belongs to. */
function checkOwner({ belongingKinds }: Ground, { kind, ownerId }: Registration, targets: ReadonlyMap<string, Target>): Refusal | undefined {
  if (ownerId === undefined) return undefined;
  const owner = targets.get(ownerId)?.member;
  if (owner === undefined) return refuse('invalid-value', `"owner" names ${ownerId}, who is no member of this workspace. Name a member, or "system".`);
  if (belongingKinds.get(kind) !== 'reattribute' || owner.status === 'active') return undefined;
  return refuse('invalid-value', `"owner" names ${owner.userName}, who is ${owner.status}. A ${kind} needs an active member, or "system".`, ownerId);
}
