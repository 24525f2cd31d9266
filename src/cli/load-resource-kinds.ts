// The kinds of resources that members own in the host application, as the operator's file names them, or an error that names every fault.
import { readJsonFile } from '../../config/schema-files.ts';
import { SettingsError, type Settings } from '../../config/settings.ts';
import { readBelongingKinds, type BelongingKinds } from '../domain/model/belonging.ts';

/** Reads the file once; who is started later sees later changes of it. */
export function loadResourceKinds({ resourceKindsFile }: Pick<Settings, 'resourceKindsFile'>): BelongingKinds {
  const file = readJsonFile(resourceKindsFile);
  const told = (fault: string) => `RESOURCE_KINDS_FILE, ${resourceKindsFile}: ${fault}`;
  if (!file.ok) throw new SettingsError([told(file.fault)]);
  const read = readBelongingKinds(file.content);
  if (!read.ok) throw new SettingsError(read.faults.map(told));
  return read.kinds;
}
