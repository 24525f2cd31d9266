// How the tests run: pure rooms in shared workers without a database, everything else beside one PostgreSQL of the run.
import { defineConfig } from 'vitest/config';
import { projectRoot } from './settings.ts';

/** Folders and files of tests that need no database. */
const pure = ['test/*.test.ts', 'test/{config,scim,domain,provisioning}/**/*.test.ts'];

const common = { testTimeout: 30_000, hookTimeout: 60_000, teardownTimeout: 20_000 };

export default defineConfig({
  root: projectRoot,
  test: {
    maxWorkers: 2,
    reporters: ['default'],
    projects: [
      { test: { ...common, name: 'unit', include: pure, pool: 'threads', isolate: false } },
      { test: { ...common, name: 'database', include: ['test/**/*.test.ts'], exclude: pure, pool: 'forks', isolate: false, globalSetup: ['test/support/cluster.ts'] } },
    ],
  },
});
