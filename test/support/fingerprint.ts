// What stands in every table of a database, so that a test can tell that nothing was written; looks past row-level security.
import type { StartedServer } from './started-server.ts';

/** For each table its number of rows and a digest of their whole content. */
export type Fingerprint = Readonly<Record<string, { readonly rows: number; readonly digest: string }>>;

const statements = new WeakMap<StartedServer['query'], Promise<string>>();

/** `left out` are tables that change by themselves after a request, such as seals. */
export async function fingerprint({ query }: Pick<StartedServer, 'query'>): Promise<Fingerprint> {
  const statement = statements.get(query) ?? makeStatement(query);
  statements.set(query, statement);
  const rows = await query(await statement);
  return Object.fromEntries(rows.map(({ name, rows: count, digest }) => [String(name), { rows: Number(count), digest: String(digest) }]));
}

async function makeStatement(query: StartedServer['query']): Promise<string> {
  const tables = await query(`select tablename as name from pg_tables where schemaname = 'public' order by 1`);
  if (tables.length < 20) throw new Error(`only ${tables.length} tables were found`);
  const parts = tables.map(({ name }) => `select '${String(name)}' as name, count(*)::int as rows, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from "${String(name)}" t`);
  return parts.join(' union all ');
}

/** Names of the tables that differ. */
export function changedTables(before: Fingerprint, after: Fingerprint): string[] {
  return Object.keys(after).filter((name) => before[name]?.digest !== after[name]?.digest || before[name]?.rows !== after[name]?.rows);
}
