// What every refusal of the server has to look like, whatever was wrong; pages that refusals link to are fetched once each.
import { expect } from 'vitest';
import { problemPages } from '../../src/http/problem-pages.ts';
import { sendRequest, type RawAnswer } from './raw-http.ts';

/** What a refusal is expected to be. `code` is the value of X-Problem-Code where it is not the scimType. */
export interface Expected {
  readonly status: number;
  readonly scimType?: string | undefined;
  readonly code?: string | undefined;
  /** Something that the detail has to say. */
  readonly says?: RegExp | undefined;
}

/** Traces of the inside of the server, which no answer may carry. */
const inside = /\n\s+at |:\d+:\d+\)|node_modules|\.ts\b|\bselect\b.+\bfrom\b|\binsert into\b|\bpg_|\brelation\b|violates|constraint "|\$\d+\b|\/(src|usr|tmp|var|home)\/|\bundefined\b|\[object|\bNaN\b/i;
const pages = new Map<string, Promise<RawAnswer>>();

export async function expectProblem(root: string, { status, headers, json }: RawAnswer, expected: Expected): Promise<void> {
  const body = json as { schemas: string[]; status: string; scimType?: string; detail: string };
  const code = String(headers['x-problem-code']);
  expect({ status, scimType: body?.scimType, detail: body?.detail }).toEqual({ status: expected.status, scimType: expected.scimType, detail: expect.any(String) });
  expect(Object.keys(body).toSorted()).toEqual(['detail', 'schemas', ...(expected.scimType === undefined ? [] : ['scimType']), 'status']);
  expect([body.schemas, body.status]).toEqual([['urn:ietf:params:scim:api:messages:2.0:Error'], String(expected.status)]);
  expect(body.detail.length).toBeGreaterThan(20);
  expect(body.detail.length).toBeLessThan(700);
  expect(body.detail).toMatch(/[.)]$/);
  expect(body.detail).not.toMatch(inside);
  if (expected.says !== undefined) expect(body.detail).toMatch(expected.says);
  expect(code).toBe(expected.code ?? expected.scimType);
  expect(Object.keys(problemPages)).toContain(code);
  expect(headers['content-type']).toMatch(/^application\/(scim\+)?json$/);
  expect(headers['x-request-id']).toMatch(/^[\w.:/+=@-]{8,128}$/);
  expect(headers['cache-control']).toBe('no-store');
  await expectHelp(root, String(headers['link']), code);
}

/** The link leads to a page that exists and speaks of this code. */
async function expectHelp(root: string, link: string, code: string): Promise<void> {
  const address = /^<([^>]+)>; rel="help"$/.exec(link)?.[1] ?? '';
  expect(address.endsWith(`/problems/${code}`), link).toBe(true);
  const path = new URL(address, root).pathname;
  const page = pages.get(path) ?? sendRequest(root, { path });
  pages.set(path, page);
  const { status, text, headers } = await page;
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(text).toContain(`<code>${code}</code>`);
}
