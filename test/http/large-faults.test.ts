// What is wrong in large bodies costs and answers little: faults are told in part, and masks look at no path for long.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { explainFaults } from '../../src/http/admin/explain-faults.ts';
import { csvLine } from '../../src/http/csv.ts';
import { bodyMask } from '../../src/http/scim/mask-body.ts';
import { resourceTypes } from '../../src/scim/schema/resource-types.ts';

describe('the mask of a body', () => {
  const mask = bodyMask(resourceTypes);
  const hostile = ['['.repeat(400_000), `${'['.repeat(200_000)}x`, `emails[${'['.repeat(200_000)}`, ':'.repeat(400_000), '.'.repeat(400_000)];

  it.each(hostile.map((text) => [text.slice(0, 8), text]))('has made up its mind about %s… in no time', (_name, text) => {
    const begun = performance.now();
    expect(mask({ Operations: [{ op: 'add', path: text }], [text]: 1 })).toEqual({ Operations: [{ op: 'add', path: '•••' }], '(other)': '•••' });
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('keeps the paths that clients send', () => {
    const path = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value';
    for (const [sent, kept] of [[path, path], ['emails[type eq "work" and value eq "ada@x.example"].value', 'emails[…].value'], ['ada@x.example', '•••']]) {
      expect(mask({ Operations: [{ path: sent }] })).toEqual({ Operations: [{ path: kept }] });
    }
  });
});

describe('the faults of a body', () => {
  const shape = z.strictObject({ ids: z.array(z.guid('must be the id of a member')), notes: z.record(z.string(), z.string('must be a text')) });
  const told = (body: unknown) => explainFaults(shape.safeParse(body).error?.issues ?? [], 'The body', ['ids', 'notes']);

  it('are told in part when there are many', () => {
    const text = told({ ids: Array.from({ length: 10_000 }, () => 1), notes: {} });
    expect(text).toMatch(/^"ids\.0" must be the id of a member\. .*"ids\.9" must be the id of a member\. And 9990 more like these\.$/);
    expect(text.length).toBeLessThan(1_000);
  });

  it('name no more of a name than one can read', () => {
    const text = told({ ids: [], notes: { ['k'.repeat(50_000)]: 1, ['🦜'.repeat(500)]: 1 } });
    expect(text).toContain('must be a text.');
    expect(text.length).toBeLessThan(400);
    expect(text.isWellFormed()).toBe(true);
  });
});

it('no cell of a CSV begins a formula, whatever comes before it', () => {
  const line = csvLine(['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', '\n=1', '＝1', 'a', -1]);
  expect(line).toBe(`'=1+1,'+1,'-1,'@x,'\t=1,"'\r=1","'\n=1",'＝1,a,-1\r\n`);
});
