// A first start, what it prints, a second one on the same folder, and an orderly end: all on one data folder.
import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../config/settings.ts';
import { temporaryFolder } from '../support/cluster.ts';
import { sendRequest } from '../support/raw-http.ts';
import { newUser } from '../support/started-server.ts';
import { kill, leftOn, ownerSession, startInVain, startServer, stopServer, usher, type RunningServer } from './running-server.ts';

const { folder, remove } = temporaryFolder();
const dataDir = join(folder, 'data');
const environment = { DATA_DIR: dataDir };
let server: RunningServer;
let token: string;

beforeAll(async () => {
  server = await startServer(environment);
  token = await usher(environment, 'token', 'create', '--workspace', 'demo', '--label', 'test');
});
afterAll(async () => {
  await stopServer(server);
  remove();
});

const authorized = () => ({ Authorization: `Bearer ${token}` });
const post = (userName: string) => ({ method: 'POST', path: '/scim/v2/Users', headers: { ...authorized(), 'Content-Type': 'application/scim+json' }, body: JSON.stringify(newUser(userName)) });

describe('a first start', () => {
  it('says where it is and how to go on, in words that work as pasted', async () => {
    const said = server.output();
    expect(said).toContain(`SCIM base URL   ${server.root}/scim/v2`);
    const lines = said.split('\n').map((line) => line.trim());
    const makeToken = lines.find((line) => line.startsWith('TOKEN=')) ?? '';
    const curls = lines.filter((line) => line.startsWith('curl '));
    expect(curls).toHaveLength(3);
    const script = `npm() { while [ "$1" != -- ]; do shift; done; shift; "$NODE" bin/run.mjs src/cli.ts "$@"; }
      curl() { printf '%s\\0' "$@"; printf '\\1'; }
      ${makeToken}\n${curls.join('\n')}`;
    const ran = spawnSync('/bin/sh', ['-c', script], { cwd: projectRoot, env: { PATH: process.env['PATH'], NODE: process.execPath, DATA_DIR: dataDir }, encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    const answers = [];
    for (const words of ran.stdout.split('\u0001').filter((text) => text !== '')) answers.push(await curl(words.split('\0').slice(0, -1)));
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 200]);
    expect(answers.map(({ json }) => json)).toMatchObject([{ totalResults: 1, Resources: [{ userName: 'owner@demo.example' }] }, { userName: 'ada@demo.example', active: true }, { totalResults: 0 }]);
  });

  it('is alive and ready, and shows the public half of its key alone', async () => {
    for (const [path, status] of [['/healthz', 'ok'], ['/readyz', 'ready']] as const) {
      expect((await sendRequest(server.root, { path })).json).toEqual({ status });
    }
    const { json } = await sendRequest(server.root, { path: '/.well-known/jwks.json' });
    const { keys } = json as { keys: Record<string, string>[] };
    expect(keys).toEqual([{ kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: expect.any(String), alg: 'EdDSA', use: 'sig' }]);
  });

  it('keeps its secrets to itself', () => {
    const open = readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /key|password|secret/.test(entry.name) && !entry.parentPath.includes(`${dataDir}/bin`) && !entry.parentPath.includes('/data/'))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(open.length).toBeGreaterThan(1);
    for (const file of open) expect([file, (statSync(file).mode & 0o077).toString(8)]).toEqual([file, '0']);
    const sockets = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isSocket());
    for (const { parentPath } of sockets) expect((statSync(parentPath).mode & 0o077).toString(8)).toBe('0');
  });

  it('froze what every object inherits', async () => {
    const { status } = await sendRequest(server.root, { ...post('frozen@demo.example'), body: '{"userName":"frozen@demo.example","__proto__":{"isAdmin":true}}' });
    expect(status).toBe(400);
  });
});

