// Writes the descriptions of the doors of a default installation to openapi/; may assume the project's folder around it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSettings, projectRoot } from '../../config/settings.ts';
import { describeDoors } from '../compose.ts';
import { resourceTypes } from '../scim/schema/resource-types.ts';

for (const { name, document } of describeDoors(loadSettings({}), resourceTypes)) {
  const file = join('openapi', `${name}.json`);
  writeFileSync(join(projectRoot, file), `${JSON.stringify(document, null, 2)}\n`);
  process.stdout.write(`${file} is written.\n`);
}
