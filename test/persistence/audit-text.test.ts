// The spelling of what the chain covers: one text for each value, another text for each other value.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../src/persistence/audit/canonical-json.ts';
import { canonicalText, chainedHash, genesis, type EventText } from '../../src/persistence/audit/canonical-text.ts';
import { reasonDigest } from '../../src/persistence/audit/reason-digest.ts';

const event: EventText = {
  workspace_id: 'w',
  id: 'e',
  at: '2024-02-29T12:00:00.000001Z',
  action: 'token_create',
  outcome: 'success',
  actor_kind: 'person',
  actor_id: null,
  target_id: 't',
  request_id: 'r',
  batch_id: null,
  metadata: '{}',
  reason_digest: null,
};
const seal = { seq: '1', sealed_at: '2024-02-29T12:00:01.000000Z' };

describe('canonicalJson', () => {
  it('sorts the keys at every depth and leaves out what is undefined', () => {
    expect(canonicalJson({ b: 1, a: { d: [true, null, { z: 'ü', y: undefined }], c: 'x' } })).toBe('{"a":{"c":"x","d":[true,null,{"z":"ü"}]},"b":1}');
  });

  it('keeps keys that are names of built-in properties', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"x":1},"constructor":2}') as Json)).toBe('{"__proto__":{"x":1},"b":1,"constructor":2}');
  });

  it('refuses numbers that JSON does not have', () => {
    for (const number of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => canonicalJson({ number })).toThrow(RangeError);
  });

  it('says the same as JSON and does not depend on the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(turned(value))).toBe(text);
      }),
    );
  });
});

/** The same value with its keys the other way round. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map((element: Json) => turned(element));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, turned(member as Json)]),
  );
}

describe('canonicalText', () => {
  it('is another one for every other value of every column', () => {
    const texts = Object.keys(event).flatMap((column) => ['', 'null', '","', null].map((value) => canonicalText(seal, { ...event, [column]: value })));
    const seals = [{ ...seal, seq: '2' }, { ...seal, sealed_at: 'x' }].map((other) => canonicalText(other, event));
    const all = [...texts, ...seals, canonicalText(seal, event)];
    // Columns that are null already give the same text once each.
    expect(new Set(all).size).toBe(all.length - Object.values(event).filter((value) => value === null).length);
  });

  it('lets no value run into its neighbour', () => {
    expect(canonicalText(seal, { ...event, action: 'a","b', outcome: 'c' })).not.toBe(canonicalText(seal, { ...event, action: 'a', outcome: 'b","c' }));
  });
});

describe('hashes', () => {
  it('chain: each depends on the one before', () => {
    const first = chainedHash(genesis, seal, event);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(chainedHash(first, seal, event)).not.toBe(first);
  });

  it('of a reason depend on the salt and on every letter', () => {
    expect(reasonDigest('ab', 'c')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(reasonDigest('ab', 'c')).not.toBe(reasonDigest('ab', 'C'));
    expect(reasonDigest('xy', 'c')).not.toBe(reasonDigest('ab', 'c'));
  });
});