describe('a second start', () => {
  it('on the same folder says so in one line and leaves the first alone', async () => {
    const { code, err } = await startInVain(environment);
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(/already/i);
    expect(err).toContain(dataDir);
    expect((await sendRequest(server.root, { path: '/readyz' })).status).toBe(200);
    expect((await sendRequest(server.root, post('still@demo.example'))).status).toBe(201);
  });

  it('on a port in use says so in one line', async () => {
    const port = new URL(server.root).port;
    const { code, err } = await startInVain({ DATA_DIR: join(folder, 'other'), PORT: port });
    expect([code, err.trim().split('\n').length, err.includes(port), /in use/.test(err)]).toEqual([1, 1, true, true]);
    expect(readdirSync(folder)).not.toContain('other');
  });
});

describe.concurrent('faults that an operator can mend', () => {
  const file = join(projectRoot, 'package.json');
  it.each<[string, () => Record<string, string>, RegExp]>([
    ['a database that does not answer', () => ({ DATABASE_URL: 'postgresql://u:hunter2secret@127.0.0.1:1/db', DATABASE_CONNECT_TIMEOUT_MS: '2000' }), /127\.0\.0\.1.*1\b/],
    ['a database on no host', () => ({ DATABASE_URL: 'postgresql://u:hunter2secret@no-such-host.invalid/db' }), /no-such-host\.invalid/],
    ['a folder under a file', () => ({ DATA_DIR: join(file, 'data') }), /package\.json/],
    ['a folder where none can be made', () => ({ DATA_DIR: process.platform === 'linux' ? '/proc/usher' : '/dev/null/usher' }), /usher/],
    ['a host that is not here', () => ({ DATA_DIR: join(folder, 'other'), HOST: '203.0.113.7' }), /203\.0\.113\.7/],
  ])('%s gives one line', async (_, settings, says) => {
    const { code, out, err } = await startInVain(settings());
    expect([code, err.trim().split('\n').length]).toEqual([1, 1]);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/\n\s+at |node_modules|\.ts:\d|Unexpected/);
    expect(out + err).not.toContain('hunter2secret');
  });

  it('a database that accepts and then says nothing keeps nobody waiting: everybody is asked for patience, and SIGTERM ends it at once', async () => {
    const mute = createServer(() => undefined);
    const port = await listen(mute);
    const spare = createServer();
    const free = await listen(spare);
    await new Promise((resolve) => spare.close(resolve));
    const patient = new AbortController();
    const ending = startInVain({ DATABASE_URL: `postgresql://u:p@127.0.0.1:${port}/db`, PORT: String(free) }, patient.signal);
    const root = `http://127.0.0.1:${free}`;
    while ((await sendRequest(root, { path: '/healthz' }).catch(() => undefined)) === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await sendRequest(root, { path: '/healthz' })).status).toBe(200);
    const { status, headers, json } = await sendRequest(root, { path: '/scim/v2/Users' });
    expect([status, headers['retry-after'], headers['x-problem-code']]).toEqual([503, expect.stringMatching(/^\d+$/), 'unavailable']);
    expect(json).toEqual({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '503', detail: expect.stringContaining('starting') });
    for (const path of ['/readyz', '/.well-known/jwks.json']) {
      const early = await sendRequest(root, { path });
      expect([path, early.status, early.headers['cache-control'], early.headers['x-request-id']]).toEqual([path, 503, 'no-store', expect.stringMatching(/./)]);
    }
    const begun = performance.now();
    patient.abort();
    const { code, err } = await ending;
    mute.close();
    expect([code, err, performance.now() - begun < 3_000]).toEqual([0, '', true]);
  });

  it('schema files with faults are named before anything is opened', async () => {
    const { code, err } = await startInVain({ DATA_DIR: join(folder, 'unopened'), SCHEMAS_DIR: join(folder, 'none') });
    expect([code, err.trim().split('\n')]).toEqual([1, [`usher: The schema files in ${join(folder, 'none')} (SCHEMAS_DIR) have a fault:`, '  The folder cannot be read (ENOENT). Create it, it may be empty, or correct SCHEMAS_DIR.']]);
    expect(existsSync(join(folder, 'unopened'))).toBe(false);
  });

  it('settings are reported all together', async () => {
    const { code, err } = await startInVain({ PORT: 'http', LOG_LEVEL: 'loud', DATABASE_POOL_SIZE: '0', PUBLIC_BASE_URL: 'ftp://x', DATABASE_URL: 'mysql://u:hunter2secret@h/d', SHUTDOWN_GRACE_SECONDS: '-1' });
    expect(code).toBe(1);
    for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE_POOL_SIZE', 'PUBLIC_BASE_URL', 'DATABASE_URL', 'SHUTDOWN_GRACE_SECONDS']) expect(err).toContain(name);
    expect(err).not.toContain('hunter2secret');
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('an end', () => {
  it('by SIGTERM answers what is under way, drops nothing and leaves nothing running', async () => {
    const session = await ownerSession(dataDir);
    await session.query('begin');
    await session.query('lock table membership in share mode');
    const slow = Array.from({ length: 3 }, async (_, n) => await sendRequest(server.root, post(`slow${n}@demo.example`)));
    const waiting = async () => Number((await session.query<{ n: number }>(`select count(*)::int as n from pg_locks where not granted`)).rows[0]?.n);
    while ((await waiting()) < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    const begun = performance.now();
    kill(server.launcherPid, 'SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 700));
    await expect(sendRequest(server.root, { path: '/healthz' })).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
    await session.query('rollback');
    await session.end();
    const answers = await Promise.all(slow);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const { code } = await server.exit;
    expect([code, performance.now() - begun < 10_000]).toEqual([0, true]);
    expect(await leftOn(dataDir, server)).toEqual([]);
  });

  it('kept what it answered, told no secret, and a new start is quick', async () => {
    const old = server.output();
    const begun = performance.now();
    server = await startServer(environment);
    expect(performance.now() - begun).toBeLessThan(15_000);
    const { json } = await sendRequest(server.root, { path: `/scim/v2/Users?count=0&filter=${encodeURIComponent('userName sw "slow"')}`, headers: authorized() });
    expect(json).toMatchObject({ totalResults: 3 });
    for (const secret of [token, token.split('.')[2] ?? '', 'slow0@demo.example', 'isAdmin', 'filter=', 'userName sw', 'Bearer ey']) expect([secret, old.replaceAll(/^ *(curl|TOKEN).*$/gm, '').includes(secret)]).toEqual([secret, false]);
    const entries = old.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.filter(({ msg }) => msg === 'request').length).toBeGreaterThan(5);
    for (const entry of entries) expect(Object.keys(entry).filter((key) => !['level', 'time', 'msg', 'requestId', 'tenantId', 'method', 'path', 'status', 'durationMs', 'count', 'error'].includes(key))).toEqual([]);
  });

  it('of the launcher alone, by kill -9, ends the server as well', async () => {
    kill(server.launcherPid, 'SIGKILL');
    expect(await leftOn(dataDir, server)).toEqual([]);
  });
});

async function listen(socket: Server): Promise<number> {
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
  return (socket.address() as AddressInfo).port;
}

interface Curled {
  readonly status: number;
  readonly json: unknown;
}

/** Does what curl would do with these words. */
async function curl(words: readonly string[]): Promise<Curled> {
  const headers: Record<string, string> = {};
  let [url, body]: (string | undefined)[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '-H' || word === '-d') {
      at += 1;
      const value = words[at] ?? '';
      if (word === '-d') body = value;
      else headers[value.slice(0, value.indexOf(':'))] = value.slice(value.indexOf(':') + 1).trim();
    } else url = word;
  }
  const { origin, pathname, search } = new URL(url ?? '');
  const { status, json } = await sendRequest(origin, { method: body === undefined ? 'GET' : 'POST', path: pathname + search, headers, body });
  return { status, json };
}
