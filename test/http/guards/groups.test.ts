// Who may give and take a role by way of a group, at every door to a group and to its role, and who passes ownership on (domain.md §3).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patchOp, bulkRequest } from '../bulk-support.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { gives, has, isAudited, reaches, statusOf, type Asker, type RoleName } from './oracle.ts';
import { asker, auditOf, changingNothing, connection, crowd, leaver, makeRoles, one, stranger, type AskerHere, type Send, type Target } from './world.ts';

interface Group {
  readonly id: string;
  readonly role: 'owner' | 'admin' | undefined;
}

let service: StartedServer;
let workspace: TestWorkspace;
const askers: AskerHere[] = [];
let targets: readonly Target[] = [];
let owner: Send;
const everyRole: readonly RoleName[] = ['owner', 'admin', 'member', 'clerk', 'caster', 'greeter', 'blind'];

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  await makeRoles(service, workspace);
  for (const role of everyRole) askers.push(await asker(service, workspace, role));
  askers.push(await connection(service, workspace), await leaver(service, workspace), await stranger(service));
  targets = [...(await crowd(service, workspace)), one('the account owner', workspace.ownerId, { role: 'owner', accountOwner: true })];
  owner = (await asker(service, workspace, 'owner', workspace.ownerId)).send;
});
afterAll(async () => await service.stop());

let groups = 0;

async function makeGroup(role: Group['role'], members: readonly string[]): Promise<Group> {
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: `Group ${(groups += 1)}`, members: members.map((value) => ({ value })) };
  const made = await owner('POST', '/scim/v2/Groups', body);
  expect(made.status, made.text).toBe(201);
  const { id } = made.json as { id: string };
  if (role !== undefined) expect((await owner('PUT', `/team/groups/${id}/role`, { role })).status).toBe(200);
  return { id, role };
}

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly requestId: string;
}

/** A way to put somebody into a group or to take somebody out; `dry` where it can be rehearsed. */
interface Way {
  readonly name: string;
  readonly does: 'in' | 'out';
  readonly dry: boolean;
  readonly ask: (send: Send, group: Group, memberId: string, dry: boolean) => Promise<Answer>;
}

async function ask(send: Send, [method, path, body]: readonly [string, string, unknown?], dry: boolean): Promise<Answer> {
  const { status, headers, json } = await send(method, path, body, dry ? { 'X-Usher-Dry-Run': 'true' } : {});
  const inside = (json as { Operations?: { status: string }[] } | undefined)?.Operations?.[0];
  return { status: inside === undefined || path !== '/scim/v2/Bulk' ? status : Number(inside.status), code: headers['x-problem-code'] as string | undefined, requestId: String(headers['x-request-id']) };
}

const add = (id: string) => patchOp({ op: 'add', path: 'members', value: [{ value: id }] });
const take = (id: string) => patchOp({ op: 'remove', path: `members[value eq "${id}"]` });
const whole = (name: string, ids: readonly string[]) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: name, members: ids.map((value) => ({ value })) });
const address = ({ id }: Group) => `/scim/v2/Groups/${id}`;

