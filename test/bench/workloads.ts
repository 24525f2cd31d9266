// The workloads on users: for each, the same work as requests to the server and as requests to the floor.
import type { Request } from './job.ts';
import { addressOf, nameOf, userBody } from './population.ts';
import { allOnce, sampleOf, send, type Run, type Sample, type Side } from './side.ts';

/** `set` names workloads whose runs take turns, because their figures are compared with each other. */
export interface Workload {
  readonly key: string;
  readonly title: string;
  /** Published figures of the best durable and the best in-memory peer, for orientation. */
  readonly peers: readonly [string, string];
  readonly goal: string;
  readonly set?: string;
  /** What discovery must say; without it the workload always runs. */
  readonly needs?: 'bulk' | 'cursor';
  readonly run: (run: Run) => Promise<Sample>;
}

export const scim = '/scim/v2';
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const sampled = 2_000;

/** The same indexes for both sides, spread over the tenant and in no order. */
function spread(count: number, most = sampled): number[] {
  const wanted = Math.min(count, most);
  return Array.from({ length: wanted }, (_, index) => (index * 7_919 + 13) % count);
}

export function patchBody(operation: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ schemas: [patchUrn], Operations: [operation] });
}

const quoted = (text: string) => encodeURIComponent(`"${text}"`);

/** A workload of reads: for each user or page one address on either side. */
function reading(server: (side: Side, index: number) => string, floor: (side: Side, index: number) => string, concurrency = 8) {
  return async (run: Run): Promise<Sample> => {
    const { side } = run;
    const path = side.kind === 'server' ? server : floor;
    const requests = spread(side.main.ids.length).map((index): Request => ({ method: 'GET', path: path(side, index) }));
    return sampleOf(await send(run, requests, { concurrency }));
  };
}

const floorPath = (side: Side, what: string, argument: string | number) => `/${side.main.number}/${what}/${argument}`;
const lastOffset = (side: Side) => Math.max(0, side.main.ids.length + 1 - 100);

async function create(run: Run): Promise<Sample> {
  const { side } = run;
  const path = side.kind === 'server' ? `${scim}/Users` : floorPath(side, 'create', '');
  return sampleOf(await send(run, [{ method: 'POST', path, body: JSON.stringify(userBody('@@')) }]));
}

/** Each user once; those reached are active again before the next run. */
async function deactivate(run: Run): Promise<Sample> {
  const { side } = run;
  const ids = side.main.ids.slice(0, 20_000);
  const requests = (active: boolean, most: number) =>
    ids.slice(0, most).map((id): Request => ({
      method: 'PATCH',
      path: side.kind === 'server' ? `${scim}/Users/${id}` : floorPath(side, 'deactivate', id),
      body: patchBody({ op: 'replace', path: 'active', value: active }),
    }));
  const result = await send(run, requests(false, ids.length), { order: 'once' });
  if (side.kind === 'server') await send(run, requests(true, result.count), allOnce);
  else {
    const { workspaceId } = side.main.tenant;
    await side.owner.query('delete from membership_hold where workspace_id = $1', [workspaceId]);
    await side.owner.query(`update membership set status = 'active' where workspace_id = $1 and id = any($2)`, [workspaceId, ids.slice(0, result.count)]);
  }
  return sampleOf(result);
}

/** Walks towards the end by cursors, at most so far, and then asks for that page over and over. */
const longestWalk = 400;

async function cursorPage(run: Run): Promise<Sample> {
  const { side } = run;
  if (side.kind === 'floor') {
    const after = side.main.ids.at(-101) ?? '';
    return sampleOf(await send(run, [{ method: 'GET', path: floorPath(side, 'pageAfter', after) }], { concurrency: 4 }));
  }
  let path = `${scim}/Users?cursor=&count=100`;
  let pages = 1;
  for (; pages < longestWalk; pages += 1) {
    const { bodies } = await send(run, [{ method: 'GET', path }], { ...allOnce, concurrency: 1, keepBodies: true });
    const { nextCursor } = JSON.parse(bodies[0] ?? '{}') as { nextCursor?: string };
    const before = path;
    if (nextCursor !== undefined) path = `${scim}/Users?cursor=${encodeURIComponent(nextCursor)}&count=100`;
    if (path === before || nextCursor === undefined) break;
  }
  return { ...sampleOf(await send(run, [{ method: 'GET', path }], { concurrency: 4 })), note: `page ${pages}` };
}

