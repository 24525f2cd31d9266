// Holds the lockfile to what a clean machine needs: no registry's address, hashes everywhere, and every package of every platform.
// npm leaves out an optional package whose version the registry lacks, without a word; users of that platform then get no binary.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './settings.ts';

type Entry = {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly os?: string | readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
type Manifest = { readonly allowScripts?: Readonly<Record<string, boolean>>; readonly dependencies?: Readonly<Record<string, string>>; readonly devDependencies?: Readonly<Record<string, string>> };

const read = (file: string): unknown => JSON.parse(readFileSync(join(projectRoot, file), 'utf8'));
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Entry>> };
const manifest = read('package.json') as Manifest;
const entries = Object.entries(packages);
const faults: string[] = [];
let edges = 0;

/** As Node looks it up: in the package itself, then in every folder above. */
function present(from: string, name: string): boolean {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (Object.hasOwn(packages, `${at === '' ? '' : `${at}/`}node_modules/${name}`)) return true;
    if (at === '') return false;
  }
}

for (const [path, entry] of entries) {
  if (entry.resolved !== undefined) faults.push(`${path} holds an address; write the lockfile with the project's .npmrc`);
  if (path !== '' && entry.integrity === undefined && entry.link !== true) faults.push(`${path} has no hash`);
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  if (entry.hasInstallScript === true && manifest.allowScripts?.[name] === undefined) faults.push(`${path} has an install script that allowScripts does not judge`);
  for (const optional of Object.keys(entry.optionalDependencies ?? {})) {
    edges += 1;
    if (!present(path, optional)) faults.push(`${path || 'the project'} names the optional package ${optional}, which the lockfile lacks`);
  }
}
for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
  if (!/^\d/.test(version)) faults.push(`${name} is not pinned to one version`);
}
// npm 10 drops the field, and a machine with glibc then installs the musl packages as well.
if (!entries.some(([, entry]) => entry.libc !== undefined)) faults.push('no libc field: write the lockfile with npm 11');
if (edges === 0) faults.push('no optional dependency was looked at');
process.stdout.write([...faults, `${entries.length} packages, ${edges} optional edges, ${faults.length} faults`, ''].join('\n'));
process.exitCode = faults.length === 0 ? 0 : 1;
