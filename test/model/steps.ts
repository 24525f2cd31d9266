// The commands of the model: what each does to the world, which status it must be answered with, and how it is sent through HTTP.
import { admitted, guard, liveIn, rank, roleIn, seatFor, type Act, type Actor, type Hold, type ModelGroup, type Refused, type Role, type Seated, type WorkspaceName, type World } from './world.ts';

/** Ids that the server gives. */
export interface Answered {
  readonly id?: string;
  readonly memberId?: string;
}

/** A request with the status that the model foretells; `done` learns what the server gave. */
export interface Foretold {
  readonly workspace: WorkspaceName;
  readonly actor: Actor;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Under the server root. */
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly done?: (answer: Answered) => void;
  readonly headers?: Readonly<Record<string, string>>;
}

const users = '/scim/v2/Users';
const team = '/api/v1/team';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';

const profileOf = (person: string) => ({ schemas: [userSchema], userName: person, emails: [{ value: person, type: 'work', primary: true }] });
const holdOf = (actor: Actor): Hold => (actor.kind === 'connection' ? actor.name : 'admin');

/** A refusal by a guard or the seats is audited, one of the credential or of what is not there is not. */
function refused(world: World, status: Refused): number {
  if (status === 403 || status === 409) world.denials += 1;
  return status;
}

function endAccess(member: Seated): void {
  member.ended += 1;
}

/** POST /Users of a person who may be live, removed or unknown here. */
export function provision(world: World, workspace: WorkspaceName, actor: Actor, person: string, active: boolean): Foretold {
  const request = { workspace, actor, method: 'POST', path: users, body: { ...profileOf(person), active } } as const;
  const unadmitted = admitted(actor);
  if (unadmitted !== undefined) return { ...request, status: unadmitted };
  if (actor.kind === 'person' && roleIn(world, actor.self) === 'member') return { ...request, status: refused(world, 403) };
  const here = liveIn(world, workspace).find((one) => one.person === person);
  if (here?.status === 'invited') return takeOver(world, request, here, active);
  // With no seat left the refusal of the seat comes before the database finds the name taken, except for whoever has a seat.
  if (here === undefined && active && !seatFor(world, person)) return { ...request, status: refused(world, 403) };
  if (here !== undefined) return { ...request, status: active && !seatForStranger(world) ? refused(world, 403) : 409 };
  return {
    ...request,
    status: 201,
    done: ({ id = '' }) => {
      world.successes += 1;
      world.members.push({ workspace, person, id, status: active ? 'active' : 'deactivated', base: 'member', holds: new Set(active ? [] : [holdOf(actor)]), accepted: active, removed: false, ended: 0, pushed: true, groups: new Set() });
    },
  };
}

/** A second user with the e-mail of somebody live here would get an account of its own, and so a seat of its own. */
function seatForStranger(world: World): boolean {
  return seatFor(world, 'nobody');
}

function takeOver(world: World, request: Omit<Foretold, 'status'>, invited: Seated, active: boolean): Foretold {
  const { actor } = request;
  const stands = guard(world, actor, { kind: active ? 'update' : 'deactivate' }, invited) ?? guard(world, actor, { kind: 'update' }, invited);
  if (stands !== undefined) return { ...request, status: refused(world, stands) };
  const grants = (role: Role): Role => (actor.kind === 'connection' ? 'member' : role);
  return {
    ...request,
    status: 201,
    done: () => {
      world.successes += active ? 2 : 3;
      invited.base = grants(invited.base);
      invited.pushed = true;
      if (active) {
        invited.status = 'active';
        invited.accepted = true;
      } else {
        invited.status = 'deactivated';
        invited.holds.add(holdOf(actor));
        endAccess(invited);
      }
    },
  };
}

export type Form = 'path' | 'no path' | 'put' | 'text' | 'team';

