// The resource types of this installation: the built-in ones and those of the operator's files, or an error that names every fault.
import { readSchemaFiles, SchemaFilesError } from '../../config/schema-files.ts';
import type { Settings } from '../../config/settings.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { readRegistry } from '../scim/schema/read-registry.ts';

/** Reads the files once; who is started later sees later changes of them. */
export function loadResourceTypes({ schemasDir }: Pick<Settings, 'schemasDir'>): readonly ResourceType[] {
  const read = readRegistry(readSchemaFiles(schemasDir));
  if (!read.ok) throw new SchemaFilesError(schemasDir, read.faults);
  return read.types;
}
