// `npm run check`: types, lint, rooms, leftovers, the OpenAPI documents and the lockfile; every step runs, whatever the others say, and each fault is shown.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { projectRoot } from './settings.ts';

type Step = { readonly name: string; readonly command: readonly string[] };

/** The slowest first. */
const steps: readonly Step[] = [
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--pretty', process.stdout.isTTY ? 'true' : 'false'] },
  { name: 'lint', command: ['node_modules/oxlint/bin/oxlint', '--type-aware', '-c', 'config/oxlintrc.json', '--tsconfig', 'tsconfig.json', 'src', 'config', 'migrations', 'test', 'bin'] },
  { name: 'rooms', command: ['config/check-rooms.ts'] },
  { name: 'leftovers', command: ['node_modules/knip/bin/knip.js', '--config', 'config/knip.json', '--no-progress'] },
  { name: 'openapi (SCIM)', command: ['config/check-openapi.ts', 'scim'] },
  { name: 'openapi (team)', command: ['config/check-openapi.ts', 'admin'] },
  { name: 'lockfile', command: ['config/check-lockfile.ts'] },
];

async function run({ name, command }: Step): Promise<boolean> {
  const begin = performance.now();
  const child = spawn(process.execPath, command, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => said.push(piece));
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  process.stdout.write(code === 0 ? `ok      ${name} (${seconds} s)\n` : `FAILED  ${name} (${seconds} s)\n${Buffer.concat(said).toString('utf8').trimEnd()}\n`);
  return code === 0;
}

process.stdout.write(`Checking ${steps.map((step) => step.name).join(', ')} …\n`);
const waiting = [...steps];
const results: boolean[] = [];
await Promise.all(
  Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await run(step));
  }),
);
const failed = results.filter((good) => !good).length;
process.stdout.write(failed === 0 ? 'All checks passed.\n' : `${failed} of ${steps.length} checks failed.\n`);
process.exitCode = failed === 0 && results.length === steps.length ? 0 : 1;
