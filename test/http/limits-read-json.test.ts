// readJson gives what JSON.parse gives for harmless JSON, and a 400 that names the place for everything else, in steps that grow with the text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../src/http/limits/read-json.ts';
import { deepestNesting, scanJson } from '../../src/http/limits/scan-json.ts';
import { ScimError } from '../../src/scim/errors.ts';
import { countWork, growthOf } from '../support/count-work.ts';

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

async function read(body: Body | null, headers: Record<string, string> = {}, limitBytes = 1_000_000): Promise<unknown> {
  return await readJson(new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' }), { limitBytes });
}

async function failureOf(body: Body | null, headers?: Record<string, string>, limitBytes?: number): Promise<ScimError> {
  const outcome = await read(body, headers, limitBytes).catch((error: unknown) => error);
  if (outcome instanceof ScimError) return outcome;
  throw outcome instanceof Error ? outcome : new Error(`accepted: ${JSON.stringify(outcome)}`);
}

function inChunks(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

/** What JSON.parse thinks of a text, undefined if it refuses. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function scanned(text: string): 'harmless' | ScimError {
  try {
    scanJson(text);
    return 'harmless';
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

const nested = (levels: number, open: string, close: string): string => `${open.repeat(levels)}${open === '{"a":' ? '1' : ''}${close.repeat(levels)}`;

describe('a harmless body', () => {
  it.each([
    '{}', '[]', 'null', '0', '-0.5e-3', '""', ' \t\r\n{ "a" : [ 1 , 2 ] } \n', '{"a":{"a":{"a":1}},"b":{"a":2}}', '{"toString":1,"hasOwnProperty":2,"__proto":3}',
    String.raw`{"a":"\"\\\/\b\f\n\r\t\u0041\ud83d\ude00 😀 ü"}`, '{"":1}', '[{"a":1},{"a":2}]', '\ufeff{"a":1}', '1e308', String.raw`{"\u0061b":1,"\u0061c":2}`,
  ])('%j is what JSON.parse makes of it', async (text) => {
    expect(await read(text)).toEqual(JSON.parse(text.replace('\ufeff', '')));
  });

  it('may be nested 32 levels deep', async () => {
    expect(await read(nested(deepestNesting, '[', ']'))).toBeDefined();
    expect(await read(nested(deepestNesting, '{"a":', '}'))).toBeDefined();
  });

  it('may arrive in chunks that cut characters, and may have a Content-Length', async () => {
    const text = '{"name":"Zoë 😀 Ünal"}';
    for (const size of [1, 2, 3, 7]) expect(await read(inChunks(text, size))).toEqual(JSON.parse(text));
    expect(await read(text, { 'content-length': String(Buffer.byteLength(text)), 'content-encoding': 'identity' })).toEqual(JSON.parse(text));
  });
});

describe('a malformed body', () => {
  it.each([
    ['{', 'too early (line 1, column 2)'],
    ['{"a"', 'too early'],
    ['"abc', 'too early'],
    [String.raw`"abc\\\"`, 'too early'],
    ['"\\', 'too early'],
    ['"\\u12', 'too early'],
    ['[1,2', 'too early'],
    ['  ', 'too early'],
    ['{"a":1}}', 'unexpected "}" (line 1, column 8)'],
    ['{"a":1,\n  "b":2,\n}', 'unexpected "}" (line 3, column 1)'],
    ['[1,]', 'unexpected "]"'],
    ['[,1]', 'unexpected ","'],
    ['[1 2]', 'unexpected "2"'],
    ['{"a" 1}', 'unexpected "1"'],
    ['{a:1}', 'unexpected "a"'],
    ["{'a':1}", 'unexpected "\'"'],
    ['{"a":1]', 'unexpected "]"'],
    ['[1}', 'unexpected "}"'],
    ['{1:2}', 'unexpected "1"'],
    ['01', 'unexpected "1" (line 1, column 2)'],
    ['1.', 'unexpected "."'],
    ['.5', 'unexpected "."'],
    ['+1', 'unexpected "+"'],
    ['-', 'unexpected "-"'],
    ['1e', 'unexpected "e"'],
    ['0x10', 'unexpected "x"'],
    ['NaN', 'unexpected "N"'],
    ['Infinity', 'unexpected "I"'],
    ['undefined', 'unexpected "u"'],
    ['tru', 'unexpected "t"'],
    ['trueish', 'unexpected "i"'],
    ['True', 'unexpected "T"'],
    ['/* a */ 1', 'unexpected "/"'],
    ['1 // a', 'unexpected "/"'],
    [String.raw`"\x41"`, 'unexpected "x"'],
    [String.raw`"\u00g0"`, 'unexpected "g"'],
    ['\u00a01', 'unexpected'],
    ['"a\tb"', 'control character'],
    ['"a\nb"', 'control character inside a text (line 1, column 3)'],
    ['{"a\u0000":1}', 'control character'],
    [String.raw`"a\u0000b"`, 'NUL character (line 1, column 3)'],
    [String.raw`{"a\u0000b":1}`, 'NUL character'],
    [String.raw`"\ud83d"`, 'surrogate'],
    [String.raw`"\ude00"`, 'surrogate'],
    [String.raw`"\ud83d\ud83d"`, 'surrogate'],
    [String.raw`"\ud83dx\ude00"`, 'surrogate'],
    [String.raw`"\ud83d\n"`, 'surrogate'],
    ['1e309', 'number that is too large'],
    ['{"a":[-1e999]}', 'number that is too large (line 1, column 7)'],
    ['9'.repeat(400), 'number that is too large'],
    ['{"a":1,"a":2}', 'key "a" twice in one object (line 1, column 8)'],
    [String.raw`{"ab":1,"\u0061b":2}`, 'key "ab" twice'],
    ['[{"a":{"x":1,"y":2,"x":3}}]', 'key "x" twice'],
    ['{"":1,"":2}', 'key "" twice'],
    [`{${Array.from({ length: 40 }, (_, index) => `"k${index}":1`).join()},"k39":2}`, 'key "k39" twice'],
    ['{"__proto__":{"admin":true}}', 'key "__proto__", which is not allowed (line 1, column 2)'],
    [String.raw`{"\u005f\u005fproto__":1}`, 'key "__proto__"'],
    ['[{"a":{"constructor":{"prototype":1}}}]', 'key "constructor"'],
    ['{"a":1,"prototype":2}', 'key "prototype"'],
    [nested(33, '[', ']'), 'more than 32 levels deep (line 1, column 33)'],
    [nested(33, '{"a":', '}'), 'more than 32 levels deep'],
    [`${'['.repeat(32)}{}`, 'more than 32 levels deep'],
    ['['.repeat(100_000), 'more than 32 levels deep'],
    ['{"a":'.repeat(100_000), 'more than 32 levels deep'],
  ])('%.40s is refused, saying %s', async (text, says) => {
    const failure = await failureOf(text);
    expect([failure.status, failure.scimType]).toEqual([400, 'invalidSyntax']);
    expect(failure.message).toContain(says);
  });

  it.each([
    ['a broken character', [0x22, 0xff, 0x22]],
    ['an overlong NUL', [0x22, 0xc0, 0x80, 0x22]],
    ['half of a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
    ['a cut character', [0x22, 0xf0, 0x9f, 0x98]],
  ])('with %s in its bytes is no UTF-8', async (_, bytes) => {
    const failure = await failureOf(Uint8Array.from(bytes));
    expect([failure.status, failure.scimType, failure.message]).toEqual([400, 'invalidSyntax', expect.stringContaining('UTF-8')]);
  });

  it.each([['none', null], ['an empty one', ''], ['an empty stream', inChunks('', 1)]])('of no bytes (%s) is refused', async (_, body) => {
    const failure = await failureOf(body);
    expect([failure.status, failure.scimType, failure.message]).toEqual([400, 'invalidSyntax', expect.stringContaining('no body')]);
  });

  it('that breaks off is refused', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('connection reset'));
      },
    });
    expect(await failureOf(broken)).toMatchObject({ status: 400, scimType: 'invalidSyntax', message: expect.stringContaining('broke off') as string });
  });

  it.each(['gzip', 'deflate', 'br', 'identity, gzip', 'unknown'])('with Content-Encoding %s is refused with 415', async (encoding) => {
    expect(await failureOf('{}', { 'content-encoding': encoding })).toMatchObject({ status: 415, scimType: undefined });
  });
});

