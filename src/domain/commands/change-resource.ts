// Creates, changes and removes resources of the operator's own types. A person needs the permission to write groups for it.
import type { Actor, Call } from '../model/caller.ts';
import type { Resource, ResourceKind, ResourceParticulars, ResourceView } from '../model/resource.ts';
import type { AuditAction } from '../changes.ts';
import type { CommandStore, Decision, ResourceGround } from '../ports.ts';
import { refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, permissionDenied } from '../rules/authority.ts';
import { checkVersion, type Expected } from '../rules/precondition.ts';
import { resourceNotFound } from '../rules/resource-not-found.ts';
import { commit, decideAs, deny } from './decide.ts';
import { plainLocks, runCommand, type Taken } from './run-command.ts';
import { uniqueValueTaken } from './taken-by.ts';

/** A change as computed from the current state; `fields` names what differs. */
export interface ResourceRevision {
  readonly particulars: ResourceParticulars;
  readonly fields: readonly string[];
}

/** A change to one resource. `revise` must be pure and may throw to give the command up. */
export interface ResourceChange {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly revise: (current: Resource) => ResourceRevision;
  readonly expected?: Expected;
}

/** Creates a resource. Refuses `permission-denied` and `duplicate`. */
export async function createResource(store: CommandStore, call: Call, kind: ResourceKind, particulars: ResourceParticulars): Promise<Outcome<ResourceView>> {
  const done = await runCommand(store, call, plainLocks, takenBy(kind, () => particulars), async (held) =>
    await store.onResource(call, held, kind.name, undefined, (ground) => asWriter(ground, 'resource_create', (actor) => {
      const id = ground.newId();
      return commit(ground, actor, [{ kind: 'resourceCreated', type: kind.name, id, particulars }], undefined, { kind: 'resource', type: kind.name, id });
    })),
  );
  return done.ok ? viewOf(done.value.views.resource) : done;
}

/** Changes a resource; an identical repeat writes nothing. Refuses `permission-denied`, `duplicate`, `not-found` and `version-mismatch`. */
export async function changeResource(store: CommandStore, call: Call, { kind, id, revise, expected }: ResourceChange): Promise<Outcome<ResourceView>> {
  const type = kind.name;
  let wanted: ResourceParticulars | undefined;
  const done = await runCommand(store, call, plainLocks, takenBy(kind, () => wanted), async (held) =>
    await store.onResource(call, held, type, id, (ground) => asWriter(ground, 'resource_update', (actor) => {
      const { resource } = ground;
      if (resource === undefined) return { kind: 'refuse', refusal: resourceNotFound(kind, id) };
      const stale = checkVersion(resource.version, expected);
      if (stale !== undefined) return stale;
      const { particulars, fields } = revise(resource);
      wanted = particulars;
      const relinked = particulars.externalId !== resource.externalId;
      const same = fields.length === 0 && !relinked;
      return commit(ground, actor, same ? [] : [{ kind: 'resourceChanged', type, id, particulars, fields, relinked }], undefined, { kind: 'resource', type, id });
    })),
  );
  return done.ok ? viewOf(done.value.views.resource) : done;
}

/** Removes a resource for good. Refuses `permission-denied`, `not-found` and `version-mismatch`. */
export async function removeResource(store: CommandStore, call: Call, kind: ResourceKind, id: string, expected?: Expected): Promise<Outcome<undefined>> {
  const type = kind.name;
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onResource(call, held, type, id, (ground) => asWriter(ground, 'resource_delete', (actor) => {
      if (ground.resource === undefined) return { kind: 'refuse', refusal: resourceNotFound(kind, id) };
      return checkVersion(ground.resource.version, expected) ?? commit(ground, actor, [{ kind: 'resourceRemoved', type, id }], undefined);
    })),
  );
  return done.ok ? succeed(undefined) : done;
}

function asWriter(ground: ResourceGround, action: AuditAction, decide: (actor: Actor) => Decision<undefined>): Decision<undefined> {
  return decideAs(ground, (actor) =>
    mayDo(actor, 'groups.write') ? decide(actor) : deny(actor, refuseAll([permissionDenied('groups.write')]), action, ground.resource?.id),
  );
}

function viewOf(view: ResourceView | undefined): Outcome<ResourceView> {
  if (view === undefined) throw new Error('a written resource has no view');
  return succeed(view);
}

function takenBy({ name }: ResourceKind, wanted: () => ResourceParticulars | undefined): Taken {
  return (on) =>
    on === 'externalId'
      ? `The externalId "${wanted()?.externalId ?? ''}" belongs to another ${name} of this connection. Match by externalId before creating.`
      : uniqueValueTaken(name, wanted()?.keys);
}
