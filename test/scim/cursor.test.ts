// Cursors: what they hold comes back as it was, fits its own query only, and is sealed so that nothing else opens.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCursor, queryDigest, readCursor, writeCursor, type Cursor } from '../../src/scim/cursor.ts';
import { createCursorSeal } from '../../src/scim/cursor-seal.ts';

const cursors: fc.Arbitrary<Cursor> = fc.record({
  place: fc.record({
    direction: fc.constantFrom('forward', 'backward'),
    inclusive: fc.boolean(),
    key: fc.option(fc.string({ unit: 'binary' }).map((text) => text.toWellFormed())),
    id: fc.uuid(),
  }),
  query: fc.string(),
  count: fc.nat({ max: 200 }),
  expires: fc.nat(),
});
const key = randomBytes(32);
const seal = createCursorSeal([key]);
const some: Cursor = { place: { direction: 'forward', inclusive: false, key: 'k', id: 'i' }, query: 'q', count: 5, expires: 100 };

describe('the content', () => {
  it('comes back', () => {
    fc.assert(fc.property(cursors, (cursor) => {
      expect(readCursor(writeCursor(cursor))).toEqual(cursor);
    }));
  });

  it('is read from nothing else', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(readCursor(text)).toBeUndefined();
    }));
    expect(readCursor('[true,false,1,"id","q",5,100]')).toBeUndefined();
  });

  it('fits its own query until it is old', () => {
    expect(checkCursor(some, { query: 'q', count: 5, now: 99 })).toEqual(some.place);
    expect(checkCursor(some, { query: 'q', count: undefined, now: 0 })).toEqual(some.place);
  });

  it.each([
    [undefined, { query: 'q', count: 5, now: 0 }, 'invalidCursor'],
    [some, { query: 'other', count: 5, now: 0 }, 'invalidCursor'],
    [some, { query: 'q', count: 6, now: 0 }, 'invalidCount'],
    [some, { query: 'q', count: 5, now: 100 }, 'expiredCursor'],
  ])('%j is refused for %j', (cursor, request, scimType) => {
    expect(() => checkCursor(cursor, request)).toThrow(expect.objectContaining({ status: 400, scimType }) as Error);
  });
});

describe('a digest', () => {
  it('tells apart what differs, also in where it stands', () => {
    const parts = fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.boolean(), fc.constant(undefined)), { maxLength: 4 });
    fc.assert(fc.property(parts, parts, (left, right) => {
      expect(queryDigest(left) === queryDigest(right)).toBe(JSON.stringify(left) === JSON.stringify(right));
    }));
    expect(queryDigest([])).toMatch(/^[\w-]{22}$/);
  });
});

describe('a seal', () => {
  it('opens what it sealed, for the same holder, in unreserved characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()), fc.string(), (text, holder) => {
        const sealed = seal.seal(text, holder);
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(seal.open(sealed, holder)).toBe(text);
        expect(seal.open(sealed, `${holder}x`)).toBeUndefined();
        expect(createCursorSeal([randomBytes(32)]).open(sealed, holder)).toBeUndefined();
      }),
    );
  });

  it('refuses every other spelling: each character counts', () => {
    const sealed = seal.seal(writeCursor(some), 'h');
    for (let at = 0; at < sealed.length; at += 1) {
      for (const other of 'AQgw_-=. ') if (other !== sealed[at]) expect(seal.open(sealed.slice(0, at) + other + sealed.slice(at + 1), 'h')).toBeUndefined();
      expect(seal.open(sealed.slice(0, at), 'h')).toBeUndefined();
    }
    for (const text of ['', 'A', `${sealed}A`, `${sealed}=`, ` ${sealed}`, sealed.repeat(2), 'A'.repeat(100_000)]) expect(seal.open(text, 'h')).toBeUndefined();
  });

  it('never writes the same twice', () => {
    expect(new Set(Array.from({ length: 200 }, () => seal.seal('text', 'h'))).size).toBe(200);
  });

  it('opens with an older key, and seals with the newest', () => {
    const newest = randomBytes(32);
    const both = createCursorSeal([newest, key]);
    expect(both.open(seal.seal('old', 'h'), 'h')).toBe('old');
    expect(createCursorSeal([newest]).open(both.seal('new', 'h'), 'h')).toBe('new');
    expect(seal.open(both.seal('new', 'h'), 'h')).toBeUndefined();
    expect(() => createCursorSeal([])).toThrow('key');
  });
});
