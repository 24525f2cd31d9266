// Content-Type and Accept: what clients really send passes, what cannot be read or answered is 415 or 406, and nothing else ever happens.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { negotiate, negotiateError, requireJsonBody } from '../../src/http/limits/media-types.ts';
import { ScimError } from '../../src/scim/errors.ts';

const scim = 'application/scim+json';
const json = 'application/json';

function statusOf(act: () => unknown): number | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) return error.status;
    throw error;
  }
}

describe('requireJsonBody', () => {
  it.each([
    null, undefined, '', scim, json, 'Application/SCIM+JSON', `${scim}; charset=utf-8`, `${json};charset=UTF-8`, `${json} ; charset="utf-8"`, `${json}; charset=us-ascii`,
    `${json}; odata=verbose; charset=utf8`, `${scim};`, `${json}; x="a;b,c"`,
  ])('takes %j', (type) => {
    expect(statusOf(() => requireJsonBody(type))).toBeUndefined();
  });

  it.each([
    'text/plain', 'text/json', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json-patch+json', 'application/vnd.api+json', 'json', '*/*',
    `${json}; charset=iso-8859-1`, `${json}; charset=utf-16`, `${json}; charset=`, `${json}, ${json}`, `${json}, text/plain`, `"${json}"`, ';', `x${json}`, `${json}x`,
  ])('refuses %j with 415 and says what is read', (type) => {
    expect(statusOf(() => requireJsonBody(type))).toBe(415);
    expect(() => requireJsonBody(type)).toThrow(/application\/scim\+json or application\/json/);
  });
});

describe('negotiate', () => {
  it.each([
    [null, scim], [undefined, scim], ['', scim], ['*/*', scim], ['application/*', scim], [scim, scim], [json, json], ['APPLICATION/JSON', json], [`${json}; charset=utf-8`, json],
    [`${json}, ${scim}`, scim], [`${json}, ${scim};q=0.1`, scim], [`${json}, */*`, scim], [`${json}, text/plain, */*`, scim], [`${json};q=0.1, */*;q=0.9`, scim],
    [`${scim};q=0, ${json}`, json], [`${scim};q=0, */*`, json], [`${scim};q=0.000, application/*`, json], ['text/html, application/xhtml+xml, */*;q=0.8', scim],
    [`text/html, ${json}`, json], [`${json} ; q=1.000`, json], [`,,${json},,`, json], [`${json}; v="a,b;q=0"`, json], [`${json}, ${json};q=0`, json],
  ] as const)('answers %j with %s', (accept, type) => {
    expect(negotiate(accept)).toBe(type);
    expect(negotiateError(accept)).toBe(type);
  });

  it.each(['text/html', 'application/xml', `${scim};q=0`, `${json};q=0`, '*/*;q=0', `${scim};q=0, ${json};q=0, */*`, 'json', ';', ',', '*', `${json};q=abc`, `${json};q=2`, `${json};q=-1`, `${json};q=0.0001`, `${json};q=`, `"${json}"`, '"\\'])(
    'answers %j with 406, and errors as scim+json',
    (accept) => {
      expect(statusOf(() => negotiate(accept))).toBe(406);
      expect(negotiateError(accept)).toBe(scim);
    },
  );
});

describe('any header', () => {
  const word = fc.constantFrom('application', 'json', 'scim+json', '/', '*', ';', ',', 'q', '=', '0', '1', '.', '"', '\\', ' ', 'charset', 'utf-8', 'x');
  it('gives a media type, 406 or 415', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(word, { maxLength: 20 }).map((all) => all.join(''))), (header) => {
        expect([undefined, 415]).toContain(statusOf(() => requireJsonBody(header)));
        expect([undefined, 406]).toContain(statusOf(() => negotiate(header)));
        expect([scim, json]).toContain(negotiateError(header));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([',', ';', '"', '\\', 'a/b,', ';q', ' ', '*/*;'])('of 30 KB of %j is read in linear time', (piece) => {
    const header = piece.repeat(30_000 / piece.length);
    const before = process.cpuUsage();
    for (let round = 0; round < 5; round += 1) statusOf(() => negotiate(header));
    for (let round = 0; round < 5; round += 1) statusOf(() => requireJsonBody(header));
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  });
});
