// Surroundings that are not as they should be: one line that says what to mend, and no secret in it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createDatabase } from '../support/database.ts';
import { addressOf, runWith } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'usher-cli-'));
const password = 'hunter2-and-more';
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fault(environment: Readonly<Record<string, string>>, line = 'token list --workspace acme'): Promise<string> {
  const { code, out, err } = await runWith({ DATA_DIR: folder, ...environment }, line.split(' '));
  expect({ code, out }).toEqual({ code: 1, out: '' });
  const lines = err.split('\n').filter((text) => !text.endsWith(' …'));
  expect(lines).toEqual([expect.stringMatching(/^usher: /), '']);
  expect(err).not.toContain(password);
  return lines[0] ?? '';
}

describe('a command', () => {
  it('names all settings that are wrong', async () => {
    expect(await fault({ PORT: 'eighty', DATABASE_URL: `mysql://me:${password}@db/usher` })).toMatch(/2 settings are wrong: PORT must be .*; DATABASE_URL must be an address like/);
  });

  it.each(['token list --workspace acme', 'migrate'])('says which database does not answer: %s', async (line) => {
    expect(await fault({ DATABASE_URL: `postgresql://me:${password}@127.0.0.1:1/usher` }, line)).toMatch(
      /The database of DATABASE_URL \(127\.0\.0\.1, port 1\) does not answer: connect ECONNREFUSED 127\.0\.0\.1:1\. Try again, or correct the setting\.$/,
    );
  });

  it('waits no longer than the setting says for one that is silent, and shows that it waits', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const begin = performance.now();
    const environment = { DATA_DIR: folder, DATABASE_CONNECT_TIMEOUT_MS: '1300', DATABASE_URL: `postgresql://me:${password}@127.0.0.1:${port}/usher` };
    const { code, err } = await runWith(environment, ['token', 'list', '--workspace', 'acme']);
    expect(performance.now() - begin).toBeLessThan(6_000);
    expect(code).toBe(1);
    expect(err).toMatch(/^Connecting to the database …\nusher: .* does not answer: .*timeout/);
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('says that the login is refused', async () => {
    const { owner } = inject('cluster');
    const wrong = { ...owner, user: 'nobody_there', password };
    expect(await fault({ DATABASE_URL: addressOf(wrong) }, 'migrate')).toMatch(/The database refuses the login: .* Correct DATABASE_URL or DATABASE_RUNTIME_URL\.$/);
  });

  it('says that there is no such database', async () => {
    const { owner } = inject('cluster');
    expect(await fault({ DATABASE_URL: addressOf({ ...owner, database: 'not_there' }) })).toContain('database "not_there" does not exist: create it, or correct DATABASE_URL.');
  });

  it('says that the data folder cannot be used', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(await fault({ DATA_DIR: join(file, 'data') })).toMatch(/The data folder .*a-file\/data cannot be used: a part of its path is a file\. Set DATA_DIR to another folder\.$/);
  });

  it('makes no record of a token that it cannot sign', async () => {
    const database = await createDatabase();
    try {
      const [DATABASE_URL, DATABASE_RUNTIME_URL] = [addressOf(database.owner), addressOf(database.runtime)];
      const settings = { DATABASE_URL, DATABASE_RUNTIME_URL, DATA_DIR: join(folder, 'keys') };
      expect((await runWith(settings, 'workspace create --org Acme --slug acme --owner a@acme.example'.split(' '))).code).toBe(0);
      expect((await runWith(settings, 'token create --workspace acme --label first'.split(' '))).code).toBe(0);
      writeFileSync(join(folder, 'keys', 'signing-keys.json'), '{"keys":[]}');
      expect(await fault(settings, 'token create --workspace acme --label second')).toContain('does not hold usable Ed25519 or P-256 private keys');
      const { out } = await runWith(settings, 'connection list --workspace acme --json'.split(' '));
      expect(JSON.parse(out)).toMatchObject([{ label: 'first', liveTokens: 1 }]);
    } finally {
      await database.drop();
    }
  });
});
