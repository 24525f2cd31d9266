// Row-level security of a table, the same three statements for every one; used by the migrations only.

/** The tenant of the present transaction; the setting is an empty string after its transaction. */
function setting(name: 'workspace' | 'organization'): string {
  return `nullif(current_setting('app.${name}', true), '')::uuid`;
}

/** Statements that show and accept only rows of the present workspace or organization. */
export function isolate(table: string, column: string, by: 'workspace' | 'organization'): string[] {
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy tenant on ${table} using (${column} = ${setting(by)}) with check (${column} = ${setting(by)})`,
  ];
}

/** Lets functions that run as the owner of the tables read across tenants; such functions are named in the catalogue test. */
export function readableByOwner(table: string): string {
  return `create policy across_tenants on ${table} for select to current_user using (true)`;
}

/**
 * A function that names, in order and after a given one, the tenants that have rows in a queue; it hops along the primary key however long
 * the queue is. A condition on the row `q` makes it name only tenants that have such a row, for which the queue needs an index.
 */
export function waitingTenants(name: string, queue: string, column: 'workspace_id' | 'organization_id', condition?: string): string {
  const also = condition === undefined ? '' : ` and ${condition}`;
  return `create function ${name}(most integer, beyond uuid default null) returns table (${column} uuid) language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$
    with recursive tenant (id) as (
      (select q.${column} from public.${queue} q where q.${column} > coalesce(beyond, '00000000-0000-0000-0000-000000000000')${also} order by q.${column} limit 1)
      union all
      select (select q.${column} from public.${queue} q where q.${column} > t.id${also} order by q.${column} limit 1) from tenant t where t.id is not null)
    select id from tenant where id is not null limit most $$`;
}

/** Statements that make a table append-only for everybody who does not own it, and loudly so for its owner. */
export function appendOnly(table: string): string[] {
  return [
    `create trigger append_only before update or delete on ${table} for each row execute function usher_append_only()`,
    `create trigger append_only_truncate before truncate on ${table} for each statement execute function usher_append_only()`,
  ];
}