const ways: readonly Way[] = [
  { name: 'PATCH that adds', does: 'in', dry: true, ask: async (send, group, id, dry) => await ask(send, ['PATCH', address(group), add(id)], dry) },
  { name: 'PUT with one more', does: 'in', dry: true, ask: async (send, group, id, dry) => await ask(send, ['PUT', address(group), whole('Renamed', [id])], dry) },
  { name: 'PATCH in /Bulk that adds', does: 'in', dry: false, ask: async (send, { id: group }, id) => await ask(send, ['POST', '/scim/v2/Bulk', bulkRequest([{ method: 'PATCH', path: `/Groups/${group}`, data: add(id) }])], false) },
  { name: 'PATCH that removes', does: 'out', dry: true, ask: async (send, group, id, dry) => await ask(send, ['PATCH', address(group), take(id)], dry) },
  { name: 'PATCH that removes all', does: 'out', dry: true, ask: async (send, group, _, dry) => await ask(send, ['PATCH', address(group), patchOp({ op: 'remove', path: 'members' })], dry) },
  { name: 'PUT without them', does: 'out', dry: true, ask: async (send, group, _, dry) => await ask(send, ['PUT', address(group), whole('Emptied', [])], dry) },
  { name: 'DELETE of the group', does: 'out', dry: true, ask: async (send, group, _, dry) => await ask(send, ['DELETE', address(group)], dry) },
  { name: 'PATCH in /Bulk that removes', does: 'out', dry: false, ask: async (send, { id: group }, id) => await ask(send, ['POST', '/scim/v2/Bulk', bulkRequest([{ method: 'PATCH', path: `/Groups/${group}`, data: take(id) }])], false) },
  { name: 'DELETE in /Bulk of the group', does: 'out', dry: false, ask: async (send, { id: group }) => await ask(send, ['POST', '/scim/v2/Bulk', bulkRequest([{ method: 'DELETE', path: `/Groups/${group}` }])], false) },
];

/** The code of the refusal, undefined where it may happen. `has` is the member's role as it stands, the group's included. */
function judge(facts: Asker, does: Way['does'], { role }: Group, held: RoleName): string | undefined {
  if (facts.kind === 'leaver') return 'membership-deactivated';
  if (facts.kind !== 'stranger' && !has(facts, 'groups.write')) return 'permission-denied';
  if (facts.kind === 'stranger') return 'not-found';
  if (role === undefined) return undefined;
  // A connection takes anybody out, and gives no more than its policy, which is "member" unless somebody says otherwise.
  if (facts.kind === 'connection') return does === 'in' ? 'role-not-manageable' : undefined;
  const may = has(facts, 'members.role') && reaches(facts, held) && (does === 'in' ? gives(facts, role) : reaches(facts, role));
  return may ? undefined : 'role-not-manageable';
}

describe.each([undefined, 'admin', 'owner'] as const)('a group that gives %s', (role) => {
  it.each(ways)('$name', async ({ name, does, dry, ask: send }) => {
    const member = targets.find((target) => target.name === 'a member')?.id ?? '';
    const group = await makeGroup(role, does === 'in' ? [] : [member]);
    const held = does === 'in' ? 'member' : (role ?? 'member');
    const cases = askers.map((who) => ({ who, code: judge(who.facts, does, group, held) }));
    const found: [string, string | undefined, Answer][] = [];
    await changingNothing(service, async () => {
      for (const { who, code } of cases) if (code !== undefined || dry) found.push([who.name, code, await send(who.send, group, member, code === undefined)]);
    });
    // What is done in earnest comes last, by one of those who may.
    const able = dry ? undefined : cases.find(({ code }) => code === undefined)?.who;
    if (able !== undefined) found.push([able.name, undefined, await send(able.send, group, member, false)]);
    const wrong = found.filter(([, code, { status }]) => (code === undefined ? status >= 300 : status !== statusOf(code)));
    expect(wrong).toEqual([]);
    const refused = found.filter(([, code]) => code !== undefined);
    const rows = await auditOf(service, refused.map(([, , { requestId }]) => requestId));
    const action = name.startsWith('DELETE') ? 'group_delete' : 'group_update';
    for (const [who, code = '', { requestId, code: told }] of refused) {
      if (told !== undefined) expect([who, told]).toEqual([who, code]);
      const denied = (rows.get(requestId) ?? []).map(({ action: what, outcome, target_id: target }) => [what, outcome, target]);
      expect([who, denied]).toEqual([who, isAudited(code) ? [[action, 'denied', group.id]] : []]);
    }
  });
});

