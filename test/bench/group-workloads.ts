// The workloads on groups: single members into groups of every size, a large group from many requests, twenty at once, a whole group read.
import type { Request } from './job.ts';
import { residentMb } from './processes.ts';
import { allOnce, sampleOf, send, type Run, type Sample, type Side } from './side.ts';
import { patchBody, scim, type Workload } from './workloads.ts';

const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const smallest = 10;

/** A change of members as either side takes it. */
function change(side: Side, op: 'add' | 'remove', groupId: string, ids: readonly string[]): Request {
  const members = ids.map((value) => ({ value }));
  const operation = op === 'remove' && ids.length === 1 ? { op, path: `members[value eq "${ids[0]}"]` } : { op, path: 'members', value: members };
  const floor = ids.length === 1 ? `${op === 'add' ? 'added' : 'removed'}/${ids[0]}` : 'added';
  return {
    method: 'PATCH',
    path: side.kind === 'server' ? `${scim}/Groups/${groupId}` : `/${side.large.number}/${op}/${groupId}/${floor}`,
    body: patchBody(operation),
  };
}

/** A new group without members. */
async function newGroup(run: Run): Promise<string> {
  const { side, tag } = run;
  const displayName = `Group ${tag}`;
  if (side.kind === 'floor') {
    const text = 'insert into scim_group (workspace_id, id, display_name, display_name_key) values ($1, gen_random_uuid(), $2, lower($2)) returning id';
    const { rows } = await side.owner.query<{ id: string }>(text, [side.large.tenant.workspaceId, displayName]);
    return rows[0]?.id ?? '';
  }
  const request = { method: 'POST', path: `${scim}/Groups`, body: JSON.stringify({ schemas: [groupUrn], displayName }) } as const;
  const { bodies } = await send(run, [request], { ...allOnce, concurrency: 1, keepBodies: true, place: side.large });
  return (JSON.parse(bodies[0] ?? '{}') as { id?: string }).id ?? '';
}

async function membersOf(side: Side, groupId: string): Promise<number> {
  const text = 'select count(*) as members from group_member where workspace_id = $1 and group_id = $2';
  const { rows } = await side.owner.query<{ members: string }>(text, [side.large.tenant.workspaceId, groupId]);
  return Number(rows[0]?.members);
}

/** One member in, the same one out, and so on; at the end the group is as it was. */
function single(size: number) {
  return async (run: Run): Promise<Sample> => {
    const { side } = run;
    const groupId = side.groups.get(size) ?? '';
    const others = side.large.ids.slice(-200);
    const requests = others.flatMap((id) => [change(side, 'add', groupId, [id]), change(side, 'remove', groupId, [id])]);
    const result = await send(run, requests, { concurrency: 1, place: side.large });
    if (result.count % 2 === 1) await send(run, [requests[result.count % requests.length] ?? change(side, 'remove', groupId, others)], { ...allOnce, concurrency: 1, place: side.large });
    const left = await membersOf(side, groupId);
    if (left !== size) throw new Error(`${side.name} has ${left} members in the group of ${size}`);
    return sampleOf(result);
  };
}

const steps = 10;
const perStep = 500;

async function build(run: Run): Promise<Sample> {
  const { side } = run;
  const groupId = await newGroup(run);
  const requests = Array.from({ length: steps }, (_, step) => change(side, 'add', groupId, side.large.ids.slice(step * perStep, (step + 1) * perStep)));
  const { elapsedMs } = await send(run, requests, { ...allOnce, concurrency: 1, place: side.large });
  const members = await membersOf(side, groupId);
  if (members !== steps * perStep) throw new Error(`${side.name} has ${members} members in the group of ${steps * perStep}`);
  return { rate: 1000 / elapsedMs, p50: elapsedMs, p99: elapsedMs };
}

const atOnce = 20;

async function together(run: Run): Promise<Sample> {
  const { side } = run;
  const groupId = await newGroup(run);
  const requests = side.large.ids.slice(0, atOnce).map((id) => change(side, 'add', groupId, [id]));
  const result = await send(run, requests, { ...allOnce, concurrency: atOnce, place: side.large });
  const kept = await membersOf(side, groupId);
  return { ...sampleOf(result), p50: result.elapsedMs, p99: result.elapsedMs, note: `${kept} kept, ${result.count} × 2xx` };
}

/** `note` says how much the process grew meanwhile. */
function whole(size: number) {
  return async (run: Run): Promise<Sample> => {
    const { side } = run;
    const groupId = side.groups.get(size) ?? '';
    const before = residentMb(side.pid);
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, residentMb(side.pid))), 20);
    const path = side.kind === 'server' ? `${scim}/Groups/${groupId}` : `/${side.large.number}/group/${groupId}`;
    const result = await send(run, [{ method: 'GET', path }], { ...allOnce, concurrency: 1, place: side.large });
    clearInterval(watch);
    return { ...sampleOf(result), note: `+${Math.round(peak - before)} MB, ${(result.bytes / 1e6).toFixed(1)} MB sent` };
  };
}

/** Sizes of the groups that have to be loaded, at most the largest; the first is what the others are compared with. */
export function groupSizes(largest: number): readonly number[] {
  return [smallest, 5_000, 50_000, 100_000].filter((size) => size <= largest);
}

export function groupWorkloads(largest: number): readonly Workload[] {
  const sizes = groupSizes(largest);
  const last = sizes.at(-1) ?? smallest;
  return [
    { key: 'build', title: '5,000-member group from 500-member PATCHes', peers: ['4.5 s', '2.05 s'], goal: '≤ 500 ms', run: build },
    ...sizes.map((size): Workload => ({
      key: `member-${size}`,
      title: `±1 member on a group of ${size.toLocaleString('en')}, c=1`,
      peers: size === 5_000 ? ['5.3 ms', '5 ms'] : ['–', '–'],
      goal: size === smallest ? '≤ 3 ms' : '≤ 3 ms and ≤ 1.3 × a group of 10',
      set: 'members',
      run: single(size),
    })),
    { key: 'together', title: '20 concurrent adds to one group', peers: ['20, 2 or 4 kept', '8 or 20 kept'], goal: '20 kept, 20 × 2xx', run: together },
    { key: 'whole', title: `GET a group of ${last.toLocaleString('en')}`, peers: ['not possible', '–'], goal: 'memory flat', run: whole(last) },
  ];
}
