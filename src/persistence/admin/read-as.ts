// Reads through MikroORM as one tenant: its settings are transaction-local, so that nothing of them stays on the pooled connection.
import { IsolationLevel } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../database/pool.ts';

/** A workspace with its organization, or an organization alone, whose workspaces then stay invisible. */
export interface Reader {
  readonly organizationId: string;
  readonly workspaceId?: string;
}

/** Runs the reads on one snapshot of the tenant's rows, in a transaction that cannot write. */
export async function readAs<T>({ orm }: Database, reader: Reader, read: (em: SqlEntityManager) => Promise<T>): Promise<T> {
  const em = orm.em.fork();
  em.setSessionContext({ variables: { 'app.organization': reader.organizationId, 'app.workspace': reader.workspaceId ?? '' } });
  return await em.transactional(read, { readOnly: true, isolationLevel: IsolationLevel.REPEATABLE_READ });
}
