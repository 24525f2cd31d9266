// The ports of the domain on PostgreSQL, which the composition and the command line open; only the composition knows of it.
import type { Settings } from '../config/settings.ts';
import { openBelongingPorts, type BelongingPorts } from './compose-belongings.ts';
import { openHostPorts, type HostPorts } from './compose-host.ts';
import { openPrivacyPorts, type PrivacyPorts } from './compose-privacy.ts';
import type { CommandStore, Reads, TeamReads } from './domain/ports.ts';
import type { AnswerMemory } from './domain/records.ts';
import type { RoleReads } from './domain/role-ports.ts';
import { createAnswerMemory } from './persistence/answer-memory.ts';
import { createCommandStore, type StoreOptions } from './persistence/commands/command-store.ts';
import { openDatabase, type Database, type Login } from './persistence/database/pool.ts';
import { createRequestLog, type RequestLogWriter } from './persistence/request-log.ts';
import { createReads } from './persistence/reads/reads.ts';
import { createRoleReads } from './persistence/reads/role-reads.ts';
import { createRecordReads, type RecordReads } from './persistence/reads/records.ts';
import { createTeamReads } from './persistence/reads/team-reads.ts';
import type { Filter } from './scim/filter/ast.ts';
import type { Sort } from './scim/sort.ts';

/** The ports of the domain on an open database. */
export interface Ports {
  readonly database: Database;
  readonly store: CommandStore;
  readonly reads: Reads<Filter, Sort>;
  readonly team: TeamReads;
  readonly records: RecordReads;
  readonly answers: AnswerMemory;
  readonly roles: RoleReads;
  readonly host: HostPorts;
  readonly requestLog: RequestLogWriter;
  readonly owned: BelongingPorts;
  readonly privacy: PrivacyPorts;
}

/** Opens the pool and puts the ports on it. */
export async function openPorts(settings: Settings, runtime: Login, options: Omit<StoreOptions, 'belongingKinds'>): Promise<Ports> {
  const database = await openDatabase(runtime, {
    size: settings.databasePoolSize,
    connectTimeoutMs: settings.databaseConnectTimeoutMs,
    statementTimeoutMs: settings.databaseStatementTimeoutMs,
    queryTimeoutMs: settings.databaseQueryTimeoutMs,
    lockTimeoutMs: settings.databaseLockTimeoutMs,
    idleInTransactionTimeoutMs: settings.databaseIdleInTransactionTimeoutMs,
  });
  const { pool, quick } = database;
  const owned = openBelongingPorts(settings, pool);
  return {
    database,
    store: createCommandStore(pool, { ...options, belongingKinds: owned.belongingKinds }),
    reads: createReads(pool, options.baseUrl, quick?.read),
    team: createTeamReads(pool),
    records: createRecordReads(pool),
    answers: createAnswerMemory(pool),
    roles: createRoleReads(pool),
    host: openHostPorts(pool, quick?.read),
    owned,
    privacy: openPrivacyPorts(pool, { belongingKinds: owned.belongingKinds, committed: options.committed }),
    requestLog: createRequestLog(pool),
  };
}
