// The file of kinds: what it may say, every fault named, the one that ships as it is promised, and a start that a wrong one stops.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectRoot, SettingsError } from '../../config/settings.ts';
import { loadResourceKinds } from '../../src/cli/load-resource-kinds.ts';
import { readBelongingKinds, reattributedKinds } from '../../src/domain/model/belonging.ts';

const faultsOf = (content: unknown): readonly string[] => {
  const read = readBelongingKinds(content);
  return read.ok ? [] : read.faults;
};

describe('the kinds', () => {
  it('ship as domain.md names them', () => {
    const kinds = loadResourceKinds({ resourceKindsFile: join(projectRoot, 'config/resource-kinds.json') });
    expect([...kinds]).toEqual([['campaign', 'reattribute'], ['rule', 'keep-creator'], ['creative', 'keep-attribution']]);
    expect(reattributedKinds(kinds)).toEqual(['campaign']);
  });

  it('name all faults at once', () => {
    expect(faultsOf({ ok: { onDeparture: 'reattribute' }, 'No Good': {}, a: { onDeparture: 'burn' }, b: 'reattribute', c: { onDeparture: 'reattribute', more: 1 }, d: null })).toHaveLength(5);
    for (const content of [null, [], 'x', 7, undefined]) expect(faultsOf(content)).toEqual(['must be an object that has a member for each kind.']);
    expect(faultsOf(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, { onDeparture: 'reattribute' }])))).toEqual(['There are 101 kinds; at most 100 are read.']);
    expect(faultsOf(JSON.parse('{"__proto__": {"onDeparture": "reattribute"}}'))).toHaveLength(1);
    expect(faultsOf({})).toEqual([]);
  });

  it('survive anything that JSON can hold', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())), (content) => {
        const read = readBelongingKinds(content);
        if (!read.ok) expect(read.faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('stop the start where the file is missing, no JSON, or wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'usher-kinds-'));
    const resourceKindsFile = join(folder, 'kinds.json');
    const load = () => loadResourceKinds({ resourceKindsFile });
    try {
      expect(load).toThrow(SettingsError);
      for (const [text, says] of [['{', /is no JSON/], ['[]', /must be an object/], ['{"a":{}}', /a must be/]] as const) {
        writeFileSync(resourceKindsFile, text);
        expect(load).toThrow(says);
        expect(load).toThrow('RESOURCE_KINDS_FILE');
      }
      writeFileSync(resourceKindsFile, readFileSync(join(projectRoot, 'config/resource-kinds.json')));
      expect(load().size).toBe(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
