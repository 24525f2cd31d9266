// Random JSON that often uses names and values of the schemas, so that properties reach the depth of the checks.
import fc from 'fast-check';
import { commonAttributes } from '../../../src/scim/schema/common.ts';
import { resourceTypes } from '../../../src/scim/schema/resource-types.ts';

const schemas = resourceTypes.flatMap((type) => [type.schema, ...type.extensions.map((extension) => extension.schema)]);
const names = [...commonAttributes, ...schemas.flatMap((schema) => schema.attributes)].flatMap((attribute) => [
  attribute.name,
  attribute.name.toUpperCase(),
  ...(attribute.subAttributes ?? []).flatMap((sub) => [sub.name, `${attribute.name}.${sub.name}`]),
]);
const urns = schemas.flatMap((schema) => [schema.id, ...schema.attributes.map((attribute) => `${schema.id}:${attribute.name}`)]);

const key = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...names) },
  { weight: 2, arbitrary: fc.constantFrom(...urns) },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '', '.', 'urn:', 'name.', '.value', 'a.b.c') },
  { weight: 1, arbitrary: fc.string() },
);

const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, '', true, false, 'True', 'false', 'work', 0, 42, -1.5, '\0', '\ud800', '2026-01-31T08:00:00Z'),
  fc.string({ maxLength: 8 }),
);

/** JSON values up to four levels deep. */
export const scimLikeJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** Objects like the bodies of POST and PUT; usually with a userName and a displayName. */
export const scimLikeBody: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(fc.array(fc.tuple(key, scimLikeJson), { maxLength: 8 }), fc.boolean())
  .map(([entries, named]) => Object.fromEntries([...entries, ...(named ? [['userName', 'ada'], ['displayName', 'Ada']] : [])]) as Record<string, unknown>);
