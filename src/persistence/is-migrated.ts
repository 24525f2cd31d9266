// Compares what the database remembers of its migrations with those of this program; loads nothing that only migrating needs.
import pg, { type Pool } from 'pg';
import { migrations } from '../../migrations/all.ts';

/** Whether the database has exactly the schema of this program. Works with the runtime role; false before the first migration. */
export async function isMigrated(pool: Pool): Promise<boolean> {
  try {
    const answer = await pool.query<{ name: string }>('select name from usher_migrations()');
    return sameNames(answer.rows.map((row) => row.name));
  } catch (error) {
    if (error instanceof pg.DatabaseError && ['42883', '42501', '42P01'].includes(error.code ?? '')) return false;
    throw error;
  }
}

function sameNames(executed: readonly string[]): boolean {
  return executed.length === migrations.length && migrations.every(({ name }) => executed.includes(name));
}
