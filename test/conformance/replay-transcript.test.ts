// The runner itself: what it sends, what it finds fault with, and that the clients' transcripts can be read.
import { describe, expect, it } from 'vitest';
import { checks } from './checks.ts';
import { printReport } from './print-report.ts';
import { readValue } from './read-value.ts';
import { replayTranscript, type Report } from './replay-transcript.ts';
import { clientFiles, parseTranscript, readTranscript, type Transcript } from './transcript.ts';

const baseUrl = 'http://scim.example/scim/v2';

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Replays steps against prepared answers, given as status and body. */
async function replay(parts: Partial<Record<'vars' | 'defaultHeaders', object>> & { steps: object[] }, answers: readonly (readonly [number, unknown?])[]): Promise<{ report: Report; sent: Sent[] }> {
  const sent: Sent[] = [];
  const queue = [...answers];
  const report = await replayTranscript(transcriptOf(parts), {
    baseUrl,
    token: 'secret',
    send: (url, { method, headers, body }) => {
      sent.push({ url, method, headers: new Headers(headers), body });
      const [status, content] = queue.shift() ?? [500];
      return new Response(content === undefined ? null : JSON.stringify(content), { status, headers: { 'Content-Type': 'application/scim+json' } });
    },
  });
  return { report, sent };
}

function transcriptOf(parts: object): Transcript {
  return parseTranscript({ format: 'scim-client-transcript/1', client: 'test', ...parts });
}

const step = (id: string, request: object, expected: object, more: object = {}) => ({ id, name: `step ${id}`, request, expect: expected, ...more });

describe('requests', () => {
  it('carry variables, captures and headers', async () => {
    const { sent, report } = await replay(
      {
        vars: { k: '{{uuid}}', login: 'Ada.{{k}}+x@example.com' },
        defaultHeaders: { 'Content-Type': 'application/scim+json', Accept: 'a' },
        steps: [
          step('1', { method: 'POST', path: '/Users', body: { userName: '{{login}}', '{{upper:k}}': [1, null] } }, { status: [201] }, { capture: { id: 'id' } }),
          step('2', { method: 'GET', path: '/Users/{{id}}?filter=userName+eq+%22{{login}}%22', headers: { Authorization: 'none', Accept: 'b' } }, { status: [200] }),
          step('3', { method: 'POST', path: '/Users', body: '__RAW__{' }, { status: [400] }),
        ],
      },
      [[201, { id: 'urn:a/b' }], [200, {}], [400, {}]],
    );
    expect(report).toEqual({ client: 'test', steps: 3, failed: [], tolerated: [] });
    const { userName, ...rest } = JSON.parse(String(sent[0]?.body)) as { userName: string };
    const key = /^Ada\.([0-9a-f-]{36})\+x@example\.com$/u.exec(userName)?.[1] ?? 'none';
    expect(rest).toEqual({ [key.toUpperCase()]: [1, null] });
    expect(sent[1]?.url).toBe(`${baseUrl}/Users/urn:a%2Fb?filter=userName+eq+%22${encodeURIComponent(userName)}%22`);
    expect(sent.map(({ headers }) => [headers.get('authorization'), headers.get('accept'), headers.get('content-type')])).toEqual([
      ['Bearer secret', 'a', 'application/scim+json'],
      ['none', 'b', null],
      ['Bearer secret', 'a', 'application/scim+json'],
    ]);
    expect(sent[2]?.body).toBe('{');
  });
});

