// Where a person is or was a member, for whoever erases or exports what is kept of it, and since when an account is erased.
import { Migration } from '@mikro-orm/migrations';

export class Migration0015Erasure extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create index user_account_erased on user_account (organization_id, erased_at) where erased_at is not null`,

  // All memberships there ever were. Each workspace of the present organization is entered in turn, as its own tenant, and left for the present one.
  `create function usher_account_places(account uuid) returns table (workspace_id uuid, membership_id uuid, live boolean)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
  declare
    present text := coalesce(current_setting('app.workspace', true), '');
    place uuid;
  begin
    for place in select w.workspace_id from public.usher_workspaces() w loop
      perform set_config('app.workspace', place::text, true);
      return query select m.workspace_id, m.id, true from public.membership m where m.workspace_id = place and m.account_id = account and m.deleted_at is null
        union all select m.workspace_id, m.id, false from public.membership m where m.workspace_id = place and m.account_id = account and m.deleted_at is not null;
    end loop;
    perform set_config('app.workspace', present, true);
  end $$`,
];
