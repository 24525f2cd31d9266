// Runs each workload on both sides in alternation and keeps the medians; a workload that is not offered yet is left out with a word.
import type { Client } from './job.ts';
import { say } from './progress.ts';
import { send, type Run, type Sample, type Side } from './side.ts';
import { scim, type Workload } from './workloads.ts';

/** Medians over the repeats; `ratio` is the median of the rates' ratios pair by pair, server to other side. */
export interface Figures {
  readonly key: string;
  readonly title: string;
  readonly peers: readonly [string, string];
  readonly goal: string;
  readonly server: Sample | undefined;
  readonly other: Sample | undefined;
  readonly ratio: number | undefined;
  /** The smallest and the largest ratio of a pair. */
  readonly spread: readonly [number, number] | undefined;
}

interface Plan {
  readonly client: Client;
  /** The server first. */
  readonly sides: readonly [Side, Side];
  readonly repeats: number;
  readonly seconds: number;
  /** Waits until the server has done what it does after its answers. */
  readonly quiet: () => Promise<void>;
}

type Pair = readonly [Sample, Sample];

let runs = 0;

export async function measure(workloads: readonly Workload[], plan: Plan): Promise<Figures[]> {
  const offered = await discover(plan);
  const sets = Map.groupBy(workloads, ({ key, set }) => set ?? key);
  const figures: Figures[] = [];
  for (const set of sets.values()) {
    const able = set.filter(({ needs }) => needs === undefined || offered[needs]);
    const pairs = await measureSet(able, plan);
    for (const workload of set) {
      const row = summarise(workload, pairs.get(workload.key) ?? []);
      figures.push(row);
      say(line(row));
    }
  }
  return figures;
}

async function discover({ client, sides: [server] }: Plan): Promise<Readonly<Record<'bulk' | 'cursor', boolean>>> {
  const run = { client, side: server, seconds: 10, tag: 'discovery' };
  const { bodies } = await send(run, [{ method: 'GET', path: `${scim}/ServiceProviderConfig` }], { order: 'once', concurrency: 1, keepBodies: true });
  const config = JSON.parse(bodies[0] ?? '{}') as { bulk?: { supported?: boolean }; pagination?: { cursor?: boolean } };
  return { bulk: config.bulk?.supported === true, cursor: config.pagination?.cursor === true };
}

/** The first round warms up both processes, as long as any other, and is forgotten: code that has not been compiled yet costs half as much again. */
async function measureSet(workloads: readonly Workload[], { client, sides, repeats, seconds, quiet }: Plan): Promise<Map<string, Pair[]>> {
  const pairs = new Map(workloads.map(({ key }) => [key, [] as Pair[]]));
  for (let round = 0; round <= repeats; round += 1) {
    for (const { key, run } of workloads) {
      const pair: Sample[] = [];
      // Who begins changes with every round.
      for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const side = sides[index === 0 ? 0 : 1];
        runs += 1;
        const asked: Run = { client, side, seconds, tag: `r${process.pid}-${runs}` };
        pair[index] = await run(asked);
        await quiet();
      }
      const [server, other] = pair;
      if (round > 0 && server !== undefined && other !== undefined) pairs.get(key)?.push([server, other]);
    }
  }
  return pairs;
}

function summarise({ key, title, peers, goal }: Workload, pairs: readonly Pair[]): Figures {
  const common = { key, title, peers, goal };
  if (pairs.length === 0) return { ...common, server: undefined, other: undefined, ratio: undefined, spread: undefined };
  const ratios = pairs.map(([server, other]) => server.rate / other.rate);
  return {
    ...common,
    server: middle(pairs.map(([server]) => server)),
    other: middle(pairs.map(([, other]) => other)),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

function middle(samples: readonly Sample[]): Sample {
  const notes = [...new Set(samples.flatMap(({ note }) => note ?? []))];
  const note = notes.length > 2 ? `${notes[0]} … ${notes.at(-1)}` : notes.join(' … ');
  return {
    rate: median(samples.map(({ rate }) => rate)),
    p50: median(samples.map(({ p50 }) => p50)),
    p99: median(samples.map(({ p99 }) => p99)),
    ...(notes.length === 0 ? {} : { note }),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[sorted.length / 2 - 1] ?? NaN)) / 2;
}

function line({ title, server, other, ratio, spread }: Figures): string {
  if (server === undefined || other === undefined) return `${title}: not offered`;
  const shown = ({ rate, p50, p99 }: Sample) => `${rate.toFixed(0)} /s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
  return `${title}: ${shown(server)} · other ${shown(other)} · ratio ${ratio?.toFixed(2)} (${spread?.map((value) => value.toFixed(2)).join('–')}) ${server.note ?? ''}`;
}