describe('the size', () => {
  const text = `"${'a'.repeat(998)}"`;
  it('is exactly the limit at most', async () => {
    expect(await read(text, {}, 1000)).toHaveLength(998);
    expect(await failureOf(text, {}, 999)).toMatchObject({ status: 413, scimType: undefined });
    expect(await failureOf(inChunks(text, 100), {}, 999)).toMatchObject({ status: 413 });
  });

  it.each(['1001', '99999999999999'])('is believed when the header says %s', async (length) => {
    expect(await failureOf('{}', { 'content-length': length }, 1000)).toMatchObject({ status: 413 });
  });

  it.each(['0', '10'])('is counted when the header lies and says %s', async (length) => {
    expect(await failureOf(text, { 'content-length': length }, 999)).toMatchObject({ status: 413 });
  });

  it.each(['abc', '-1', '1e3', '5,5', ''])('is not guessed when the header says %j', async (length) => {
    expect(await failureOf(text, { 'content-length': length })).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
  });

  it('ends the reading of an endless body', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1000;
        controller.enqueue(new Uint8Array(1000));
      },
    });
    expect(await failureOf(endless, {}, 10_000)).toMatchObject({ status: 413 });
    expect(sent).toBeLessThan(20_000);
  });
});

describe('whatever is sent', () => {
  const dangerous = /"(?:__proto__|constructor|prototype)"/;
  it('is read as JSON.parse reads it, or refused with a place', () => {
    const pieces = fc.constantFrom(...['{', '}', '[', ']', ',', ':', '"', '\\', '\\u', '0', '1', '-', '.', 'e', 'true', 'null', '"a"', '"b"', '"a":', '{"a":1}', ' ', '\n', '\\ud83d', '\\ude00', '\u0000', '😀', '__proto__', 'x']);
    const text = fc.oneof(fc.array(pieces, { maxLength: 14 }).map((all) => all.join('')), fc.json({ maxDepth: 4 }), fc.json().chain((json) => fc.nat(json.length).map((at) => json.slice(0, at) + json.slice(at + 1))));
    fc.assert(
      fc.property(text, (sent) => {
        const outcome = scanned(sent);
        if (outcome === 'harmless') expect(parsed(sent)).toBeDefined();
        else expect([outcome.status, outcome.scimType, outcome.message]).toEqual([400, 'invalidSyntax', expect.stringMatching(/\(line \d+, column \d+\)\.$/)]);
        if (outcome !== 'harmless' && / is not well-formed JSON/.test(outcome.message)) expect(parsed(sent)).toBeUndefined();
      }),
      { numRuns: 20_000 },
    );
  });

  it('is accepted when JSON.stringify wrote it, unless a key is dangerous', () => {
    const value = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2, '\t'), (sent, indent) => {
        const text = JSON.stringify(sent, undefined, indent);
        fc.pre(!dangerous.test(text) && !text.includes(String.raw`\u0000`));
        expect(scanned(text)).toBe('harmless');
      }),
      { numRuns: 3000 },
    );
  });

  it.each<[string, number, (size: number) => string]>([
    ['a body of members', 2_000, (size) => JSON.stringify({ members: Array.from({ length: size }, (_, index) => ({ value: `2819c223-7f76-453a-919d-${String(index).padStart(12, '0')}`, display: `User ${index}` })) })],
    ['text', 100_000, (size) => JSON.stringify('a'.repeat(size))],
    ['escapes', 20_000, (size) => `"${String.raw`\u0041`.repeat(size)}"`],
    ['blanks', 100_000, (size) => `${' '.repeat(size)}x`],
    ['line breaks', 100_000, (size) => `${'\n'.repeat(size)}x`],
    ['one number', 100_000, (size) => '1'.repeat(size)],
    ['lists in lists', 10_000, (size) => `[${'[[[]]],'.repeat(size)}[]]`],
    ['keys', 4_000, (size) => `{${Array.from({ length: size }, (_, index) => `"k${index}":1`).join()}}`],
    ['long keys that end differently', 10_000, (size) => `{${Array.from({ length: 16 }, (_, index) => `"${'k'.repeat(size)}${index}":1`).join()}}`],
  ])('twice the %s take at most twice the steps', (_, size, make) => {
    const growth = growthOf(size, (count) => {
      const text = make(count);
      return () => void scanned(text);
    });
    expect(growth).toBeLessThan(2.1);
  });

  it.each<[string, string]>([
    ['200,000 keys', `{${Array.from({ length: 2e5 }, (_, index) => `"k${index}":1`).join()}}`],
    ['100,000 open brackets', '['.repeat(1e5)],
  ])('%s are refused long before the last', (_, text) => {
    expect(scanned(text)).toBeInstanceOf(ScimError);
    // The place in the refusal is found by looking for line breaks once.
    expect(countWork(() => void scanned(text))).toBeLessThan(text.length + 300_000);
  });

  it('of 16 MB is scanned to its end', () => {
    expect(scanned(JSON.stringify('a'.repeat(16e6)))).toBe('harmless');
    expect(scanned(`"${String.raw`\u0041`.repeat(2.6e6)}"`)).toBe('harmless');
    expect(scanned('1'.repeat(16e6))).toBeInstanceOf(ScimError);
  });
});
