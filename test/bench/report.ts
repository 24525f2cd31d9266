// What a run of the benchmark comes to: the table for the terminal and for docs/performance.md, the figures as JSON, the picture.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../config/settings.ts';
import type { Figures } from './measure.ts';
import { drawFigures } from './picture.ts';
import type { Sample } from './side.ts';

export interface Report {
  readonly command: string;
  /** What the ratios compare with. */
  readonly against: string;
  readonly machine: Readonly<Record<'cores' | 'processor' | 'memory' | 'node' | 'postgresql' | 'system', string>>;
  readonly users: number;
  readonly tenants: number;
  /** Processes waiting for a core, per minute, before and after; a quiet machine begins near 0. */
  readonly load: readonly [number, number];
  /** Seconds until ready; undefined where the database is not ours. */
  readonly startSeconds: { readonly fresh: number; readonly existing: number } | undefined;
  readonly memoryMb: { readonly idle: number; readonly peak: number; readonly soak: readonly number[] };
  readonly seconds: number;
  readonly figures: readonly Figures[];
}

export type Kind = 'usual' | 'growth' | 'trees';

export function machineOf(postgresql: string): Report['machine'] {
  return {
    cores: String(availableParallelism()),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    node: process.versions.node,
    postgresql,
    system: `${platform()} ${arch()}`,
  };
}

export function loadNow(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}

const least = (ratio: number, rate = 0) => (row: Row) => row.ratio >= ratio && row.server.rate >= rate;
const within = (most: number) => (row: Row) => row.server.p50 <= most;
const flat = (row: Row, find: Find) => row.server.p50 <= 3 && row.server.p50 <= 1.3 * (find('member-10') ?? 0);

type Row = { readonly server: Sample; readonly ratio: number };
type Find = (key: string) => number | undefined;

/** The goals as figures; rows that are not here have none. */
const goals: Readonly<Record<string, (row: Row, p50Of: Find) => boolean>> = {
  post: least(0.5, 3 * 337),
  get: least(0.7),
  filter: least(0.6, 5 * 459),
  emails: within(5),
  list: within(12),
  'list-last': ({ server }, p50Of) => server.p50 <= 3 * (p50Of('list') ?? 0),
  'list-cursor': ({ server }, p50Of) => server.p50 <= 1.2 * (p50Of('list') ?? 0),
  patch: least(0.5, 4 * 315),
  build: within(500),
  'member-10': within(3),
  'member-5000': flat,
  'member-50000': flat,
  'member-100000': flat,
  together: ({ server }) => server.note === '20 kept, 20 × 2xx',
  bulk: within(700),
};

/** Everything but what OFFSET and exact counts cost stays within 1.5 times. */
const mayGrow: ReadonlySet<string> = new Set(['list', 'list-last', 'list-cursor']);

function isReached(kind: Kind, figures: readonly Figures[], { key, server, ratio }: Figures): boolean | undefined {
  if (server === undefined || ratio === undefined) return undefined;
  if (kind === 'trees') return undefined;
  if (kind === 'growth') return mayGrow.has(key) ? undefined : ratio >= 1 / 1.5;
  return goals[key]?.({ server, ratio }, (wanted) => figures.find((row) => row.key === wanted)?.server?.p50);
}

/** The table in Markdown, which a terminal shows well enough. */
export function tableOf(kind: Kind, { figures, against }: Report): string {
  const head = ['workload', 'rate', 'p50', 'p99', `${against}: rate, p50`, 'ratio', 'goal', 'reached', 'best durable peer', 'best in memory'];
  const rows = figures.map((row): string[] => {
    const { title, server, other, ratio, spread, goal, peers } = row;
    if (server === undefined || other === undefined) return [title, 'not offered', '', '', '', '', goal, '', ...peers];
    const reached = isReached(kind, figures, row);
    return [
      server.note === undefined ? title : `${title} (${server.note})`,
      perSecond(server.rate),
      ms(server.p50),
      ms(server.p99),
      `${perSecond(other.rate)}, ${ms(other.p50)}`,
      `${ratio?.toFixed(2)} (${spread?.map((value) => value.toFixed(2)).join('–')})`,
      kind === 'growth' ? (mayGrow.has(row.key) ? 'reported' : '≥ 0.67') : goal,
      reached === undefined ? '' : reached ? 'yes' : 'no',
      ...peers,
    ];
  });
  const all = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return all.join('\n');
}

/** What stands below the table. */
export function notesOf({ machine, command, users, tenants, load, startSeconds, memoryMb, seconds }: Report): string {
  const { cores, processor, memory, node, postgresql, system } = machine;
  const soak = memoryMb.soak.length === 0 ? '' : ` Mixed load of ${memoryMb.soak.length} minutes, MB at the end of each: ${memoryMb.soak.map(Math.round).join(', ')}.`;
  const starts = startSeconds === undefined ? '' : ` Ready after ${startSeconds.fresh.toFixed(2)} s on a fresh folder, after ${startSeconds.existing.toFixed(2)} s on this one.`;
  return [
    `\`${command}\`: ${users.toLocaleString('en')} users, ${(tenants + 2).toLocaleString('en')} tenants, ${Math.round(seconds)} s in all; load of the machine ${load[0]} before, ${load[1]} after.`,
    `Machine: ${cores} cores (${processor}), ${memory}, ${system}; Node ${node}, PostgreSQL ${postgresql} with fsync; client, server and database on it together.`,
    `Server process: ${Math.round(memoryMb.idle)} MB when idle, ${Math.round(memoryMb.peak)} MB at most under load.${soak}${starts}`,
  ].join('\n');
}

/** Writes docs/performance.json and .svg and replaces the section of this kind in docs/performance.md. */
export function writeReport(kind: Kind, report: Report): void {
  const at = (name: string) => join(projectRoot, 'docs', name);
  const json = at('performance.json');
  const before = existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as Partial<Record<Kind, Report>>) : {};
  writeFileSync(json, `${JSON.stringify({ ...before, [kind]: report }, rounded, 2)}\n`);
  if (kind === 'usual') writeFileSync(at('performance.svg'), drawFigures(report.figures));
  const page = readFileSync(at('performance.md'), 'utf8');
  const [begin, end] = [`<!-- ${kind} -->`, `<!-- end of ${kind} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/performance.md has no section between ${begin} and ${end}`);
  writeFileSync(at('performance.md'), `${page.slice(0, from)}${begin}\n${tableOf(kind, report)}\n\n${notesOf(report)}\n${page.slice(to)}`);
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

function perSecond(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')} /s`;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en')} ms`;
}
