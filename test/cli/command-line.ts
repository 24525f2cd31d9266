// Commands on a database of their own, run inside the test's process; each answers its exit code and what it printed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { loadSettings } from '../../config/settings.ts';
import { openSigningKeys, tokenParties } from '../../src/cli/own-issuer.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { Credential } from '../../src/domain/model/caller.ts';
import type { CommandStore } from '../../src/domain/ports.ts';
import type { Outcome } from '../../src/domain/refusals.ts';
import { createVerifier } from '../../src/http/auth/verify-token.ts';
import { createCommandStore } from '../../src/persistence/commands/command-store.ts';
import type { Connection } from '../../src/persistence/embedded/connection.ts';
import { createReads } from '../../src/persistence/reads/reads.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  /** The settings as the environment gives them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Words are split at spaces; those that hold one come as a list of their own. */
  readonly run: (line: string, ...more: readonly string[]) => Promise<Ran>;
  /** The same, and fails unless the command succeeds; answers what it printed. */
  readonly done: (line: string, ...more: readonly string[]) => Promise<string>;
  /** A workspace in an organization of its own; answers its slug. */
  readonly workspace: (...more: readonly string[]) => Promise<string>;
  /** Asks past row-level security. */
  readonly query: (text: string, ...values: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  /** What the server makes of a token: its credential, or the AuthFailure that it rejects with. */
  readonly credentialOf: (token: string) => Promise<Credential>;
  /** Whether the database admits a credential at this moment. */
  readonly admitted: (credential: Credential) => Promise<Outcome<undefined>>;
  readonly store: () => CommandStore;
}

/** Runs a command with settings of its own. */
export async function runWith(environment: Readonly<Record<string, string>>, words: readonly string[]): Promise<Ran> {
  const said = { out: '', err: '' };
  const code = await runCli(words, {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    settings: () => loadSettings(environment),
  });
  return { code, ...said };
}

/** The address of a login in the form of the settings. */
export function addressOf({ host, port, user, password, database }: Connection): string {
  return `postgresql://${user}:${encodeURIComponent(password)}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}

/** A database and a data folder for the tests of one file. */
export function useCommandLine(): CommandLine {
  const environment: Record<string, string> = {};
  let database: TestDatabase;
  let [owner, runtime]: pg.Pool[] = [];
  let workspaces = 0;
  const run: CommandLine['run'] = async (line, ...more) => await runWith(environment, [...line.split(' '), ...more]);
  const done: CommandLine['done'] = async (line, ...more) => {
    const { code, out, err } = await run(line, ...more);
    if (code !== 0) throw new Error(err);
    return out;
  };

  beforeAll(async () => {
    database = await createDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'usher-cli-'));
    Object.assign(environment, { DATABASE_URL: addressOf(database.owner), DATABASE_RUNTIME_URL: addressOf(database.runtime), DATA_DIR: folder });
    [owner, runtime] = [database.owner, database.runtime].map((login) => new pg.Pool({ ...login, max: 2 }));
    for (const pool of [owner, runtime]) pool?.on('error', () => undefined);
  });
  afterAll(async () => {
    await owner?.end();
    await runtime?.end();
    await database.drop();
    rmSync(environment['DATA_DIR'] ?? '', { recursive: true, force: true });
  });

  const pool = (): pg.Pool => {
    if (runtime === undefined) throw new Error('the database is opened before the tests begin');
    return runtime;
  };
  return {
    environment,
    run,
    done,
    workspace: async (...more) => {
      workspaces += 1;
      const slug = `w${workspaces}`;
      await done(`workspace create --org Org-${slug} --slug ${slug} --owner owner@${slug}.example`, ...more);
      return slug;
    },
    query: async (text, ...values) => (await owner?.query<Record<string, unknown>>(text, [...values]))?.rows ?? [],
    credentialOf: async (token) => {
      const settings = loadSettings(environment);
      return await createVerifier({ keys: await openSigningKeys(settings), ...tokenParties(settings) })(token);
    },
    admitted: async (credential) => await createReads(pool(), '').admitted({ credential, requestId: 'test' }),
    store: () => createCommandStore(pool(), { baseUrl: '', belongingKinds: new Map(), committed: () => undefined }),
  };
}
