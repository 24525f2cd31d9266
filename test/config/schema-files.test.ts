// The folder of schema files: what is read of it, and what keeps the server from starting.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSchemaFiles, SchemaFilesError } from '../../config/schema-files.ts';
import { loadSettings } from '../../config/settings.ts';
import { loadResourceTypes } from '../../src/cli/load-resource-types.ts';
import { withExamples } from '../support/example-schemas.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usher-schemas-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof SchemaFilesError) return error.faults;
    throw error;
  }
  return [];
}

describe('the folder', () => {
  it('gives its .json files by name and passes over what is in folders, hidden, or something else', () => {
    mkdirSync(join(folder, 'more.json'));
    for (const name of ['b.schema.json', 'a.json', '.c.json', 'README.md', 'more.json/d.schema.json']) writeFileSync(join(folder, name), '{}');
    expect(readSchemaFiles(folder).map(({ name }) => name)).toEqual(['a.json', 'b.schema.json']);
  });

  it('must be there', () => {
    expect(faultsOf(() => readSchemaFiles(join(folder, 'none')))).toEqual(['The folder cannot be read (ENOENT). Create it, it may be empty, or correct SCHEMAS_DIR.']);
  });

  it('names the faults of all its files', () => {
    writeFileSync(join(folder, 'a.schema.json'), '{"id": }');
    writeFileSync(join(folder, 'b.schema.json'), Buffer.from([0x22, 0xff, 0x22]));
    writeFileSync(join(folder, 'c.schema.json'), `"${'x'.repeat(1_048_576)}"`);
    symlinkSync('/dev/zero', join(folder, 'd.schema.json'));
    const [json, encoding, size, device] = faultsOf(() => readSchemaFiles(folder));
    expect(json).toMatch(/^a\.schema\.json: is no JSON: .* Correct it there\.$/);
    expect([encoding, size, device]).toEqual(['b.schema.json: is not written in UTF-8. Save it as UTF-8.', 'c.schema.json: is larger than 1048576 bytes. Split it.', 'd.schema.json: is no ordinary file. Take it away.']);
  });

  it('holds at most 100 files', () => {
    for (let index = 0; index < 101; index += 1) writeFileSync(join(folder, `${index}.schema.json`), '{}');
    expect(faultsOf(() => readSchemaFiles(folder))).toEqual(['There are 101 .json files; at most 100 are read. Take some away.']);
  });
});

describe('the types of an installation', () => {
  it('are the built-in ones alone by default, for examples are not loaded', () => {
    expect(loadResourceTypes(loadSettings({})).map(({ name }) => name)).toEqual(['User', 'Group']);
  });

  it('are those of the examples where they are chosen', () => {
    expect(loadResourceTypes(loadSettings(withExamples)).map(({ endpoint }) => endpoint)).toEqual(['/Users', '/Groups', '/Devices']);
  });

  it('are refused as a whole with one line for each fault, below the folder and its setting', () => {
    writeFileSync(join(folder, 'a.schema.json'), '{"id":"urn:a:b","name":"A","extends":["User"],"attributes":[{"name":"id","type":"string"},{"name":"x","type":"complex"}]}');
    expect(() => loadResourceTypes({ schemasDir: folder })).toThrow(
      `The schema files in ${folder} (SCHEMAS_DIR) have 2 faults:\n  a.schema.json attributes[0].name: cannot be "id": every resource has an attribute of that name already. Choose another.\n  a.schema.json attributes[1].subAttributes: is missing. A complex attribute needs sub-attributes.`,
    );
  });

  it('are refused in a hundred lines at most', () => {
    writeFileSync(join(folder, 'a.schema.json'), JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, 1]))));
    let thrown: unknown;
    try {
      loadResourceTypes({ schemasDir: folder });
    } catch (refusal) {
      thrown = refusal;
    }
    const lines = String(thrown).split('\n');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([102, expect.stringContaining('have 50003 faults:'), '  … and 49903 more.']);
  });
});
