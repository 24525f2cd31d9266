// Random sequences of commands through every door, against a model that knows the rules by itself: statuses, states, seats and audit rows agree.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startForTest, type StartedServer } from '../support/started-server.ts';
import { setStage, type Stage } from './run.ts';
import { assertActive, bulkRemove, changeRole, createGroup, invite, mapGroup, provision, pushMember, rehearse, remove, restore, transfer, type Foretold, type Form } from './steps.ts';
import { liveIn, type Actor, type Role, type Seated, workspaceNames } from './world.ts';

let service: StartedServer;
beforeAll(async () => {
  service = await startForTest();
});
afterAll(async () => await service.stop());

const sequences = 400;
const commands = 40;
const persons = 6;

/** One command before the world is known: dice for what, who, whom and how. */
interface Throw {
  readonly what: number;
  readonly place: number;
  readonly who: number;
  readonly whom: number;
  readonly how: number;
}

const die = (sides: number) => fc.nat({ max: sides - 1 });
const thrown: fc.Arbitrary<Throw> = fc.record({ what: die(100), place: die(2), who: die(1000), whom: die(1000), how: die(1000) });

function pick<T>(list: readonly T[], number: number): T | undefined {
  return list[number % Math.max(1, list.length)];
}

/** Connections do half of the work; persons may use a token that is dead by now. */
async function actorOf({ world, people, signIn }: Stage, { place, who }: Throw): Promise<Actor> {
  const workspace = workspaceNames[place] ?? 'A';
  if (who % 2 === 0) return { kind: 'connection', name: who % 4 === 0 ? 'c1' : 'c2' };
  const known = people.filter((actor) => actor.kind === 'person' && actor.self.workspace === workspace);
  const old = who % 5 === 1 ? pick(known, who) : undefined;
  const active = liveIn(world, workspace).filter(({ status }) => status === 'active');
  const strong = active.filter(({ base }) => base !== 'member');
  const member = pick(who % 7 === 0 ? active : strong, who);
  return old ?? (member === undefined ? { kind: 'connection', name: 'c1' } : await signIn(member));
}

const forms: readonly Form[] = ['path', 'no path', 'text', 'put'];
const roles: readonly Role[] = ['owner', 'admin', 'member'];

/** A command with who and what; foretold twice where it is rehearsed first. */
async function stepOf(stage: Stage, dice: Throw): Promise<(() => Foretold) | undefined> {
  const { world } = stage;
  const { what, place, whom, how } = dice;
  const workspace = workspaceNames[place] ?? 'A';
  const actor = await actorOf(stage, dice);
  const here = world.members.filter((one) => one.workspace === workspace);
  const target: Seated | undefined = pick(how % 11 === 0 ? here : here.filter(({ removed }) => !removed), whom);
  const somebody = `p${whom % persons}@${world.domain}`;
  if (what < 20) return () => provision(world, workspace, actor, somebody, how % 4 !== 0);
  if (target === undefined) return undefined;
  const person = actor.kind === 'person' ? actor : undefined;
  const form = person !== undefined && how % 2 === 0 ? 'team' : (pick(target.pushed ? forms : forms.slice(0, 3), how) ?? 'path');
  if (what < 38) return () => assertActive(world, actor, target, false, form);
  if (what < 54) return () => assertActive(world, actor, target, true, form);
  if (what < 65) return () => remove(world, actor, target, form === 'team' ? 'team' : 'scim');
  if (what < 70) return () => createGroup(world, workspace, actor);
  if (what < 79) {
    const group = pick(world.groups.filter((one) => one.workspace === workspace), how);
    if (group === undefined) return undefined;
    return () => (person !== undefined && how % 4 === 0 ? mapGroup(world, person, group, how % 12 !== 0) : pushMember(world, actor, group, target, how % 3 !== 0));
  }
  if (person === undefined) return undefined;
  if (what < 87) return () => changeRole(world, person, target, pick(roles, how) ?? 'member');
  if (what < 91) return () => invite(world, person, somebody, pick(roles, how) ?? 'member');
  if (what < 93) return () => transfer(world, person, target, how % 2 === 0);
  const gone = pick(here.filter(({ removed }) => removed), whom);
  if (gone !== undefined && how % 3 === 0) return () => restore(world, person, gone);
  const together = [...new Set([target, ...here.filter((_, index) => (how >> index) % 2 === 1)])].slice(0, 4);
  return () => bulkRemove(world, person, together);
}

it(`agrees with the model in ${sequences} sequences of ${commands} commands`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.option(fc.integer({ min: 2, max: 5 }), { nil: undefined }), fc.array(thrown, { minLength: commands, maxLength: commands }), async (seats, dice) => {
      const stage = await setStage(service, seats);
      const said: string[] = [];
      for (const one of dice) {
        const foretell = await stepOf(stage, one);
        if (foretell === undefined) continue;
        const step = one.how % 9 === 0 && !(one.what >= 87 && one.what < 91) ? rehearse(stage.world, foretell) : foretell();
        const answer = await stage.send(step);
        said.push(`${step.method} ${step.path} by ${step.actor.kind === 'connection' ? step.actor.name : step.actor.self.person} in ${step.workspace}: ${JSON.stringify(step.body)} → ${answer.status}`);
        expect(answer.status, [...said, `foretold: ${step.status}`, answer.text].join('\n')).toBe(step.status);
      }
      expect(await stage.differences(), said.join('\n')).toEqual([]);
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? sequences), endOnFailure: true },
  );
}, 300_000);
