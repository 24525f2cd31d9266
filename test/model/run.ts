// Plays a sequence of commands against the server and the model side by side, and says where they part.
import { sendRequest } from '../support/raw-http.ts';
import type { StartedServer, TestWorkspace } from '../support/started-server.ts';
import type { Foretold } from './steps.ts';
import { liveIn, roleIn, seatsUsed, type Actor, type Seated, type WorkspaceName, type World, workspaceNames } from './world.ts';

/** A world on a real server: an organization of two workspaces with two connections each. */
export interface Stage {
  readonly world: World;
  /** Tokens of persons, those that died since too. */
  readonly people: Actor[];
  readonly send: (step: Foretold) => Promise<{ readonly status: number; readonly text: string }>;
  /** A token for an active member, made beside HTTP. */
  readonly signIn: (member: Seated) => Promise<Actor>;
  /** Everything in which the server differs from the model. */
  readonly differences: () => Promise<string[]>;
}

export async function setStage(service: StartedServer, seats: number | undefined): Promise<Stage> {
  const domain = `m${Math.random().toString(36).slice(2, 10)}.example`;
  const organization = `Org ${domain}`;
  const first = await service.workspace({ organization, owner: `p0@${domain}`, ...(seats === undefined ? {} : { seats }) });
  const second = await service.workspace({ organization, owner: `p1@${domain}` });
  const places: Record<WorkspaceName, TestWorkspace> = { A: first, B: second };
  const world: World = { seats, accountOwner: `p0@${domain}`, members: [], groups: [], successes: 0, denials: 0, domain };
  for (const [index, name] of workspaceNames.entries()) {
    world.members.push({ workspace: name, person: `p${index}@${domain}`, id: places[name].ownerId, status: 'active', base: 'owner', holds: new Set(), accepted: true, removed: false, ended: 0, pushed: true, groups: new Set() });
  }
  const tokens = new Map<string, string>();
  const connections = new Map<string, string>();
  for (const name of workspaceNames) {
    for (const label of ['c1', 'c2']) {
      const { token, record } = await places[name].connectionToken(label);
      tokens.set(`${name} ${label}`, token);
      connections.set(`idp:${record.connectionId ?? ''}`, label);
    }
  }
  const before = await auditCounts(service, places);
  const people: Actor[] = [];
  const keyOf = (workspace: WorkspaceName, actor: Actor) => (actor.kind === 'connection' ? `${workspace} ${actor.name}` : `${actor.self.id} ${actor.ended}`);
  return {
    world,
    people,
    signIn: async (member) => {
      const actor: Actor = { kind: 'person', self: member, ended: member.ended };
      const key = keyOf(member.workspace, actor);
      if (!tokens.has(key)) {
        tokens.set(key, (await places[member.workspace].personToken(member.id)).token);
        world.successes += 1;
        people.push(actor);
      }
      return actor;
    },
    send: async ({ workspace, actor, method, path, body, done, status, headers = {} }) => {
      const token = tokens.get(keyOf(workspace, actor)) ?? '';
      const type = path.startsWith('/scim') ? 'application/scim+json' : 'application/json';
      const answer = await sendRequest(service.root, {
        method,
        path,
        headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': type }), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (answer.status === status) done?.(answer.json ?? {});
      return answer;
    },
    differences: async () => [...(await stateDifferences(service, world, places, connections)), ...(await countDifferences(service, world, places, before))],
  };
}

interface Counts {
  readonly success: number;
  readonly denied: number;
}

async function auditCounts({ query }: StartedServer, places: Record<WorkspaceName, TestWorkspace>): Promise<Counts> {
  const [row] = await query(
    `select count(*) filter (where outcome = 'success')::int as success, count(*) filter (where outcome = 'denied')::int as denied from audit_event
      where workspace_id = any($1::uuid[]) and action not like 'blocked_intent%'`,
    [workspaceNames.map((name) => places[name].tenant.workspaceId)],
  );
  return { success: Number(row?.['success']), denied: Number(row?.['denied']) };
}

async function stateDifferences({ query }: StartedServer, world: World, places: Record<WorkspaceName, TestWorkspace>, connections: ReadonlyMap<string, string>): Promise<string[]> {
  const rows = await query(
    `select m.id, m.status, m.base_role, m.role, m.deleted_at is not null as removed, a.email_key,
        array(select h.source from membership_hold h where h.workspace_id = m.workspace_id and h.membership_id = m.id order by 1) as holds,
        array(select g.group_id::text from group_member g where g.workspace_id = m.workspace_id and g.member_id = m.id order by 1) as groups
      from membership m join user_account a on a.organization_id = m.organization_id and a.id = m.account_id where m.workspace_id = any($1::uuid[])`,
    [workspaceNames.map((name) => places[name].tenant.workspaceId)],
  );
  const found = new Map(rows.map((row) => [row['id'] as string, row]));
  const differences = world.members.flatMap((member) => {
    const row = found.get(member.id);
    found.delete(member.id);
    if (row === undefined) return [`${member.id} is missing`];
    const removed = member.removed ? { removed: true } : { removed: false, status: member.status, base_role: member.base, role: roleIn(world, member), email_key: member.person, holds: [...member.holds].toSorted(), groups: [...member.groups].toSorted() };
    const holds = (row['holds'] as string[]).map((source) => connections.get(source) ?? source).toSorted();
    const actual = { ...row, holds } as Record<string, unknown>;
    return Object.entries(removed).flatMap(([name, value]) => (JSON.stringify(actual[name]) === JSON.stringify(value) ? [] : [`${member.person} in ${member.workspace}: ${name} is ${JSON.stringify(actual[name])}, not ${JSON.stringify(value)}`]));
  });
  return [...differences, ...[...found.keys()].map((id) => `${id} is not in the model`)];
}

/** What was audited, in order, for whoever looks for the row too many. */
async function auditTrail({ query }: StartedServer, places: Record<WorkspaceName, TestWorkspace>): Promise<string> {
  const rows = await query('select action, outcome from audit_event where workspace_id = any($1::uuid[]) order by id', [workspaceNames.map((name) => places[name].tenant.workspaceId)]);
  return rows.map((row) => `${String(row['action'])}${row['outcome'] === 'success' ? '' : ` ${String(row['outcome'])}`}`).join(', ');
}

async function countDifferences(service: StartedServer, world: World, places: Record<WorkspaceName, TestWorkspace>, before: Counts): Promise<string[]> {
  const { query } = service;
  const organizationId = places.A.tenant.organizationId;
  const [seats] = await query(
    `select (select count(distinct account_id)::int from seat_claim where organization_id = $1) as claimed, (select coalesce(sum(delta), 0)::int from seat_ledger where organization_id = $1) as ledger,
      (select count(*)::int from membership m where m.organization_id = $1 and m.deleted_at is null and (m.status = 'deactivated') <> exists (select from membership_hold h where h.workspace_id = m.workspace_id and h.membership_id = m.id)) as hold_faults`,
    [organizationId],
  );
  const after = await auditCounts(service, places);
  const expected = { claimed: seatsUsed(world), ledger: seatsUsed(world), hold_faults: 0, success: before.success + world.successes, denied: before.denied + world.denials };
  const actual: Record<string, unknown> = { ...seats, ...after };
  const ownerless = workspaceNames.filter((name) => !liveIn(world, name).some((one) => one.status === 'active' && roleIn(world, one) === 'owner'));
  const differences = [
    ...ownerless.map((name) => `the model itself lost the owners of ${name}`),
    ...Object.entries(expected).flatMap(([name, value]) => (actual[name] === value ? [] : [`${name}: ${String(actual[name])}, not ${value}`])),
  ];
  return differences.length === 0 ? [] : [...differences, await auditTrail(service, places)];
}
