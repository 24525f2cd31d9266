// A program of its own that holds the embedded PostgreSQL until it is killed: hold-embedded.ts FOLDER
import { hasty } from './cluster.ts';
import { startEmbedded } from '../../src/persistence/embedded/start-embedded.ts';

const [dataDir = ''] = process.argv.slice(2);
const { exited } = await startEmbedded({ dataDir, ...hasty });
process.stdout.write('holding\n');
process.exitCode = await exited;
