// Row-level security of a table, the same three statements for every one; used by the migrations only.

/** The tenant of the present transaction; the setting is an empty string after its transaction. */
export function setting(name: 'workspace' | 'organization'): string {
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

/** Statements that make a table append-only for everybody who does not own it, and loudly so for its owner. */
export function appendOnly(table: string): string[] {
  return [
    `create trigger append_only before update or delete on ${table} for each row execute function usher_append_only()`,
    `create trigger append_only_truncate before truncate on ${table} for each statement execute function usher_append_only()`,
  ];
}
