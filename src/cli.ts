// The command line: `npm run --silent usher -- COMMAND …`; works beside a running server and without one.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Half of a short command's time goes into reading programs; where the folder cannot be written it just takes that time.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/usher'));
const [{ loadSettings }, { runCli }] = await Promise.all([import('../config/settings.ts'), import('./cli/run-cli.ts')]);

// Whoever reads may have had enough, as `head` has.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  settings: loadSettings,
});
