// The form of the JSON files in which operators describe schemas and resource types; what the values mean is checked elsewhere.
import { z } from 'zod';
import type { AttributeType } from './attribute.ts';

/** Data types of RFC 7643 section 2.3 in the spelling of its section 7. */
const types = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary', 'complex'] as const satisfies readonly AttributeType[];

/** Longest name, description and word of a list, in UTF-16 units; most words of a list. */
const [longestName, longestDescription, longestWord, mostWords] = [64, 2_000, 512, 200];

const name = z.string().min(1).max(longestName);
const description = z.string().max(longestDescription).default('');
const flag = z.boolean().default(false);
const words = z.array(z.string().min(1).max(longestWord)).max(mostWords);

const characteristics = {
  name,
  type: z.enum(types),
  multiValued: flag,
  description,
  required: flag,
  canonicalValues: words.optional(),
  caseExact: z.boolean().optional(),
  mutability: z.enum(['readOnly', 'readWrite', 'immutable', 'writeOnly']).default('readWrite'),
  returned: z.enum(['always', 'never', 'default', 'request']).default('default'),
  uniqueness: z.enum(['none', 'server', 'global']).default('none'),
  referenceTypes: words.optional(),
};

const subAttribute = z.strictObject(characteristics);

/** `schemas` and `meta` may stand in a file because they stand in the answers of other servers. */
const echoed = { schemas: words.optional(), meta: z.unknown().optional() };

/** A schema as https://www.rfc-editor.org/rfc/rfc7643#section-7 represents it, and `extends`, the names of the resource types it extends. */
export const schemaShape = z.strictObject({
  ...echoed,
  id: z.string().min(1),
  name,
  description,
  attributes: z.array(z.strictObject({ ...characteristics, subAttributes: z.array(subAttribute).optional() })),
  extends: words.optional(),
});

/** A resource type as https://www.rfc-editor.org/rfc/rfc7643#section-6 represents it. */
export const resourceTypeShape = z.strictObject({
  ...echoed,
  id: z.string().optional(),
  name,
  description,
  endpoint: z.string().min(1),
  schema: z.string().min(1),
  schemaExtensions: z.array(z.strictObject({ schema: z.string().min(1), required: z.boolean() })).default([]),
});

/** A schema file whose form is right. */
export type SchemaContent = z.output<typeof schemaShape>;

/** One of its attributes. */
export type AttributeContent = SchemaContent['attributes'][number];

/** A resource type file whose form is right. */
export type ResourceTypeContent = z.output<typeof resourceTypeShape>;

/** The place of a fault in a file, `attributes[2].subAttributes[0].name`; an empty text is the file as a whole. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('');
}

/** What is wrong with the form of a file, each fault with its place and a remedy. */
export function explainShape(error: z.ZodError): { readonly place: string; readonly what: string }[] {
  return error.issues.flatMap((issue) => {
    const place = placeOf(issue.path);
    if (issue.code !== 'unrecognized_keys') return [{ place, what: sentence(issue) }];
    return issue.keys.map((key) => ({ place: placeOf([...issue.path, shorten(key)]), what: unknownKey(issue.path, key) }));
  });
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  if (key === 'subAttributes' && path.includes('subAttributes')) return 'cannot be: a sub-attribute has none of its own. Move them up, or join them into one value';
  return 'is not known here. Correct its spelling or take it out';
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return /received undefined/.test(issue.message) ? `is missing. Add it as ${article(issue.expected)}` : `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_big':
      return `is too long: at most ${String(issue.maximum)} ${issue.origin === 'string' ? 'characters' : 'elements'}`;
    case 'too_small':
      return 'must not be empty';
    default:
      return issue.message;
  }
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function shorten(text: string): string {
  return text.length <= longestName ? text : `${text.slice(0, longestName)}…`.toWellFormed();
}