/** `active` asserted in one of the forms that clients use. */
export function assertActive(world: World, actor: Actor, target: Seated, active: boolean, form: Form): Foretold {
  const request = { workspace: target.workspace, actor, ...formOf(target, active, form) };
  const unadmitted = admitted(actor);
  if (unadmitted !== undefined) return { ...request, status: unadmitted };
  if (target.removed) return { ...request, status: 404 };
  const own = holdOf(actor);
  const changes = active ? target.status === 'deactivated' : !target.holds.has(own);
  const act: Act = { kind: active ? 'reactivate' : 'deactivate' };
  const reachable = guard(world, actor, { kind: 'update' }, target);
  // Whoever may not even update is told what stands against the status.
  const stands = reachable === undefined ? (changes ? guard(world, actor, act, target) : undefined) : (guard(world, actor, act, target) ?? reachable);
  if (stands !== undefined) return { ...request, status: refused(world, stands) };
  if (!changes) return { ...request, status: 200 };
  return active ? reactivation(world, request, target, form) : deactivation(world, request, target, own);
}

function deactivation(world: World, request: Omit<Foretold, 'status'>, target: Seated, own: Hold): Foretold {
  return {
    ...request,
    status: 200,
    done: () => {
      world.successes += target.status === 'invited' ? 2 : 1;
      if (target.status !== 'deactivated') endAccess(target);
      if (target.status === 'invited' && own !== 'admin') target.base = 'member';
      target.status = 'deactivated';
      target.holds.add(own);
    },
  };
}

function reactivation(world: World, request: Omit<Foretold, 'status'>, target: Seated, form: Form): Foretold {
  const lifts = (hold: Hold) => hold === holdOf(request.actor);
  const remaining = [...target.holds].filter((hold) => !lifts(hold));
  if (remaining.length > 0) {
    // The team is told when there is nothing that it could lift.
    const stuck = form === 'team' && remaining.length === target.holds.size;
    if (stuck) return { ...request, status: refused(world, 409) };
    return { ...request, status: 200, done: () => [...target.holds].filter(lifts).forEach((hold) => target.holds.delete(hold)) };
  }
  if (!target.accepted && !seatFor(world, target.person)) return { ...request, status: refused(world, form === 'team' ? 409 : 403) };
  return {
    ...request,
    status: 200,
    done: () => {
      world.successes += 1;
      target.holds.clear();
      target.status = 'active';
      target.accepted = true;
    },
  };
}

function formOf(target: Seated, active: boolean, form: Form): Pick<Foretold, 'method' | 'path' | 'body'> {
  const path = `${users}/${target.id}`;
  const patch = (operation: object) => ({ method: 'PATCH', path, body: { schemas: [patchOp], Operations: [operation] } }) as const;
  switch (form) {
    case 'path':
      return patch({ op: 'replace', path: 'active', value: active });
    case 'no path':
      return patch({ op: 'Replace', value: { active } });
    case 'text':
      return patch({ op: 'Replace', path: 'active', value: active ? 'True' : 'False' });
    case 'put':
      return { method: 'PUT', path, body: { ...profileOf(target.person), active } };
    case 'team':
      return { method: 'POST', path: `${team}/members/${target.id}/${active ? 'reactivate' : 'deactivate'}`, body: {} };
  }
}

export function remove(world: World, actor: Actor, target: Seated, door: 'scim' | 'team'): Foretold {
  const path = door === 'scim' ? `${users}/${target.id}` : `${team}/members/${target.id}`;
  const request = { workspace: target.workspace, actor, method: 'DELETE', path, body: undefined } as const;
  const stands = admitted(actor) ?? (target.removed ? 404 : undefined);
  if (stands !== undefined) return { ...request, status: stands };
  const guarded = guard(world, actor, { kind: 'remove' }, target);
  if (guarded !== undefined) return { ...request, status: refused(world, guarded) };
  return { ...request, status: 204, done: () => leave(world, target) };
}

function leave(world: World, target: Seated): void {
  world.successes += 1;
  target.removed = true;
  endAccess(target);
}

/** All or nothing, judged on what would be left. */
export function bulkRemove(world: World, actor: Actor, targets: readonly Seated[]): Foretold {
  const [first] = targets;
  if (first === undefined) throw new Error('a bulk removal names somebody');
  const { workspace } = first;
  const request = { workspace, actor, method: 'POST', path: `${team}/members/bulk-remove`, body: { ids: targets.map(({ id }) => id) } } as const;
  const unadmitted = admitted(actor);
  if (unadmitted !== undefined) return { ...request, status: unadmitted };
  if (actor.kind === 'person' && roleIn(world, actor.self) === 'member') return { ...request, status: refused(world, 403) };
  const blocked = targets.some((target) => target.removed || guard(world, actor, { kind: 'remove' }, target, targets) !== undefined);
  if (blocked) return { ...request, status: refused(world, 409) };
  return {
    ...request,
    status: 200,
    done: () => {
      world.successes += 1;
      for (const target of targets) leave(world, target);
    },
  };
}

