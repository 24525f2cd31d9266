// The command that checks schema files, and what anybody sees whose files have faults.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { deviceUrn, warrantyUrn, withExamples } from '../support/example-schemas.ts';
import { runWith } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'usher-schemas-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('shows what would be served, for people and as JSON', async () => {
  const { code, out, err } = await runWith(withExamples, ['schemas']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`Device at /Devices\n  ${deviceUrn}\n  + ${warrantyUrn}\n`);
  const asJson = await runWith(withExamples, ['schemas', '--json']);
  expect((JSON.parse(asJson.out) as unknown[])[2]).toEqual({ name: 'Device', endpoint: '/Devices', schema: deviceUrn, extensions: [warrantyUrn] });
});

it('fails with one line for each fault', async () => {
  writeFileSync(join(folder, 'a.schema.json'), '{"id":"urn:a:b","name":"A","extends":["Nobody"],"attributes":[{"name":"x","type":"text"}]}');
  writeFileSync(join(folder, 'b.resource-type.json'), '{"name":"\\u001b[2J"}');
  const { code, out, err } = await runWith({ SCHEMAS_DIR: folder }, ['schemas']);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  const [first, ...faults] = err.trimEnd().split('\n');
  expect(first).toMatch(/^usher: The schema files in .* \(SCHEMAS_DIR\) have 3 faults:$/);
  expect(faults.map((line) => line.split(':')[0])).toEqual(['  a.schema.json attributes[0].type', '  b.resource-type.json endpoint', '  b.resource-type.json schema']);
});
