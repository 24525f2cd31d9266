// Makes the list of resource types that a server knows, out of the built-in ones and the JSON files of its operator.
import type { ResourceType, Schema } from './attribute.ts';
import { attributeOf, checkAttributes, type PlacedFault } from './check-attributes.ts';
import { checkRegistry, type NamedSchema, type NamedType } from './check-registry.ts';
import { explainShape, resourceTypeShape, schemaShape } from './file-shapes.ts';
import { resourceTypes as builtIn } from './resource-types.ts';

/** A file by its name, with what JSON.parse made of it. The end of its name says what it describes. */
export interface RegistryFile {
  readonly name: string;
  readonly content: unknown;
}

/** How the names of files end that describe a schema, and a resource type. */
const fileEndings = { schema: '.schema.json', resourceType: '.resource-type.json' } as const;

/** Resource types in the order of discovery, or every fault of the files, each in one line: file, place, what is wrong and what to do. */
export type RegistryOutcome = { readonly ok: true; readonly types: readonly ResourceType[] } | { readonly ok: false; readonly faults: readonly string[] };

/**
 * The built-in resource types with the extensions of the files, and behind them the resource types of the files in the order of their
 * names. Refuses files of another form than https://www.rfc-editor.org/rfc/rfc7643#section-6 and section 7, and whatever this server
 * could not keep: the faults say so.
 */
export function readRegistry(files: readonly RegistryFile[]): RegistryOutcome {
  const faults: string[] = [];
  const report = (file: string, found: readonly PlacedFault[]): void => {
    faults.push(...found.map(({ place, what }) => `${file}${place === '' ? '' : ` ${place}`}: ${what}.`));
  };
  const schemas: NamedSchema[] = [];
  const types: NamedType[] = [];
  for (const { name, content } of files) {
    if (name.endsWith(fileEndings.schema)) {
      const read = schemaShape.safeParse(content);
      if (read.success) schemas.push({ file: name, content: read.data });
      else report(name, explainShape(read.error));
    } else if (name.endsWith(fileEndings.resourceType)) {
      const read = resourceTypeShape.safeParse(content);
      if (read.success) types.push({ file: name, content: read.data });
      else report(name, explainShape(read.error));
    } else report(name, [{ place: '', what: `has a name of another kind. Let it end in ${fileEndings.schema} or ${fileEndings.resourceType}` }]);
  }
  const referable = new Set(['external', 'uri', ...builtIn.map(({ name }) => name), ...types.map(({ content }) => content.name)]);
  for (const { file, content } of schemas) report(file, checkAttributes(content.attributes, ['attributes'], referable));
  // What a file that was not understood would have said is no fault of the others.
  if (faults.length === 0) for (const { file, fault } of checkRegistry(builtIn, schemas, types)) report(file, [fault]);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, types: assemble(schemas, types) };
}

function assemble(schemaFiles: readonly NamedSchema[], typeFiles: readonly NamedType[]): ResourceType[] {
  const schemas = new Map<string, Schema>(
    schemaFiles.map(({ content: { id, name, description, attributes } }) => [id.toLowerCase(), { id, name, description, attributes: attributes.map(attributeOf) }]),
  );
  const find = (id: string): Schema => {
    const found = schemas.get(id.toLowerCase());
    if (found === undefined) throw new Error(`the checks passed over the schema ${id}`);
    return found;
  };
  /** Extensions that name their type themselves; they are optional. */
  const extending = (type: string): ResourceType['extensions'] =>
    schemaFiles.filter(({ content }) => content.extends?.includes(type)).map(({ content }) => ({ schema: find(content.id), required: false }));
  const extended = builtIn.map((type) => ({ ...type, extensions: [...type.extensions, ...extending(type.name)] }));
  const own = typeFiles.map(({ content: { name, description, endpoint, schema, schemaExtensions } }) => {
    const named = schemaExtensions.map(({ schema: id, required }) => ({ schema: find(id), required }));
    const others = extending(name).filter((one) => named.every((other) => other.schema !== one.schema));
    return { id: name, name, description, endpoint, schema: find(schema), extensions: [...named, ...others] };
  });
  return [...extended, ...own];
}
