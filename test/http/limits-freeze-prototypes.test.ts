// With frozen prototypes nothing changes what all objects inherit, and the libraries of the server work as before; each in a process of its own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../config/settings.ts';

const run = promisify(execFile);

/** Runs statements after the freeze and gives what they printed. */
async function frozen(script: string, imports = ''): Promise<string> {
  const source = `import { freezePrototypes } from './src/http/limits/freeze-prototypes.ts';\n${imports}\nfreezePrototypes();\n${script}`;
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--disable-warning=ExperimentalWarning', '-e', source], { cwd: projectRoot });
  return stdout.trim();
}

const attempts = [
  'Object.prototype.polluted = 1', 'Object.prototype.toString = () => "x"', '({}).__proto__.polluted = 1', '({}).constructor.prototype.polluted = 1', '({}).constructor.assign = null',
  'Array.prototype.push = null', '[].__proto__[0] = 1', '[].constructor.from = null', 'Function.prototype.call = null', '(() => {}).__proto__.polluted = 1',
  'String.prototype.trim = null', 'Number.prototype.polluted = 1', 'true.__proto__.polluted = 1', 'Date.prototype.getTime = null', 'Map.prototype.get = null', 'Set.prototype.has = null',
  'Promise.prototype.then = null', 'Error.prototype.name = "x"', 'TypeError.prototype.polluted = 1', 'Symbol.prototype.polluted = 1', '(1n).__proto__.polluted = 1',
  'Object.getPrototypeOf(Uint8Array.prototype).fill = null', '[][Symbol.iterator]().__proto__.next = null', 'new Map().entries().__proto__.next = null', '(function* () {})().__proto__.__proto__.next = null',
  '(async function* () {})().__proto__.__proto__.next = null', '(async () => {}).constructor.prototype.polluted = 1', 'Object.setPrototypeOf(Array.prototype, null)', 'Object.defineProperty(Object.prototype, "polluted", { value: 1 })',
  'delete Object.prototype.hasOwnProperty', 'Iterator.prototype.map = null',
];

describe('frozen prototypes', () => {
  it('refuse every change', async () => {
    const script = `
      const tried = ${JSON.stringify(attempts)};
      const passed = tried.filter((statement) => { try { (0, eval)('"use strict";' + statement); return true; } catch (error) { return !(error instanceof TypeError); } });
      const clean = ({}).polluted === undefined && [].polluted === undefined && [][0] === undefined && (() => {}).polluted === undefined && \`\${{}}\` === '[object Object]';
      console.log(JSON.stringify({ passed, clean }));`;
    expect(JSON.parse(await frozen(script))).toEqual({ passed: [], clean: true });
  });

  it('let objects have properties of the same names, and may be frozen twice', async () => {
    const script = `
      freezePrototypes();
      const error = new TypeError('a'); error.name = 'Own'; error.message = 'b'; error.toString = () => 'c';
      function Old() {} Old.prototype = Object.create(Error.prototype); Old.prototype.constructor = Old; Old.prototype.name = 'Old';
      const plain = {}; plain.toString = () => 'd'; plain.constructor = 1; plain.valueOf = () => 2; Object.assign(plain, { hasOwnProperty: 3 });
      const call = () => {}; call.toString = () => 'e';
      class Sub extends Array {} class Late extends Error { name = 'Late'; constructor(m) { super(m); this.stack = 'f'; } }
      Error.stackTraceLimit = 3;
      console.log([error, error.name, error.message, new Old() + '', plain + 1, plain.constructor, plain.hasOwnProperty, call + '', new Sub(3).length, new Late('g').stack, {} + '', Object.keys({}).length, Error.prototype.name].join(' '));`;
    expect(await frozen(script)).toBe('c Own b Old 3 1 3 e 3 f [object Object] 0 Error');
  });

  it('suit the libraries: an app is served, logs, signs and verifies, and database entities are discovered', async () => {
    const imports = `
      import { Hono } from 'hono';
      import { defineEntity, MikroORM, p } from '@mikro-orm/postgresql';
      import parseFilter from 'scim2-parse-filter';
      import { z } from 'zod';
      import { Command } from 'commander';
      import pg from 'pg';
      import { createApp } from './src/http/create-app.ts';
      import { createLogger } from './src/http/log.ts';
      import { serve } from './src/http/server.ts';
      import { importSigningKeys } from './src/http/auth/signing-keys.ts';
      import { mintToken } from './src/http/auth/mint-token.ts';
      import { createVerifier } from './src/http/auth/verify-token.ts';
      import { readJson } from './src/http/limits/read-json.ts';
      import { generateKeyPair, exportJWK } from 'jose';`;
    const script = `
      const lines = [];
      const logger = await createLogger({ level: 'info', pretty: false, destination: { write: (line) => lines.push(line) } });
      await createLogger({ level: 'info', pretty: true });
      const keys = await importSigningKeys([await exportJWK((await generateKeyPair('EdDSA', { extractable: true })).privateKey)]);
      const parties = { issuer: 'i', audience: 'a' };
      const id = '018f0000-0000-7000-8000-000000000001';
      const token = await mintToken(keys, parties, { workspaceId: id, organizationId: id }, { id, connectionId: id, scopes: ['scim.read'] });
      const credential = await createVerifier({ keys, ...parties })(token);
      const door = new Hono().post('/x', async (c) => c.json(await readJson(c.req.raw, { limitBytes: 100 }))).get('/bug', () => { throw new Error('bug'); });
      const app = createApp({ logger, baseUrl: 'http://x', isUnavailable: () => false, ready: async () => true, jwks: keys.jwks, doors: [{ path: '/d', app: door }] });
      const { url, stop } = await serve(app, { host: '127.0.0.1', port: 0, logger });
      const post = await fetch(url + '/d/x', { method: 'POST', body: '{"toString":1}' });
      const statuses = [post.status, (await fetch(url + '/d/bug')).status, (await fetch(url + '/readyz')).status, (await fetch(url + '/problems/busy')).status];
      const echoed = JSON.stringify(await post.json());
      await stop(2);
      const Thing = defineEntity({ name: 'Thing', properties: { id: p.integer().primary(), toString: p.string(), tags: p.array() } });
      const orm = await MikroORM.init({ entities: [Thing], dbName: 'none', connect: false });
      const sql = orm.em.fork().createQueryBuilder(Thing).where({ id: [1, 2] }).getFormattedQuery();
      await orm.close(true);
      const client = await new pg.Client({ host: '127.0.0.1', port: 1 }).connect().catch((error) => error.code ?? error.constructor.name);
      const filter = parseFilter.parse('a eq "b" and not (c pr)').op;
      const parsed = z.object({ a: z.string().default('b') }).safeParse({}).success;
      const said = await new Command().exitOverride().option('-a <x>').parseAsync(['node', 'x', '-a', '1']);
      console.log(JSON.stringify([credential.kind, statuses, echoed, lines.length, sql.includes('thing'), filter, parsed, said.opts().a, client]));`;
    expect(JSON.parse(await frozen(script, imports))).toEqual(['connection', [200, 500, 200, 200], '{"toString":1}', 5, true, 'and', true, '1', 'ECONNREFUSED']);
  });
});
