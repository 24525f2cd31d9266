// Compares every import with the table of dependency-cruiser.cjs, and makes sure that every source file was really looked at.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { projectRoot } from './settings.ts';

type Report = {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: { readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string }; readonly cycle?: readonly { readonly name: string }[] }[] };
};

const folders = ['src', 'config', 'migrations', 'test', 'bin'];
const cruiser = spawnSync(
  process.execPath,
  ['node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', '--config', 'config/dependency-cruiser.cjs', '--output-type', 'json', ...folders],
  { cwd: projectRoot, encoding: 'utf8', maxBuffer: 1 << 28 },
);
if (!cruiser.stdout.startsWith('{')) throw new Error(`dependency-cruiser gave no report: ${cruiser.stderr}`);
const { modules, summary } = JSON.parse(cruiser.stdout) as Report;

const seen = new Set(modules.map((module) => module.source));
const files = globSync(folders.map((folder) => `${folder}/**/*.{ts,mjs,cjs}`), { cwd: projectRoot });
const unseen = files.filter((file) => !seen.has(file));
const faults = [
  ...summary.violations.map(({ rule, from, to, cycle }) => `${rule.name}: ${[from, ...(cycle?.map((step) => step.name) ?? [to])].join(' -> ')}`),
  ...unseen.map((file) => `not looked at: ${file}`),
  ...(files.some((file) => file.startsWith('src/')) ? [] : ['no source file found']),
];
process.stdout.write([...faults, `${seen.size} modules, ${files.length} files, ${faults.length} faults`, ''].join('\n'));
process.exitCode = faults.length === 0 ? 0 : 1;
