// readBearer takes exactly one token from exactly one header, and fails in one way only, quickly, whatever was sent.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuthFailure, bearerChallenge } from '../../src/http/auth/auth-failure.ts';
import { longestTokenBytes, readBearer } from '../../src/http/auth/bearer.ts';

function failureOf(headers: Headers): AuthFailure {
  try {
    readBearer(headers);
  } catch (error) {
    if (error instanceof AuthFailure) return error;
    throw error;
  }
  throw new Error('a token was read');
}

const withValue = (value: string) => new Headers({ authorization: value });

describe('readBearer', () => {
  it.each(['Bearer abc.def-_~+/', 'bearer abc.def-_~+/', 'BEARER   abc.def-_~+/', '  bEaReR abc.def-_~+/  '])('reads %j', (value) => {
    expect(readBearer(withValue(value))).toBe('abc.def-_~+/');
  });

  it('reads the longest token and none that is longer', () => {
    const longest = 'a'.repeat(longestTokenBytes);
    expect(readBearer(withValue(`Bearer ${longest}`))).toBe(longest);
    expect(failureOf(withValue(`Bearer ${longest}a`)).error).toBe('invalid_token');
  });

  it.each([
    ['nothing', new Headers()],
    ['an empty header', withValue('')],
    ['the scheme Basic', withValue('Basic dXNlcjpwYXNz')],
    ['a bare token', withValue('abc.def.ghi')],
    ['a scheme that only begins like Bearer', withValue('BearerX abc')],
    ['a tab in place of the blank', withValue('Bearer\tabc')],
    ['a token in another header', new Headers({ 'x-authorization': 'Bearer abc', cookie: 'access_token=abc' })],
  ])('counts %s as no credentials', (_, headers) => {
    const failure = failureOf(headers);
    expect(failure.error).toBeUndefined();
    expect(bearerChallenge(failure.error, failure.message)).toBe('Bearer realm="usher"');
  });

  it.each([
    ['a scheme without a token', withValue('Bearer')],
    ['a scheme and blanks', withValue('Bearer     ')],
    ['two tokens in one header', withValue('Bearer abc def')],
    ['two tokens with a comma', withValue('Bearer abc, Bearer def')],
    ['quotes', withValue('Bearer "abc"')],
    ['a token with an equals sign inside', withValue('Bearer a=b')],
    ['letters outside ASCII', withValue('Bearer äbc')],
    ['two headers', new Headers([['authorization', 'Bearer abc'], ['Authorization', 'Bearer abc']])],
    ['two headers, the second empty', new Headers([['authorization', 'Bearer abc'], ['Authorization', '']])],
  ])('refuses %s as invalid_token', (_, headers) => {
    expect(failureOf(headers).error).toBe('invalid_token');
  });

  it('gives a harmless token or an AuthFailure for any header value', () => {
    const anything = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 60 }).filter((text) => !/[\0\r\n]/.test(text));
    fc.assert(
      fc.property(fc.oneof(anything, anything.map((text) => `Bearer ${text}`)), (value) => {
        let token = '';
        try {
          token = readBearer(withValue(value));
        } catch (error) {
          return error instanceof AuthFailure;
        }
        return /^[A-Za-z0-9._~+/=-]+$/.test(token) && value.trim().endsWith(token);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([' '.repeat(30_000), `Bearer ${'='.repeat(30_000)}`, `Bearer ${'a='.repeat(15_000)}`, `Bearer${' '.repeat(30_000)}a,`])('is quick about 30 KB of %.20j', (value) => {
    const before = process.cpuUsage();
    for (let round = 0; round < 100; round += 1) expect(failureOf({ get: () => value } as unknown as Headers)).toBeInstanceOf(AuthFailure);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  });
});

describe('bearerChallenge', () => {
  it('describes in printable ASCII only, so that no detail can end the header or its text', () => {
    expect(bearerChallenge('invalid_token', 'a "quoted" \\ back\r\nX-Evil: 1 ü …')).toBe(
      `Bearer realm="usher", error="invalid_token", error_description="a 'quoted' ? back??X-Evil: 1 ? ..."`,
    );
    expect(bearerChallenge('insufficient_scope', 'x'.repeat(5000)).length).toBeLessThan(400);
  });
});
