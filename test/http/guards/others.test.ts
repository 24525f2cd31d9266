// The guards where nobody sends an act on a member by its own address: schedules, the command line, invitations; and the way back in.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSchedule } from '../../../src/domain/commands/run-schedule.ts';
import { addressOf, runWith } from '../../cli/command-line.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { person, pushed } from '../admin/team.ts';
import { patchOp } from '../bulk-support.ts';
import { later, returns } from './doors.ts';
import { faultsOf, send as sendBy, type Case } from './judge.ts';
import { blockersOf, has, isAudited, statusOf, type Act, type Asker, type RoleName } from './oracle.ts';
import { asker, auditOf, changingNothing, connection, crowd, deactivate, invite, leaver, makeRoles, one, sender, stranger, type AskerHere, type Target } from './world.ts';

interface Place {
  readonly workspace: TestWorkspace;
  readonly targets: readonly Target[];
}

let service: StartedServer;
/** With several owners, with one, and one where removal wants deactivation first. */
let many: Place;
let lonely: Place;
let careful: Place;
const askers: AskerHere[] = [];
const folder = mkdtempSync(join(tmpdir(), 'usher-guards-'));
const everyRole: readonly RoleName[] = ['owner', 'admin', 'member', 'clerk', 'caster', 'greeter', 'blind'];