const bulkSize = 1_000;

async function bulk(run: Run): Promise<Sample> {
  const { side } = run;
  const operations = Array.from({ length: bulkSize }, (_, index) => ({ method: 'POST', path: '/Users', bulkId: `u${index}`, data: userBody(`@@-${index}`, index) }));
  const body = JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: operations });
  const path = side.kind === 'server' ? `${scim}/Bulk` : floorPath(side, 'bulk', '');
  const result = await send(run, [{ method: 'POST', path, body }], { ...allOnce, concurrency: 1, keepBodies: true });
  const created = (JSON.parse(result.bodies[0] ?? '{}') as { Operations?: { status: string }[] }).Operations?.filter(({ status }) => status === '201').length;
  if (created !== bulkSize) throw new Error(`${side.name} created ${created} of ${bulkSize} users of a bulk request`);
  return sampleOf(result);
}

/** Those that change how many users there are come last. */
export const userWorkloads: readonly Workload[] = [
  {
    key: 'get',
    title: 'GET /Users/{id}',
    peers: ['1,155 /s', '987 /s'],
    goal: '≥ 0.7 of the floor',
    run: reading((side, index) => `${scim}/Users/${side.main.ids[index]}`, (side, index) => floorPath(side, 'member', side.main.ids[index] ?? '')),
  },
  {
    key: 'filter',
    title: 'GET /Users?filter=userName eq',
    peers: ['459 /s', '484 /s'],
    goal: '≥ 0.6 of the floor',
    run: reading(
      (_, index) => `${scim}/Users?filter=userName%20eq%20${quoted(addressOf(nameOf(index)))}`,
      (side, index) => floorPath(side, 'byUserName', encodeURIComponent(addressOf(nameOf(index)))),
    ),
  },
  {
    key: 'emails',
    title: 'GET /Users?filter=emails[type eq "work" and value eq …]',
    peers: ['refused or wrong', '79 ms'],
    goal: 'p50 ≤ 5 ms',
    run: reading(
      (_, index) => `${scim}/Users?filter=emails%5Btype%20eq%20%22work%22%20and%20value%20eq%20${quoted(addressOf(nameOf(index)))}%5D`,
      (side, index) => floorPath(side, 'byEmail', encodeURIComponent(addressOf(nameOf(index)))),
    ),
  },
  {
    key: 'list',
    title: 'list first 100, c=4',
    peers: ['53–59 ms', '250 ms'],
    goal: 'p50 ≤ 12 ms',
    set: 'lists',
    run: reading(() => `${scim}/Users?count=100`, (side) => floorPath(side, 'page', 0), 4),
  },
  {
    key: 'list-last',
    title: 'list last 100 by index, c=4',
    peers: ['58–78 ms', '222 ms'],
    goal: '≤ 3 × the first page',
    set: 'lists',
    run: reading((side) => `${scim}/Users?count=100&startIndex=${lastOffset(side) + 1}`, (side) => floorPath(side, 'page', lastOffset(side)), 4),
  },
  { key: 'list-cursor', title: 'list last 100 by cursor, c=4', peers: ['–', '–'], goal: '= the first page', set: 'lists', needs: 'cursor', run: cursorPage },
  { key: 'patch', title: 'PATCH active=false', peers: ['315 /s', '787 /s'], goal: '≥ 0.5 of the floor', run: deactivate },
];

export const creatingWorkloads: readonly Workload[] = [
  { key: 'post', title: 'POST /Users', peers: ['337 /s', '908 /s'], goal: '≥ 0.5 of the floor', run: create },
  { key: 'bulk', title: '/Bulk of 1,000 creates', peers: ['–', '–'], goal: '≤ 700 ms', needs: 'bulk', run: bulk },
];
