// The dialect chain against its fixtures: for each quirk a file of operations as they come in and as they must go out.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dialects, normaliseOperations } from '../../../src/scim/dialect/dialects.ts';
import type { Operation } from '../../../src/scim/dialect/operation.ts';
import { ScimError } from '../../../src/scim/errors.ts';
import type { ResourceType } from '../../../src/scim/schema/attribute.ts';
import { resourceTypes, userType } from '../../../src/scim/schema/resource-types.ts';

type Sent = Partial<Operation> & { readonly op: string };

interface Case<In> {
  readonly name: string;
  readonly type: string;
  readonly in: In;
  readonly out: readonly Sent[];
}

const folder = new URL('fixtures/', import.meta.url);

function read<In>(file: string): Case<In>[] {
  return JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')) as Case<In>[];
}

function operation(sent: Sent): Operation {
  return { source: 'path', path: undefined, value: undefined, ...sent };
}

function typeNamed(name: string): ResourceType {
  const type = resourceTypes.find((each) => each.name === name);
  if (type === undefined) throw new Error(`no resource type ${name}`);
  return type;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}

function refusal(value: unknown): string | undefined {
  try {
    normaliseOperations(userType, [operation({ op: 'replace', value })]);
    return 'nothing was refused';
  } catch (error) {
    if (error instanceof ScimError) return error.scimType;
    throw error;
  }
}

it('has one fixture file for each dialect, and one for the chain', () => {
  const files = readdirSync(folder).map((file) => file.replace(/\.json$/u, ''));
  expect(files.sort()).toEqual([...dialects.map(({ name }) => kebab(name)), 'chain'].sort());
});

for (const dialect of dialects) {
  describe(kebab(dialect.name), () => {
    it.each(read<Sent>(kebab(dialect.name)))('$name', ({ type, in: sent, out }) => {
      expect(dialect(operation(sent), typeNamed(type))).toEqual(out.map(operation));
    });
  });
}

describe('chain', () => {
  it.each(read<Sent[]>('chain'))('$name', ({ type, in: sent, out }) => {
    expect(normaliseOperations(typeNamed(type), sent.map(operation))).toEqual(out.map(operation));
  });

  it('leaves strict operations as they are, so that a second run changes nothing', () => {
    for (const { type, in: sent } of read<Sent[]>('chain')) {
      const once = normaliseOperations(typeNamed(type), sent.map(operation));
      expect(normaliseOperations(typeNamed(type), once)).toEqual(once);
    }
  });
});

describe('a value without path', () => {
  const core = userType.schema.id;
  it.each<[string, unknown, string]>([
    ['is empty', {}, 'invalidPath'],
    ['has no known key', { shoeSize: 46, 'urn:example:2.0:User': { a: 1 } }, 'invalidPath'],
    ['names only what objects inherit', { constructor: 1, hasOwnProperty: 1 }, 'invalidPath'],
    ['has an empty schema object', { [core]: {} }, 'invalidPath'],
    ['unassigns the whole core schema', { [core]: null }, 'invalidPath'],
    ['has a text for a schema', { [core]: 'x' }, 'invalidValue'],
  ])('%s: refused', (_, value, scimType) => {
    expect(refusal(value)).toBe(scimType);
  });

  it('counts the attributes that a request names in all its operations', () => {
    const keys = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`emails[value eq "${i}"].display`, 'x']));
    const asking = (count: number): Operation[] => Array.from({ length: count }, (_, i) => operation({ op: 'add', value: i % 2 === 0 ? keys : { [core]: keys } }));
    expect(normaliseOperations(userType, asking(98))).toHaveLength(9800);
    expect(() => normaliseOperations(userType, asking(100))).toThrow(/10050 attributes/u);
  });
});