/** Who was removed comes back as it was, as far as whoever restores may grant the role. */
export function restore(world: World, actor: Extract<Actor, { kind: 'person' }>, target: Seated): Foretold {
  const request = { workspace: target.workspace, actor, method: 'POST', path: `${team}/members/${target.id}/restore`, body: {} } as const;
  const own = roleIn(world, actor.self);
  const stands = admitted(actor) ?? (own === 'member' || !target.removed || target.status === 'invited' ? 404 : undefined);
  if (stands !== undefined) return { ...request, status: stands };
  if (liveIn(world, target.workspace).some(({ person }) => person === target.person)) return { ...request, status: 409 };
  const seated = target.status === 'active' || target.accepted;
  if (seated && !seatFor(world, target.person)) return { ...request, status: refused(world, 409) };
  return {
    ...request,
    status: 200,
    done: () => {
      world.successes += 1;
      target.removed = false;
      if (target.base === 'owner' && own !== 'owner') target.base = 'member';
      target.groups = new Set([...target.groups].filter((id) => world.groups.some((group) => group.id === id && !group.removed)));
    },
  };
}

export function changeRole(world: World, actor: Actor, target: Seated, to: Role): Foretold {
  const request = { workspace: target.workspace, actor, method: 'PATCH', path: `${team}/members/${target.id}`, body: { role: to } } as const;
  const stands = admitted(actor) ?? (target.removed ? 404 : undefined);
  if (stands !== undefined) return { ...request, status: stands };
  const guarded = guard(world, actor, { kind: 'role', to }, target);
  if (guarded !== undefined) return { ...request, status: refused(world, guarded) };
  return {
    ...request,
    status: 200,
    done: () => {
      if (target.base !== to) world.successes += 1;
      target.base = to;
    },
  };
}

let groups = 0;

export function createGroup(world: World, workspace: WorkspaceName, actor: Actor): Foretold {
  groups += 1;
  const request = { workspace, actor, method: 'POST', path: '/scim/v2/Groups', body: { schemas: [groupSchema], displayName: `Group ${groups}` } } as const;
  const unadmitted = admitted(actor);
  if (unadmitted !== undefined) return { ...request, status: unadmitted };
  if (actor.kind === 'person' && roleIn(world, actor.self) === 'member') return { ...request, status: refused(world, 403) };
  return {
    ...request,
    status: 201,
    done: ({ id = '' }) => {
      world.successes += 1;
      world.groups.push({ workspace, id, mapped: undefined, removed: false });
    },
  };
}

/** A push of one member into a group or out of it. */
export function pushMember(world: World, actor: Actor, group: ModelGroup, target: Seated, add: boolean): Foretold {
  const operation = add ? { op: 'add', path: 'members', value: [{ value: target.id }] } : { op: 'remove', path: `members[value eq "${target.id}"]` };
  const request = { workspace: group.workspace, actor, method: 'PATCH', path: `/scim/v2/Groups/${group.id}`, body: { schemas: [patchOp], Operations: [operation] } } as const;
  const unadmitted = admitted(actor);
  if (unadmitted !== undefined) return { ...request, status: unadmitted };
  if (actor.kind === 'person' && roleIn(world, actor.self) === 'member') return { ...request, status: refused(world, 403) };
  if (group.removed) return { ...request, status: 404 };
  const inside = target.groups.has(group.id) && !target.removed;
  if (add && target.removed) return { ...request, status: 400 };
  if (inside !== add && !mayPush(world, actor, group, target, add)) return { ...request, status: refused(world, 403) };
  return {
    ...request,
    status: 204,
    done: () => {
      if (inside === add) return;
      const before = roleIn(world, target);
      if (add) target.groups.add(group.id);
      else target.groups.delete(group.id);
      world.successes += before === roleIn(world, target) ? 1 : 2;
    },
  };
}

