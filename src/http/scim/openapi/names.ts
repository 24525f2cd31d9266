// Gives resource types and extensions the names under which the description speaks of them; may assume nothing of how operators name theirs.
import type { ResourceType, Schema } from '../../../scim/schema/attribute.ts';

/** `one` and `many` as they stand in names of operations and components. */
export interface TypeNames {
  readonly one: string;
  readonly many: string;
}

export interface Names {
  readonly ofType: (type: ResourceType) => TypeNames;
  readonly ofExtension: (schema: Schema) => string;
}

/** Names that the description uses for itself. */
const reserved = ['Bulk', 'BulkResponse', 'Error', 'Everything', 'Me', 'Meta', 'PatchOp', 'Resource', 'ResourceType', 'Schema', 'SchemaAttribute', 'Search', 'ServiceProviderConfig'];

/** The same types in the same order get the same names; a name that is taken gets a number. */
export function nameTypes(types: readonly ResourceType[]): Names {
  const taken = new Set(reserved.flatMap(family));
  const give = (wished: string): string => {
    const base = wished.replaceAll(/[^A-Za-z0-9]/gu, '') || 'Custom';
    let name = base;
    for (let number = 2; family(name).some((one) => taken.has(one)); number += 1) name = `${base}${number}`;
    for (const one of family(name)) taken.add(one);
    return name;
  };
  const typeNames = new Map(types.map((type) => [type, { one: give(type.id), many: '' }]));
  for (const [type, names] of typeNames) typeNames.set(type, { ...names, many: give(type.endpoint.slice(1)) });
  const extensions = new Set(types.flatMap((type) => type.extensions.map(({ schema }) => schema)));
  const extensionNames = new Map([...extensions].map((schema) => [schema, give(schema.name)]));
  return { ofType: (type) => known(typeNames.get(type)), ofExtension: (schema) => known(extensionNames.get(schema)) };
}

/** The names that are made from one; names of operations differ in the case of their first letters only. */
function family(name: string): string[] {
  return ['', 'List', 'Request'].map((ending) => `${name}${ending}`.toLowerCase());
}

function known<T>(name: T | undefined): T {
  if (name === undefined) throw new Error('the description names types that it was made for only');
  return name;
}
