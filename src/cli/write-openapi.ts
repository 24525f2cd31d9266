// Writes the description of the SCIM door of a default installation to openapi/scim.json; may assume the project's folder around it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings, projectRoot } from '../../config/settings.ts';
import { describeDoor } from '../compose.ts';
import { resourceTypes } from '../scim/schema/resource-types.ts';

const file = join('openapi', 'scim.json');
writeFileSync(join(projectRoot, file), `${JSON.stringify(describeDoor(loadSettings({}), resourceTypes), null, 2)}\n`);
process.stdout.write(`${file} is written.\n`);