describe('faults', () => {
  const get = { method: 'GET', path: '/Users' };
  it('are found in status, body and headers, and named', async () => {
    const { report } = await replay(
      {
        steps: [
          step('1', get, { status: [200, 204] }),
          step('2', get, { status: [200], assert: [{ path: 'a', op: 'eq', value: 1 }, { path: '$header.content-type', op: 'starts_with', value: 'text/' }] }),
          step('3', get, { status: [200] }, { capture: { id: 'id' } }),
          step('4', { method: 'GET', path: '/Users/{{missing}}' }, { status: [200] }),
          step('5', get, { status: [200], assert: [{ path: 'a', op: 'nonsense' }] }),
          step('6', get, { status: [200], assert: [{ path: 'a', op: 'eq', value: 1 }], assert_only_if_body: true }),
          step('7', get, { status: [404] }, { optional: true }),
        ],
      },
      [[500, { detail: 'x' }], [200, { a: 2 }], [200, {}], [200, {}], [204], [200, {}]],
    );
    expect(report.failed.map(({ id, faults }) => [id, faults.length])).toEqual([['1', 1], ['2', 2], ['3', 1], ['4', 1], ['5', 1], ['6', 1]]);
    expect(report.tolerated.map(({ id }) => id)).toEqual(['7']);
    expect(printReport(report)).toMatch(/FAILED 2 step 2\n {4}a eq 1 \(no level\), found 2\n.*\n.*\ntest: 7 steps, 6 failed, 1 optional ones failed$/su);
  });

  it('are not looked for in a body that may be missing and is', async () => {
    const { report } = await replay({ steps: [step('1', get, { status: [204], assert: [{ path: 'a', op: 'exists' }], assert_only_if_body: true })] }, [[204]]);
    expect(report.failed).toEqual([]);
  });
});

it.each([
  ['name.givenName', 'Ada'],
  ['["urn:x:2.0:User"].manager.value', 'm'],
  ['Resources[1].id', 'b'],
  ['emails[?type==work].value', 'w'],
  ['emails[?type==home].value', undefined],
  ['members[0].$ref', 'r'],
  ['name.toString', undefined],
  ['$header.etag', 'W/"1"'],
  ['nothing.at.all', undefined],
])('the path %s leads to %j', (path, value) => {
  const body = { name: { givenName: 'Ada' }, 'urn:x:2.0:User': { manager: { value: 'm' } }, Resources: [{ id: 'a' }, { id: 'b' }], emails: [{ type: 'work', value: 'w' }], members: [{ $ref: 'r' }] };
  expect(readValue(path, { headers: new Headers({ ETag: 'W/"1"' }), body })).toEqual(value);
});

it.each([
  ['eq', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ['eq', '1', 1, false],
  ['ne', 1, 1, false],
  ['ieq', 'ABC', 'abc', true],
  ['exists', '', undefined, false],
  ['exists', false, undefined, true],
  ['absent', null, undefined, true],
  ['absent', '', undefined, false],
  ['empty', [], undefined, true],
  ['empty', [0], undefined, false],
  ['empty', false, undefined, false],
  ['type', [], 'array', true],
  ['type', {}, 'array', false],
  ['type', 1, 'number', true],
  ['contains', ['a'], 'a', true],
  ['not_contains', ['a'], 'a', false],
  ['not_contains', undefined, 'a', true],
  ['has', [{ a: 1, b: 2 }], { a: 1 }, true],
  ['has', [{ a: 1 }], { a: 1, b: 2 }, false],
  ['not_has', [{ a: 1 }], { a: 1 }, false],
  ['length', [1], 1, true],
  ['length_gte', [1], 2, false],
  ['length_lte', [1], 2, true],
  ['starts_with', 'abc', 'ab', true],
  ['matches', 'abc', '^b', false],
  ['in', 1, [1, 2], true],
])('the check %s of %j against %j is %s', (op, found, wanted, result) => {
  expect(checks.get(op)?.(found, wanted)).toBe(result);
});

it('can read the transcripts of the two main clients, and knows all that they assert', () => {
  const transcripts = clientFiles.map(readTranscript);
  expect(transcripts.map(({ client, steps }) => [client, steps.length])).toEqual([['okta', 75], ['entra', 112]]);
  const used = transcripts.flatMap(({ steps }) => steps.flatMap(({ expect: { assert } }) => assert.map(({ op }) => op)));
  expect(used.filter((op) => !checks.has(op))).toEqual([]);
});
