// The example schemas that ship with the server, as tests load them.
import { join } from 'node:path';
import { projectRoot } from '../../config/settings.ts';

/** Settings with which the examples are served. */
export const withExamples = { SCHEMAS_DIR: join(projectRoot, 'config/schemas/examples') } as const;

export const deviceUrn = 'urn:example:params:scim:schemas:2.0:Device';
export const warrantyUrn = 'urn:example:params:scim:schemas:extension:warranty:2.0:Device';
export const workplaceUrn = 'urn:example:params:scim:schemas:extension:workplace:2.0:User';

let devices = 0;

/** The body of a new device with a serial number of its own. */
export function newDevice(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  devices += 1;
  return { schemas: [deviceUrn], displayName: `Device ${devices}`, serialNumber: `SN-${devices}`, ...more };
}
