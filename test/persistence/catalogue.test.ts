// The catalogue of the migrated database: every table is fenced in, and no role can do more than it needs.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runtimeRights } from '../../src/persistence/runtime-role.ts';
import { createWithOrdinaryOwner, type OrdinaryDatabase } from './ordinary-owner.ts';

/** Tables without a tenant: out of the runtime role's reach altogether. */
const unfenced = ['organization_directory', 'usher_job_state', 'usher_migration', 'workspace_directory'];
const appendOnly = ['audit_event', 'audit_seal', 'seat_balance', 'seat_ledger'];
/** The only ways across tenants. */
const acrossTenants = [
  'usher_account_memberships',
  'usher_account_places',
  'usher_due_endpoints',
  'usher_due_schedules',
  'usher_enter_directory',
  'usher_invitations_due',
  'usher_job_states',
  'usher_logged_workspaces',
  'usher_mail_due',
  'usher_mail_old',
  'usher_migrations',
  'usher_organization_by_name',
  'usher_rename_directory',
  'usher_report_job',
  'usher_seat_places',
  'usher_seat_prospects',
  'usher_stale_answers',
  'usher_unsealed_organizations',
  'usher_unsealed_workspaces',
  'usher_workspace_by_slug',
  'usher_workspace_names',
  'usher_workspaces',
  'usher_workspaces_with_endpoints',
  'usher_workspaces_with_outbox',
];

let database: OrdinaryDatabase;
let owner: pg.Client;
let tables: string[];

