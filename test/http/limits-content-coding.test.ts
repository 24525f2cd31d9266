// Accept-Encoding: which coding an answer gets, whether it may come without one, and that nothing a client sends does harm.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseCoding, requireCoding } from '../../src/http/limits/content-coding.ts';
import { ScimError } from '../../src/scim/errors.ts';

function statusOf(header: string | null): number | undefined {
  try {
    requireCoding(header);
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) return error.status;
    throw error;
  }
}

describe('chooseCoding', () => {
  it.each([
    [null, undefined, true], [undefined, undefined, true], ['', undefined, true], ['identity', undefined, true], ['deflate', undefined, true], ['zstd, deflate', undefined, true],
    ['gzip', 'gzip', true], ['GZIP', 'gzip', true], ['x-gzip', 'gzip', true], ['br', 'br', true], ['gzip, br', 'br', true], ['gzip, deflate, br, zstd', 'br', true], ['*', 'br', true],
    ['gzip;q=0.8, br;q=0.2', 'gzip', true], ['gzip;q=0.5, *;q=0.6', 'br', true], ['br;q=0, *', 'gzip', true], ['br;q=0, gzip;q=0, *', undefined, true], ['gzip;q=0', undefined, true],
    ['identity, gzip;q=0.5', undefined, true], ['identity;q=0.5, gzip;q=0.5', 'gzip', true], ['identity;q=0.4, gzip;q=0.5', 'gzip', true], ['gzip;q=0.001', 'gzip', true],
    ['identity;q=0', undefined, false], ['*;q=0', undefined, false], ['identity;q=0, gzip', 'gzip', false], ['*;q=0, gzip;q=0.1', 'gzip', false], ['identity;q=0, *', 'br', false],
    ['*;q=0, identity', undefined, true], ['deflate, *;q=0', undefined, false], ['gzip;q=2', undefined, true], ['gzip;q=', undefined, true], ['gzip;q=x, br', 'br', true],
    ['gzip, gzip;q=0', 'gzip', true], [',,br,,', 'br', true], ['br;level=4;q=0.3, gzip;q=0.2', 'br', true], ['"br"', undefined, true], ['brotli', undefined, true], [';q=1', undefined, true],
  ] as const)('answers %j with %s, plain: %s', (header, coding, plain) => {
    expect(chooseCoding(header)).toEqual({ coding, plain });
    expect(statusOf(header ?? null)).toBe(coding === undefined && !plain ? 406 : undefined);
  });

  it('makes something of any header', () => {
    const word = fc.constantFrom('gzip', 'br', 'identity', '*', ';', ',', 'q=', '0', '1', '.', '"', '\\', ' ');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(word, { maxLength: 20 }).map((all) => all.join(''))), (header) => {
        const { coding, plain } = chooseCoding(header);
        expect([[undefined, 'br', 'gzip'].includes(coding), typeof plain]).toEqual([true, 'boolean']);
        expect([undefined, 406]).toContain(statusOf(header));
      }),
      { numRuns: 3000 },
    );
  });
});
