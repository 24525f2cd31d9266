// The log writes what its list names, and from errors only what tells of the fault; it is readable on a terminal and complete at the end.
import { execFile } from 'node:child_process';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../config/settings.ts';
import { describeError, withoutSecrets } from '../../src/http/describe-error.ts';
import { createLogger, type LogFields } from '../../src/http/log.ts';

const run = promisify(execFile);
const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

async function written(fields: unknown, message = 'said', level: 'info' | 'debug' = 'info'): Promise<string> {
  const lines: string[] = [];
  const logger = await createLogger({ level: 'info', pretty: false, destination: { write: (line) => void lines.push(line) } });
  logger[level](fields as LogFields, message);
  return lines.join('');
}

describe('an entry', () => {
  it('holds the fields of the list and drops every other', async () => {
    const handed = {
      ...{ requestId: 'r', tenantId: 't', method: 'GET', path: '/x', status: 200, durationMs: 1.5, count: 3 },
      ...{ token, password: 'hunter2', body: { password: 'hunter2' }, headers: { authorization: token }, req: { url: '/x?q=hunter2' }, query: 'hunter2', msg: 'hunter2', level: 'hunter2', time: 'hunter2' },
    };
    expect(JSON.parse(await written(handed))).toEqual({ level: 'info', time: expect.any(Number), msg: 'said', requestId: 'r', tenantId: 't', method: 'GET', path: '/x', status: 200, durationMs: 1.5, count: 3 });
  });

  it('takes no value of another type', async () => {
    const line = await written({ requestId: { secret: 'hunter2' }, path: ['hunter2'], status: 'hunter2', count: { toJSON: () => 'hunter2' }, error: 'hunter2' });
    expect(line).not.toContain('hunter2');
  });

  it('is not mistaken for a request of Node’s', async () => {
    const line = await written({ method: 'GET', headers: { authorization: token }, socket: {}, url: '/x?hunter2', setHeader: () => undefined });
    expect(JSON.parse(line)).toEqual({ level: 'info', time: expect.any(Number), msg: 'said', method: 'GET' });
  });

  it('is one line, whatever is in it, and no template', async () => {
    const line = await written({ requestId: 'a\nb' }, 'first\nsecond %s %d %j');
    expect(line.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(line)).toMatchObject({ requestId: 'a\nb', msg: 'first\nsecond %s %d %j' });
  });

  it('below the level is not written', async () => {
    expect(await written({}, 'said', 'debug')).toBe('');
  });
});

describe('withoutSecrets', () => {
  it.each([
    [`a ${token} b`, 'a [token] b'],
    [`Authorization: Bearer ${token}`, 'Authorization: [hidden] [token]'],
    ['bearer abc.def', 'Bearer [token]'],
    ['postgresql://usher:hunter2@localhost:5432/usher', 'postgresql://[credentials]@localhost:5432/usher'],
    ['password=hunter2 host=x', 'password=[hidden] host=x'],
    ['{"password":"hunter2 x","a":1}', '{"password":[hidden],"a":1}'],
    ['client_secret: hunter2', 'client_secret: [hidden]'],
    ['nothing to hide at 12:30, see http://localhost:8080/scim/v2', 'nothing to hide at 12:30, see http://localhost:8080/scim/v2'],
  ])('%j', (text, harmless) => {
    expect(withoutSecrets(text)).toBe(harmless);
  });

  it.each(['eyJ', 'eyJ.', 'bearer ', '://', '://a:', 'password=', 'password', '"', ' '])('is quick about 100 KB of %j', (piece) => {
    const before = process.cpuUsage();
    withoutSecrets(piece.repeat(100_000 / piece.length));
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
  });
});

describe('describeError', () => {
  it('keeps type, code, message, causes and frames, and no further property', () => {
    const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED', config: { password: 'hunter2' } });
    const described = describeError(new TypeError('failed', { cause }));
    expect(described).toMatchObject({ type: 'TypeError', message: 'failed', cause: { code: 'ECONNREFUSED', message: 'connect refused' } });
    expect(described.stack).toMatch(/^ {4}at .*log\.test\.ts/);
    expect(JSON.stringify(described)).not.toContain('hunter2');
  });

  it('of the database leaves out the values that its message quotes', () => {
    const fault = new pg.DatabaseError('invalid input syntax for type uuid: "hunter2"', 0, 'error');
    Object.assign(fault, { code: '22P02', severity: 'ERROR', detail: 'Key (user_name)=(hunter2)', where: 'hunter2', constraint: 'membership_user_name_live', parameters: ['hunter2'] });
    const described = describeError(fault);
    expect(described).toMatchObject({ code: '22P02', constraint: 'membership_user_name_live', message: 'invalid input syntax for type uuid: "…"' });
    expect(JSON.stringify(described)).not.toContain('hunter2');
  });

  it.each([
    Object.assign(new Error(`insert into "account" ("name") values ('hunter2', 'O''hunter2') - duplicate key value violates "x"`), { name: 'UniqueConstraintViolationException', code: '23505' }),
    Object.assign(new Error(`select 'hunter2`), { query: 'select' }),
    (() => { try { return JSON.parse('{"password":hunter2}') as never; } catch (error) { return error as Error; } })(),
  ])('of a library that repeats its input leaves the input out (%#)', (error) => {
    expect(JSON.stringify(describeError(error))).not.toContain('hunter2');
  });

  it('has an end with causes that go round and with stacks that are no text', () => {
    const round = new Error('a');
    round.cause = round;
    Object.assign(round, { stack: { toString: () => 'hunter2' }, name: 5 });
    expect(JSON.stringify(describeError(round)).length).toBeLessThan(1000);
    expect(describeError(new Error('x'.repeat(10_000))).message.length).toBeLessThan(600);
    for (const thrown of ['hunter2', undefined, null, { message: 'hunter2' }]) expect(JSON.stringify(describeError(thrown))).not.toContain('hunter2');
  });
});

describe('the output', () => {
  it('for people is one readable line each, without a token', async () => {
    let text = '';
    const destination = new Writable({
      write(chunk: Buffer, _, done) {
        text += chunk.toString();
        done();
      },
    });
    const logger = await createLogger({ level: 'info', pretty: true, destination });
    logger.info({ method: 'GET', path: '/scim/v2/Users', status: 200 }, `started with ${token}`);
    await expect.poll(() => text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: started with \[token\] .*"path":"\/scim\/v2\/Users".*\n$/);
  });

  it('is complete when the process exits', async () => {
    const script = `import { createLogger } from './src/http/log.ts';
      const logger = await createLogger({ level: 'info', pretty: false });
      for (let count = 1; count <= 1000; count += 1) logger.info({ count }, 'line');
      process.exit(0);`;
    const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--disable-warning=ExperimentalWarning', '-e', script], { cwd: projectRoot });
    const counts = stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { count: number }).count);
    expect(counts).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  });
});