beforeAll(async () => {
  service = await startForTest();
  const home = await service.workspace();
  await makeRoles(service, home);
  for (const role of everyRole) askers.push(await asker(service, home, role));
  askers.push(await connection(service, home), await leaver(service, home), await stranger(service));
  many = { workspace: home, targets: [...(await crowd(service, home)), one('the account owner', home.ownerId, { role: 'owner', accountOwner: true })] };
  const sister = await service.workspace({ organization: home.organization });
  const boss = await pushed(service, sister, `owner@${home.slug}.example`);
  lonely = { workspace: sister, targets: [one('the only owner', sister.ownerId, { role: 'owner', onlyOwner: true }), one('the account owner as a member', boss, { accountOwner: true })] };
  const third = await service.workspace({ organization: home.organization });
  careful = { workspace: third, targets: [{ ...one('a member where removal wants deactivation first', await person(service, third), {}), fresh: async () => await person(service, third) }] };
  await service.query(`update workspace set policy = '{"removalRequiresDeactivation": true}' where id = $1`, [third.tenant.workspaceId]);
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

const places = () => [many, lonely, careful].flatMap(({ workspace, targets }) => targets.map((target) => ({ workspace, target })));

describe('a booked deactivation that is due', () => {
  const system: Asker = { kind: 'system' };
  const book = async ({ tenant }: TestWorkspace, id: string) =>
    await service.query(
      `insert into scheduled_action (workspace_id, id, membership_id, on_date, run_at, suspend_api_keys) values ($1, gen_random_uuid(), $2, current_date, now() - interval '1 second', false)`,
      [tenant.workspaceId, id],
    );
  const run = async ({ tenant }: TestWorkspace, id: string, requestId: string) => {
    const ran = await runSchedule(service.ports.store, { credential: { kind: 'system', tenant }, requestId, door: 'admin' }, id);
    return ran.ok ? ran.value : ran.refusal.rule;
  };

  it('is done where the guards of that moment let it, and blocked where they do not', async () => {
    for (const { workspace, target } of places()) {
      const blockers = blockersOf(system, { kind: 'deactivate' }, target.facts);
      const id = target.facts.here && target.fresh !== undefined ? await target.fresh() : target.id;
      if (target.facts.here) await book(workspace, id);
      const [before] = await service.query('select status, epoch from membership where id = $1', [id]);
      const requestId = randomUUID();
      const needed = target.facts.status !== 'deactivated';
      const expected = blockers[0] === undefined && needed ? 'done' : blockers[0] === undefined || blockers[0] === 'not-found' ? 'gone' : 'blocked';
      expect([target.name, await run(workspace, id, requestId)]).toEqual([target.name, expected]);
      expect([target.name, await run(workspace, id, randomUUID())]).toEqual([target.name, 'gone']);
      const [after] = await service.query('select status, epoch from membership where id = $1', [id]);
      if (expected === 'done') expect([target.name, after?.['status']]).toEqual([target.name, 'deactivated']);
      else expect([target.name, after]).toEqual([target.name, before]);
      expect([target.name, await service.query(`select id from scheduled_action where membership_id = $1 and status = 'pending'`, [id])]).toEqual([target.name, []]);
      const rows = await service.query('select action, outcome, actor_kind, target_id, metadata::jsonb -> $2 as rules from audit_event where request_id = $1', [requestId, 'rules']);
      if (expected === 'blocked') expect(rows).toEqual([{ action: 'team_membership_deactivate', outcome: 'denied', actor_kind: 'system', target_id: id, rules: blockers }]);
      else expect(rows.filter(({ outcome }) => outcome === 'denied')).toEqual([]);
    }
  });
});

describe('the command line', () => {
  const verbs: readonly (readonly [string, readonly string[], Act, string])[] = [
    ['remove', [], { kind: 'remove' }, 'team_membership_remove'],
    ['deactivate', [], { kind: 'deactivate' }, 'team_membership_deactivate'],
    ['deactivate', ['--on', later], { kind: 'deactivate' }, 'team_membership_deactivation_schedule'],
    ['role', ['--role', 'member'], { kind: 'role', to: 'member' }, 'team_membership_role_change'],
  ];
  const environment = () => ({ DATABASE_URL: addressOf(service.database.owner), DATABASE_RUNTIME_URL: addressOf(service.database.runtime), DATA_DIR: folder });
  const operator: Asker = { kind: 'operator' };

  it.each(verbs)('member %s %j', async (verb, more, act, action) => {
    for (const { workspace, target } of places()) {
      const blockers = blockersOf(operator, act, target.facts, workspace === careful.workspace);
      if (blockers.length === 0 && (target.fresh === undefined || target.facts.status !== 'active')) continue;
      const id = blockers.length === 0 && target.fresh !== undefined ? await target.fresh() : target.id;
      const [last] = await service.query('select max(id::text) as id from audit_event where workspace_id = $1', [workspace.tenant.workspaceId]);
      const go = async () => await runWith(environment(), ['member', verb, '--workspace', workspace.slug, '--user', id, ...more]);
      if (blockers.length === 0) {
        expect([target.name, (await go()).code]).toEqual([target.name, 0]);
        continue;
      }
      await changingNothing(service, async () => {
        const { code, err } = await go();
        expect([target.name, code, err.startsWith('usher: ')]).toEqual([target.name, 1, true]);
      });
      const rows = await service.query('select action, outcome, actor_kind, target_id, metadata::jsonb -> $3 as rules from audit_event where workspace_id = $1 and id::text > $2', [workspace.tenant.workspaceId, last?.['id'], 'rules']);
      expect([target.name, rows]).toEqual([target.name, blockers[0] === 'not-found' ? [] : [{ action, outcome: 'denied', actor_kind: 'operator', target_id: id, rules: blockers }]]);
    }
  });
});

describe('an invitation', () => {
  it.each(['DELETE', 'POST'])('is taken back, by %s, by whoever may remove the invited', async (method) => {
    const inviter = (await asker(service, many.workspace, 'owner')).send;
    const foreign = await invite((await stranger(service)).send, 'member');
    const wrong: unknown[] = [];
    for (const role of ['member', 'owner'] as const) {
      for (const who of askers) {
        for (const kind of ['here', 'elsewhere', 'nowhere'] as const) {
          const made = kind === 'here' ? await invite(inviter, role) : { id: kind === 'elsewhere' ? foreign.id : randomUUID(), memberId: '' };
          const about = { here: kind === 'here', self: false, role, status: 'invited', onlyOwner: false, accountOwner: false } as const;
          const code = judgeRevocation(who.facts, about);
          const { status, headers } = await who.send(method, `/team/invitations/${made.id}${method === 'POST' ? '/revoke' : ''}`);
          if (status !== (code === undefined ? 204 : statusOf(code)) || (code !== undefined && headers['x-problem-code'] !== code)) wrong.push([who.name, role, kind, code, status]);
          if (code === undefined) continue;
          const rows = (await auditOf(service, [String(headers['x-request-id'])])).get(String(headers['x-request-id'])) ?? [];
          if (rows.length !== (isAudited(code) && who.facts.kind === 'person' ? 1 : 0) || rows.some(({ outcome }) => outcome !== 'denied')) wrong.push([who.name, role, kind, rows]);
          const [left] = kind === 'here' ? await service.query('select status from invitation where id = $1', [made.id]) : [{ status: 'pending' }];
          if (left?.['status'] !== 'pending') wrong.push([who.name, role, kind, left]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** Whoever may end no invitation at all is told so before it is looked for, the same for every id. */
function judgeRevocation(facts: Asker, about: Parameters<typeof blockersOf>[2]): string | undefined {
  if (facts.kind === 'leaver') return 'membership-deactivated';
  if (facts.kind === 'connection') return 'permission-denied';
  if (facts.kind === 'person' && !has(facts, 'members.remove')) return 'permission-denied';
  return blockersOf(facts, { kind: 'remove' }, about)[0];
}

describe('the way back', () => {
  const held: Target[] = [];
  beforeAll(async () => {
    const { workspace } = many;
    const idp = askers.find(({ facts }) => facts.kind === 'connection') as AskerHere;
    const push = async (id: string) => expect((await idp.send('PATCH', `/scim/v2/Users/${id}`, patchOp({ op: 'replace', path: 'active', value: false }))).status).toBe(200);
    for (const role of ['member', 'admin', 'owner'] as const) {
      for (const holds of [['admin'], ['idp'], ['admin', 'idp']] as const) {
        const id = await person(service, workspace, role);
        for (const hold of holds) await (hold === 'idp' ? push(id) : deactivate(service, workspace, id));
        held.push(one(`${role} held by ${holds.join(' and ')}`, id, { role, status: 'deactivated', holds }));
      }
    }
    held.push(...many.targets.filter(({ facts }) => !facts.here));
  });

  it.each(returns)('$name', async (door) => {
    const reader = askers.find(({ facts }) => facts.kind === 'connection') as AskerHere;
    const ended: Case[] = [];
    await changingNothing(service, async () => {
      for (const who of askers) for (const target of held) ended.push(await sendBy(door, who, target, reader.send));
    });
    const rows = await auditOf(service, ended.map((each) => each.ended.requestId));
    expect(ended.flatMap((each) => faultsOf(each, each.verdict.code === undefined ? [] : (rows.get(each.ended.requestId) ?? [])))).toEqual([]);
  });
});

it('a blocked intent is finished by nobody who could not do it, not even on somebody who is out by now', async () => {
  const place = await service.workspace({ organization: many.workspace.organization });
  const leaving = place.ownerId;
  const idp = await connection(service, place);
  expect((await idp.send('PATCH', `/scim/v2/Users/${leaving}`, patchOp({ op: 'replace', path: 'active', value: false }))).status).toBe(409);
  const other = await asker(service, place, 'owner');
  await deactivate(service, place, leaving);
  await service.query(`insert into workspace_role (workspace_id, key, name, rank, permissions) values ($1, 'steward', 'Steward', 50, '{members.read,connections.write}')`, [place.tenant.workspaceId]);
  const { token } = await place.personToken(await person(service, place, 'steward'));
  const steward = sender(service, token);
  const [intent] = ((await steward('GET', '/connections/blocked-intents')).json as { items: { id: string }[] }).items;
  const finish = `/connections/blocked-intents/${intent?.id}/finish`;
  await changingNothing(service, async () => {
    const refused = await steward('POST', finish, {});
    expect([refused.status, refused.headers['x-problem-code']]).toEqual([403, 'permission-denied']);
  });
  expect((await other.send('POST', finish, {})).status).toBe(200);
  const holds = await service.query('select source from membership_hold where membership_id = $1 order by 1', [leaving]);
  expect(holds.map(({ source }) => String(source).replace(/:.*/u, ''))).toEqual(['admin', 'idp']);
});

describe('whoever may end access and edit nobody', () => {
  it.each([
    ['PATCH of both', 'PATCH', patchOp({ op: 'replace', path: 'active', value: false }, { op: 'replace', path: 'title', value: 'x' })],
    ['PATCH of both without paths', 'PATCH', patchOp({ op: 'replace', value: { active: false, title: 'x' } })],
    ['PATCH of an externalId beside it', 'PATCH', patchOp({ op: 'replace', value: { active: false, externalId: 'mine' } })],
    ['PATCH of roles beside it', 'PATCH', patchOp({ op: 'replace', value: { active: false, roles: [{ value: 'owner' }] } })],
    ['PUT of another name', 'PUT', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'other@guards.example', active: false }],
  ])('changes nothing by %s', async (_, method, body) => {
    const clerk = askers.find(({ name }) => name === 'clerk') as AskerHere;
    const target = many.targets.find(({ name }) => name === 'a member') as Target;
    await changingNothing(service, async () => {
      const { status, headers } = await clerk.send(method, `/scim/v2/Users/${target.id}`, body);
      expect([status, headers['x-problem-code']]).toEqual([403, 'permission-denied']);
      const rows = await auditOf(service, [String(headers['x-request-id'])]);
      expect([...rows.values()]).toEqual([[expect.objectContaining({ action: 'team_membership_update', outcome: 'denied', target_id: target.id })]]);
    });
  });
});

it('the attribute roles of a connection demotes no owner whom the guards protect', async () => {
  for (const [{ workspace }, id, code] of [[lonely, lonely.workspace.ownerId, 'last-owner'], [many, many.workspace.ownerId, 'account-owner-protected']] as const) {
    const idp = await connection(service, workspace);
    await service.query(`update idp_connection set policy = '{"rolesGrant": true, "maxRole": "admin", "breaker": {"mode": "off"}}' where workspace_id = $1`, [workspace.tenant.workspaceId]);
    const documents = [patchOp({ op: 'replace', path: 'roles', value: [{ value: 'member' }] }), patchOp({ op: 'add', value: { roles: [{ value: 'Admin' }] } })];
    await changingNothing(service, async () => {
      for (const body of documents) {
        const { status, headers } = await idp.send('PATCH', `/scim/v2/Users/${id}`, body);
        expect([status, headers['x-problem-code']]).toEqual([409, code]);
        const rows = await auditOf(service, [String(headers['x-request-id'])]);
        expect([...rows.values()]).toEqual([[expect.objectContaining({ action: 'team_membership_role_change', outcome: 'denied', actor_id: idp.id, target_id: id })]]);
      }
    });
  }
});