beforeAll(async () => {
  database = await createWithOrdinaryOwner();
  owner = new pg.Client({ ...database.owner });
  await owner.connect();
  tables = await column(`select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`);
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

async function column(text: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await owner.query<string[]>({ text, values, rowMode: 'array' });
  return rows.map((row) => String(row[0]));
}

function tenantColumn(table: string): string {
  if (table === 'organization' || table === 'workspace') return 'id';
  return ['user_account', 'seat_claim', 'seat_ledger', 'seat_balance', 'seat_unsealed', 'idempotency_key', 'oauth_client', 'oauth_secret', 'oauth_token', 'account_subject', 'user_session'].includes(table) ? 'organization_id' : 'workspace_id';
}

describe('every table', () => {
  it('is known to the grants', () => {
    expect(tables.length).toBeGreaterThan(20);
    expect([...runtimeRights.keys()].sort()).toEqual(tables);
  });

  it('has row-level security, enabled and forced, or is a named exception', async () => {
    const open = await column(`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and not (relrowsecurity and relforcerowsecurity) order by relname`);
    expect(open).toEqual(unfenced);
  });

  it('shows and accepts rows of the present tenant only', async () => {
    const { rows } = await owner.query<{ table: string; name: string; command: string; permissive: boolean; everybody: boolean; using: string; check: string }>(
      `select c.relname as table, p.polname as name, p.polcmd as command, p.polpermissive as permissive, p.polroles = '{0}' as everybody,
        pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
        from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname <> 'across_tenants' order by c.relname`,
    );
    const expected = tables
      .filter((table) => !unfenced.includes(table))
      .map((table) => {
        const fence = tenantColumn(table);
        const setting = fence === 'organization_id' || table === 'organization' ? 'app.organization' : 'app.workspace';
        const condition = `(${fence} = (NULLIF(current_setting('${setting}'::text, true), ''::text))::uuid)`;
        return { table, name: 'tenant', command: '*', permissive: true, everybody: true, using: condition, check: condition };
      });
    expect(rows).toEqual(expected);
  });

  it('can be read across tenants only by the owner, and only the queues of jobs', async () => {
    const { rows } = await owner.query(
      `select c.relname as table, p.polcmd as command, p.polroles = array[to_regrole(current_user)::oid] as owners from pg_policy p join pg_class c on c.oid = p.polrelid
        where p.polname = 'across_tenants' order by c.relname`,
    );
    expect(rows).toEqual([
      { table: 'audit_unsealed', command: 'r', owners: true },
      { table: 'event_delivery', command: 'r', owners: true },
      { table: 'event_endpoint', command: 'r', owners: true },
      { table: 'idempotency_key', command: 'r', owners: true },
      { table: 'invitation', command: 'r', owners: true },
      { table: 'mail_message', command: 'r', owners: true },
      { table: 'outbox_event', command: 'r', owners: true },
      { table: 'scheduled_action', command: 'r', owners: true },
      { table: 'scim_request_log', command: 'r', owners: true },
      { table: 'seat_unsealed', command: 'r', owners: true },
    ]);
  });

  it('leads its primary key and every index with the tenant', async () => {
    const { rows } = await owner.query<{ table: string; index: string; primary: boolean; first: string }>(
      `select c.relname as table, i.indexrelid::regclass::text as index, i.indisprimary as primary, a.attname as first from pg_index i
        join pg_class c on c.oid = i.indrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where c.relnamespace = 'public'::regnamespace`,
    );
    const fenced = rows.filter((row) => !unfenced.includes(row.table));
    expect(fenced.filter((row) => row.primary).map((row) => row.table).sort()).toEqual(tables.filter((table) => !unfenced.includes(table)));
    expect(fenced.filter((row) => row.first !== tenantColumn(row.table))).toEqual([]);
  });

  it('compares its keys byte by byte, for anything else switches indexes off under row-level security', async () => {
    const loose = await column(
      `select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_collation l on l.oid = a.attcollation
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'usher_migration'
        and exists (select from pg_index i where i.indrelid = c.oid and a.attnum = any (i.indkey)) and a.attcollation <> 0 and l.collname <> 'C'`,
    );
    expect(loose).toEqual([]);
  });
});

describe('the runtime role', () => {
  it('has no attribute that passes over the fences, and no way to a role that has', async () => {
    const { rows } = await owner.query(
      `select r.rolname from pg_roles r where pg_has_role($1, r.oid, 'MEMBER') and
        (r.rolname <> $1 or r.rolsuper or r.rolbypassrls or r.rolcreatedb or r.rolcreaterole or r.rolreplication)`,
      [database.runtime.user],
    );
    expect(rows).toEqual([]);
  });

  it('owns nothing and may create nothing', async () => {
    const { rows } = await owner.query(
      `select (select count(*)::int from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = to_regrole($1)::oid and d.deptype = 'o') as owned,
        has_schema_privilege($1, 'public', 'create') as in_schema, has_database_privilege($1, current_database(), 'create') as in_database`,
      [database.runtime.user],
    );
    expect(rows).toEqual([{ owned: 0, in_schema: false, in_database: false }]);
  });

  it('has no right at all on the exceptions and only appends to what is append-only', async () => {
    const { rows } = await owner.query<{ table: string; rights: string[] }>(
      `select c.relname as table, array(select r from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) r
          where has_table_privilege($1, c.oid, r) or (r in ('select', 'insert', 'update', 'references') and has_any_column_privilege($1, c.oid, r))) as rights
        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S') order by c.relname`,
      [database.runtime.user],
    );
    const rights = new Map(rows.map((row) => [row.table, row.rights]));
    for (const table of [...unfenced, 'usher_migration_id_seq']) expect([table, rights.get(table)]).toEqual([table, []]);
    for (const table of appendOnly) expect([table, rights.get(table)]).toEqual([table, ['select', 'insert']]);
    expect(rows.filter((row) => row.rights.some((right) => ['truncate', 'references', 'trigger'].includes(right)))).toEqual([]);
  });
});

describe('functions', () => {
  it('run with the owner\'s rights only where they are named, with a search path of their own', async () => {
    const { rows } = await owner.query<{ name: string; config: string[] | null }>(
      `select p.proname as name, p.proconfig as config from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef order by p.proname`,
    );
    expect(rows).toEqual(acrossTenants.map((name) => ({ name, config: ['search_path=pg_catalog, pg_temp'] })));
  });

  it('may be called by the runtime role and not by everybody', async () => {
    const { rows } = await owner.query<{ name: string; runtime: boolean; everybody: boolean }>(
      `select p.proname as name, has_function_privilege($1, p.oid, 'execute') as runtime,
        p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0) as everybody
        from pg_proc p where p.pronamespace = 'public'::regnamespace`,
      [database.runtime.user],
    );
    expect(rows.length).toBeGreaterThanOrEqual(acrossTenants.length);
    expect(rows.filter((row) => !row.name.startsWith('usher_') || !row.runtime || row.everybody)).toEqual([]);
  });
});