describe('the role of a group', () => {
  it.each(['admin', 'owner', undefined] as const)('is set to %s by whom the act on each member would be allowed', async (to) => {
    const admins = targets.find(({ name }) => name === 'an admin')?.id ?? '';
    const before = to === undefined ? 'admin' : undefined;
    const [plain, ranked] = [await makeGroup(before, [targets.find(({ name }) => name === 'a member')?.id ?? '']), await makeGroup(before, [admins])];
    const wrong: unknown[] = [];
    await changingNothing(service, async () => {
      for (const who of askers) {
        for (const [group, held] of [[plain, before ?? 'member'], [ranked, 'admin']] as const) {
          const code = judgeMapping(who.facts, to, before, held, group === ranked);
          const path = `/team/groups/${group.id}/role${code === undefined ? '?dryRun=true' : ''}`;
          const { status, headers, text } = await who.send(to === undefined ? 'DELETE' : 'PUT', path, to === undefined ? undefined : { role: to });
          if (code === undefined ? status !== 200 : status !== statusOf(code) || headers['x-problem-code'] !== code) wrong.push([who.name, held, code, status, text]);
        }
      }
    });
    expect(wrong).toEqual([]);
  });
});

function judgeMapping(facts: Asker, to: RoleName | undefined, now: RoleName | undefined, held: RoleName, keeps: boolean): string | undefined {
  if (facts.kind === 'leaver') return 'membership-deactivated';
  if (facts.kind === 'connection' || (facts.kind === 'person' && !has(facts, 'members.role'))) return 'permission-denied';
  if (facts.kind === 'stranger') return 'not-found';
  if (to !== undefined ? !gives(facts, to) : now !== undefined && !reaches(facts, now)) return 'role-not-manageable';
  // Whose role stays as it is, is not touched.
  const changes = !(keeps && to !== 'owner');
  return changes && !reaches(facts, held) ? 'role-not-manageable' : undefined;
}

describe('ownership', () => {
  it.each([false, true])('is passed on by owners to active people, the account ownership by its holder alone (alsoAccount %s)', async (alsoAccount) => {
    const boss = await asker(service, workspace, 'owner', workspace.ownerId);
    const wrong: unknown[] = [];
    await changingNothing(service, async () => {
      for (const who of [...askers, { ...boss, name: 'account owner' }]) {
        for (const target of targets) {
          const code = judgeTransfer(who, target, alsoAccount);
          const { status, headers, text } = await who.send('POST', `/team/ownership-transfer${code === undefined ? '?dryRun=true' : ''}`, { to: target.id, alsoAccount });
          if (code === undefined ? status !== 200 : status !== statusOf(code) || headers['x-problem-code'] !== code) wrong.push([who.name, target.name, code, status, text]);
          else if (code !== undefined) {
            const denied = (await auditOf(service, [String(headers['x-request-id'])])).get(String(headers['x-request-id'])) ?? [];
            const rows = denied.map(({ action, outcome, target_id: about }) => [action, outcome, about]);
            const wanted = isAudited(code) && who.facts.kind !== 'connection' ? [['team_ownership_transfer', 'denied', target.id]] : [];
            if (JSON.stringify(rows) !== JSON.stringify(wanted)) wrong.push([who.name, target.name, code, rows]);
          }
        }
      }
    });
    expect(wrong).toEqual([]);
  });
});

function judgeTransfer({ facts, id }: AskerHere, target: Target, alsoAccount: boolean): string | undefined {
  if (facts.kind === 'leaver') return 'membership-deactivated';
  if (facts.kind === 'connection') return 'permission-denied';
  if (facts.kind === 'stranger' || !target.facts.here || (target.id !== id && !has(facts, 'members.read'))) return 'not-found';
  if (facts.kind !== 'person' || facts.role !== 'owner') return 'role-not-manageable';
  if (target.facts.status !== 'active') return 'invalid-value';
  const holder = id === workspace.ownerId;
  if (holder && !alsoAccount && target.id !== id) return 'account-owner-protected';
  return alsoAccount && !holder && !target.facts.accountOwner ? 'account-owner-protected' : undefined;
}
