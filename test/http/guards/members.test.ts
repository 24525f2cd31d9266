// The guards of domain.md §3 and §4 at every door to a member, for everybody who may ask and everybody whom it may be about (I25).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushed } from '../admin/team.ts';
import { halfDone } from '../../support/half-done.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { doors, type Door } from './doors.ts';
import { faultsOf, send, type Case } from './judge.ts';
import type { RoleName } from './oracle.ts';
import { asker, auditOf, changingNothing, connection, crowd, leaver, makeRoles, one, stranger, type AskerHere, type Target } from './world.ts';

interface Place {
  readonly workspace: TestWorkspace;
  readonly askers: readonly AskerHere[];
  readonly targets: readonly Target[];
  readonly strict: boolean;
}

let service: StartedServer;
/** Everybody; an owner who is the only one; a workspace that wants deactivation before removal. */
const places = new Map<string, Place>();
const names = ['among many', 'around the only owner', 'where removal wants deactivation first'] as const;
const everyRole: readonly RoleName[] = ['owner', 'admin', 'member', 'clerk', 'caster', 'greeter', 'blind'];

beforeAll(async () => {
  service = await startForTest();
  const home = await service.workspace();
  places.set(names[0], await makePlace(home, everyRole, false, async () => [...(await crowd(service, home)), one('the account owner', home.ownerId, { role: 'owner', accountOwner: true })]));
  const lonely = await service.workspace({ organization: home.organization });
  const account = await accountOwnerAsMember(lonely, home);
  const targets = [one('the only owner', lonely.ownerId, { role: 'owner', onlyOwner: true }), one('the account owner as a member', account, { accountOwner: true })];
  places.set(names[1], await makePlace(lonely, ['admin', 'member', 'clerk', 'caster', 'blind'], false, async () => await Promise.resolve(targets), lonely.ownerId));
  const careful = await service.workspace({ organization: home.organization });
  places.set(names[2], await makePlace(careful, ['admin', 'member', 'caster'], true, async () => [...(await crowd(service, careful, false)), one('the only owner', careful.ownerId, { role: 'owner', onlyOwner: true })], careful.ownerId));
  await service.query(`update workspace set policy = '{"removalRequiresDeactivation": true}' where id = $1`, [careful.tenant.workspaceId]);
});
afterAll(async () => await service.stop());

async function makePlace(workspace: TestWorkspace, roles: readonly RoleName[], strict: boolean, targets: () => Promise<Target[]>, onlyOwner?: string): Promise<Place> {
  await makeRoles(service, workspace);
  const people: AskerHere[] = [];
  if (onlyOwner !== undefined) people.push(await asker(service, workspace, 'owner', onlyOwner));
  for (const role of roles) people.push(await asker(service, workspace, role));
  const gone = onlyOwner === undefined ? [await leaver(service, workspace)] : [];
  const others = [...people, await connection(service, workspace), ...gone, await stranger(service)];
  const selves = people.filter(({ id }) => id !== onlyOwner).map(({ name, id, facts }) => one(`the ${name} who acts`, id, { role: facts.kind === 'person' ? facts.role : 'member' }));
  return { workspace, askers: others, targets: [...(await targets()), ...selves], strict };
}

/** The account owner has a plain membership in another workspace, and is protected there as well. */
async function accountOwnerAsMember(workspace: TestWorkspace, home: TestWorkspace): Promise<string> {
  return await pushed(service, workspace, `owner@${home.slug}.example`);
}

/** Who is nobody here is told the same of everybody. */
const samples = ['an owner among several', 'a member', 'somebody deactivated', 'nobody', 'the account owner', 'the only owner'];

/** Everybody acts on everybody, and on themselves; of the others who act it is enough that they are askers. */
function casesOf({ askers, targets }: Place): [AskerHere, Target][] {
  const isNobody = ({ facts }: AskerHere) => facts.kind === 'leaver' || facts.kind === 'stranger';
  return askers.flatMap((who) =>
    targets.filter(({ name, id }) => (isNobody(who) ? samples.includes(name) : !name.endsWith('who acts') || id === who.id)).map((target): [AskerHere, Target] => [who, target]),
  );
}

/** The sentence for each asker, target and act, whichever door said it first. */
const said = new Map<string, string>();

function sentenceFaults({ door, asker: who, target, ended }: Case, place: string): string[] {
  if (ended.detail === undefined || door.of === 'batch' || ended.code === 'permission-denied' || ended.code === 'invalid-value') return [];
  const key = JSON.stringify([place, who.name, target.name, door.act]);
  const first = said.get(key) ?? ended.detail;
  said.set(key, first);
  return first === ended.detail ? [] : [`${door.name} by ${who.name} on ${target.name} says "${ended.detail}" where another door says "${first}"`];
}

async function faultsAt(name: string, door: Door): Promise<string[]> {
  const place = places.get(name);
  if (place === undefined) throw new Error('no such place');
  const reader = place.askers.find(({ facts }) => facts.kind === 'connection') as AskerHere;
  const ended: Case[] = [];
  const [used, kept] = [false, true].map((keeps) => casesOf(place).filter(([, { fresh }]) => (fresh === undefined) === keeps));
  const run = async (cases: readonly [AskerHere, Target][] = []) => {
    for (const [who, target] of cases) ended.push(await send(door, who, target, reader.send, place.strict));
  };
  if (door.of === 'scimBulk' || door.of === 'booking') {
    await run(used);
    await changingNothing(service, async () => await run(kept));
  } else {
    await changingNothing(service, async () => await run([...(used ?? []), ...(kept ?? [])]));
  }
  const rows = await auditOf(service, ended.map((each) => each.ended.requestId));
  const refused = ended.filter(({ verdict }) => verdict.code !== undefined);
  expect(refused.length).toBeGreaterThan(5);
  return ended.flatMap((each) => [...faultsOf(each, each.verdict.code === undefined ? [] : (rows.get(each.ended.requestId) ?? [])), ...sentenceFaults(each, name)]);
}

describe.each(names)('%s', (name) => {
  it.each(doors)('$name', async (door) => {
    expect(await faultsAt(name, door)).toEqual([]);
  });
});

it('nothing of all that was done by halves', async () => {
  expect(await halfDone(service.query)).toEqual([]);
});
