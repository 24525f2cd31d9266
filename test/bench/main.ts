// `npm run bench`: loads an installation, measures the server beside the floor in one run, and writes down what came out; docs/performance.md explains it.
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupWorkloads } from './group-workloads.ts';
import { loadInstallation, startFloor, startSide, type RunningSide, type Size } from './installation.ts';
import { clientOf, type Request } from './job.ts';
import { measure, type Figures } from './measure.ts';
import { readOptions, usualUsers, type Options } from './options.ts';
import { residentMb, startBeside, stopAll } from './processes.ts';
import { say } from './progress.ts';
import { loadNow, machineOf, notesOf, tableOf, writeReport, type Kind, type Report } from './report.ts';
import { send, type Side } from './side.ts';
import { openSite, type Site } from './site.ts';
import { creatingWorkloads, scim, userWorkloads } from './workloads.ts';

const sampleEveryMs = 250;
const databases = { measured: 'usher', other: 'other' };

async function bench(options: Options, site: Site, undo: (() => Promise<void>)[]): Promise<Report> {
  const begun = performance.now();
  const before = loadNow();
  const { users, tenants, largest, growth, against } = options;
  const { server, sides } = await startSides(options, site, undo);
  const beside = startBeside('client.ts');
  undo.unshift(beside.stop);
  const client = clientOf(beside.child);
  const memory = watchMemory(server.side.pid);
  const workloads = [...userWorkloads, ...groupWorkloads(largest), ...creatingWorkloads].filter(({ key }) => options.only.length === 0 || options.only.includes(key));
  if (workloads.length === 0) throw new Error(`--only knows ${[...userWorkloads, ...groupWorkloads(largest), ...creatingWorkloads].map(({ key }) => key).join(', ')}`);
  const figures = await measure(workloads, { client, sides, repeats: options.repeats, seconds: options.seconds, quiet: async () => await untilSealed(server.side) });
  const soak = await soakFor(options.soakMinutes, { client, side: server.side, tag: 'soak' });
  const { idle, peak } = memory.end();
  const after = loadNow();
  for (const step of undo.splice(0)) await step();
  const restarts = (await site.restart()).toSorted((one, other) => one - other);
  const existing = restarts[Math.floor(restarts.length / 2)];
  return {
    command: `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`,
    against: growth ? `${usualUsers.toLocaleString('en')} users` : against === undefined ? 'floor' : 'other tree',
    machine: machineOf(site.version),
    users,
    tenants,
    load: [before, after],
    startSeconds: site.freshStartMs === undefined || existing === undefined ? undefined : { fresh: site.freshStartMs / 1000, existing: existing / 1000 },
    memoryMb: { idle, peak, soak },
    seconds: (performance.now() - begun) / 1000,
    figures: inOrder(figures),
  };
}

/** The measured server, and beside it the floor on a copy of the data, or for growth the same server on a usual installation. */
async function startSides({ users, tenants, largest, growth, quick, against }: Options, site: Site, undo: (() => Promise<void>)[]) {
  const size: Size = { users, tenants, largest };
  const loaded = await loadInstallation(site, databases.measured, size);
  const usual: Size = { users: quick ? 1_000 : usualUsers, tenants: 0, largest };
  const otherLoaded = growth ? await loadInstallation(site, databases.other, usual) : loaded;
  if (!growth) await site.create(databases.other, databases.measured);
  const started = async <S extends RunningSide>(side: Promise<S>): Promise<S> => {
    const running = await side;
    undo.unshift(running.stop);
    return running;
  };
  const server = await started(startSide(site, databases.measured, 'the server', loaded));
  const beside = async (): Promise<RunningSide> => {
    if (growth) return await startSide(site, databases.other, 'the usual installation', otherLoaded);
    return against === undefined ? await startFloor(site, databases.other, loaded) : await startSide(site, databases.other, 'the other tree', loaded, resolve(against));
  };
  const other = await started(beside());
  return { server, sides: [server.side, other.side] as const };
}

/** The sealer works after the answers; what is measured next must not pay for it. */
async function untilSealed({ owner }: Side): Promise<void> {
  for (let tried = 0; tried < 600; tried += 1) {
    const { rows } = await owner.query<{ waits: boolean }>('select exists (select from audit_unsealed) or exists (select from seat_unsealed) as waits');
    if (rows[0]?.waits !== true) return;
    await sleep(50);
  }
}

function watchMemory(pid: number) {
  const idle = residentMb(pid);
  let peak = idle;
  const timer = setInterval(() => (peak = Math.max(peak, residentMb(pid))), sampleEveryMs);
  return {
    end: () => {
      clearInterval(timer);
      return { idle, peak };
    },
  };
}

/** Reads and writes in turn for so many minutes; the memory at the end of each. */
async function soakFor(minutes: number, run: Omit<Parameters<typeof send>[0], 'seconds'>): Promise<number[]> {
  const { side } = run;
  const paths = side.main.ids.slice(0, 1_000).flatMap((id, index) => [`/Users/${id}`, index % 10 === 0 ? '/Users?count=100' : `/Users?filter=id%20eq%20%22${id}%22`]);
  const reads = paths.map((path): Request => ({ method: 'GET', path: scim + path }));
  const writes = side.main.ids.slice(0, 1_000).map((id): Request => ({
    method: 'PATCH',
    path: `${scim}/Users/${id}`,
    body: JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'replace', path: 'title', value: '@@' }] }),
  }));
  const mixed = reads.flatMap((read, index) => [read, ...(index % 2 === 0 ? [writes[(index / 2) % writes.length] ?? read] : [])]);
  const after: number[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    await send({ ...run, seconds: 60, tag: `soak-${minute}` }, mixed);
    after.push(residentMb(side.pid));
    say(`soak, minute ${minute + 1}: ${after.at(-1)?.toFixed(0)} MB`);
  }
  return after;
}

/** As the specification lists them, creations first. */
function inOrder(figures: readonly Figures[]): Figures[] {
  return [...figures.filter(({ key }) => key === 'post'), ...figures.filter(({ key }) => key !== 'post')];
}

let ending = false;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const undo: (() => Promise<void>)[] = [];
  let site: Site | undefined;
  const clean = async () => {
    for (const step of undo.splice(0)) await step().catch((error: unknown) => say(String(error)));
    await stopAll();
    await site?.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      say('\nstopping …');
      void clean().finally(() => process.exit(130));
    });
  }
  try {
    site = await openSite(options.quick);
    const report = await bench(options, site, undo);
    const kind: Kind = options.growth ? 'growth' : options.against === undefined ? 'usual' : 'trees';
    process.stdout.write(`\n${tableOf(kind, report)}\n\n${notesOf(report)}\n`);
    if (options.write) writeReport(kind, report);
  } finally {
    if (!ending) await clean();
  }
}

try {
  await main();
} catch (error) {
  // What was interrupted fails in its own way.
  if (!ending) say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
