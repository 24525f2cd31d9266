// Commands on a database that is not up to date, and on the embedded one with and without somebody who holds it.
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { loadSettings } from '../../config/settings.ts';
import { reachStorage } from '../../src/cli/open-storage.ts';
import { startEmbedded } from '../../src/persistence/embedded/start-embedded.ts';
import { hasty, temporaryFolder } from '../support/cluster.ts';
import { addressOf, runWith } from './command-line.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);

const create = 'workspace create --org Acme --slug acme --owner a@acme.example'.split(' ');

describe('an external database', () => {
  it('is migrated when that is pending, and only then', async () => {
    const { owner } = inject('cluster');
    const database = `cli_${process.pid}`;
    const client = new pg.Client(owner);
    await client.connect();
    try {
      await client.query(`create database ${database}`);
      const login = { ...owner, database };
      const settings = { DATABASE_URL: addressOf(login), DATABASE_RUNTIME_URL: addressOf({ ...login, user: `${database}_role`, password: 'made-by-migrating' }), DATA_DIR: folder };
      const first = await runWith(settings, create);
      expect(first).toMatchObject({ code: 0, err: 'Bringing the database up to date …\n' });
      // Without the owner's login nothing could migrate any more.
      const second = await runWith({ ...settings, DATABASE_URL: addressOf({ ...login, password: 'wrong' }) }, ['seats', '--org', 'Acme']);
      expect(second).toEqual({ code: 0, out: 'Acme uses 1 of any number of seats.\n', err: '' });
      expect(await runWith(settings, ['migrate'])).toEqual({ code: 0, out: 'The database is up to date.\n', err: '' });
    } finally {
      await client.query(`drop database if exists ${database} with (force)`);
      await client.end();
    }
  });
});

describe('a database that accepts connections and never answers', () => {
  const silent = createServer();
  afterAll(() => void silent.close());

  it.each(['migrate', 'seats --org Acme'])('ends %s after the time-out of the settings', { timeout: 5_000 }, async (line) => {
    if (!silent.listening) await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const settings = { DATABASE_URL: `postgresql://a:b@127.0.0.1:${port}/c`, DATABASE_CONNECT_TIMEOUT_MS: '200', DATA_DIR: folder };
    const ran = await runWith(settings, line.split(' '));
    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/does not answer/) as unknown });
    const storage = await reachStorage(loadSettings(settings), 'command', { onProgress: () => undefined, onDatabaseLine: () => undefined });
    await expect(storage.hasWorkspaces()).rejects.toThrow(/timeout/);
  });
});

describe('the embedded database', () => {
  it('is started for a command and stopped after it, or shared with whoever holds it', async () => {
    const DATA_DIR = join(folder, 'data');
    const lock = join(DATA_DIR, 'pg18/data/postmaster.pid');
    // Made with hasty settings beforehand; what is tried here is starting it.
    await (await startEmbedded({ dataDir: DATA_DIR, ...hasty })).stop();
    expect(await runWith({ DATA_DIR }, create)).toMatchObject({ code: 0 });
    expect(existsSync(lock)).toBe(false);
    const both = await Promise.all(['okta', 'entra'].map(async (label) => await runWith({ DATA_DIR }, ['token', 'create', '--workspace', 'acme', '--label', label])));
    expect(both.map(({ code, out }) => [code, out.split('.').length])).toEqual([[0, 3], [0, 3]]);
    expect(existsSync(lock)).toBe(false);
    const server = await startEmbedded({ dataDir: DATA_DIR, ...hasty });
    try {
      expect((await runWith({ DATA_DIR }, ['connection', 'list', '--workspace', 'acme'])).out.match(/ active /g)).toHaveLength(2);
      expect(existsSync(lock)).toBe(true);
    } finally {
      await server.stop();
    }
  });
});