/** To come into a group that gives a role is to be given it; a connection takes anybody out and grants `member` only. */
function mayPush(world: World, actor: Actor, group: ModelGroup, target: Seated, add: boolean): boolean {
  if (group.mapped === undefined) return true;
  if (actor.kind === 'connection') return !add;
  return roleIn(world, actor.self) === 'owner' || roleIn(world, target) !== 'owner';
}

/** A group gives the role of an admin to its members, or nothing any more. */
export function mapGroup(world: World, actor: Extract<Actor, { kind: 'person' }>, group: ModelGroup, gives: boolean): Foretold {
  const request = { workspace: group.workspace, actor, method: gives ? 'PUT' : 'DELETE', path: `${team}/groups/${group.id}/role`, body: gives ? { role: 'admin' } : undefined } as const;
  const unadmitted = admitted(actor);
  if (unadmitted !== undefined) return { ...request, status: unadmitted };
  if (roleIn(world, actor.self) === 'member') return { ...request, status: refused(world, 403) };
  return {
    ...request,
    status: 200,
    done: () => {
      if ((group.mapped !== undefined) === gives) return;
      const inside = liveIn(world, group.workspace).filter((one) => one.groups.has(group.id));
      const before = inside.map((one) => roleIn(world, one));
      group.mapped = gives ? 'admin' : undefined;
      world.successes += 1 + inside.filter((one, index) => roleIn(world, one) !== before[index]).length;
    },
  };
}

/** An invitation seats somebody who is not here yet, in a role within reach. */
export function invite(world: World, actor: Extract<Actor, { kind: 'person' }>, person: string, role: Role): Foretold {
  const { workspace } = actor.self;
  const request = { workspace, actor, method: 'POST', path: `${team}/invitations`, body: { email: person, role } } as const;
  const own = roleIn(world, actor.self);
  const unadmitted = admitted(actor);
  if (unadmitted !== undefined) return { ...request, status: unadmitted };
  if (own === 'member' || rank[role] > rank[own]) return { ...request, status: refused(world, 403) };
  if (liveIn(world, workspace).some((one) => one.person === person)) return { ...request, status: 409 };
  if (!seatFor(world, person)) return { ...request, status: refused(world, 409) };
  return {
    ...request,
    status: 201,
    done: ({ memberId = '' }) => {
      world.successes += 1;
      world.members.push({ workspace, person, id: memberId, status: 'invited', base: role, holds: new Set(), accepted: false, removed: false, ended: 0, pushed: false, groups: new Set() });
    },
  };
}

/** An owner gives the workspace to somebody else, and the organization too where that is wanted. */
export function transfer(world: World, actor: Extract<Actor, { kind: 'person' }>, to: Seated, alsoAccount: boolean): Foretold {
  const { self } = actor;
  const request = { workspace: self.workspace, actor, method: 'POST', path: `${team}/ownership-transfer`, body: { to: to.id, alsoAccount } } as const;
  const own = roleIn(world, self);
  const stands = admitted(actor) ?? (to.removed || (own === 'member' && to !== self) ? 404 : undefined);
  if (stands !== undefined) return { ...request, status: stands };
  if (own !== 'owner') return { ...request, status: refused(world, 403) };
  if (to.status !== 'active') return { ...request, status: 400 };
  if (self.person === world.accountOwner && !alsoAccount && to !== self) return { ...request, status: refused(world, 409) };
  if (alsoAccount && to.person !== world.accountOwner && self.person !== world.accountOwner) return { ...request, status: refused(world, 409) };
  return {
    ...request,
    status: 200,
    done: () => {
      const changes = to.base !== 'owner' || (to !== self && self.base === 'owner') || (alsoAccount && to.person !== world.accountOwner);
      if (changes) world.successes += 1;
      if (to !== self && self.base === 'owner') self.base = 'admin';
      to.base = 'owner';
      if (alsoAccount) world.accountOwner = to.person;
    },
  };
}

/** The same request as a rehearsal: the same verdict, and nothing is any different afterwards. */
export function rehearse(world: World, foretell: () => Foretold): Foretold {
  const { denials } = world;
  const { done: _, ...step } = foretell();
  world.denials = denials;
  if (step.path.startsWith('/scim')) return { ...step, headers: { 'X-Usher-Dry-Run': 'true' } };
  return { ...step, path: `${step.path}?dryRun=true`, status: step.status === 204 ? 200 : step.status };
}
