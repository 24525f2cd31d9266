// Looks for rows without the others that were written in the same transaction; an honest database has none, whatever happened to its writers.

type Query = (text: string) => Promise<Record<string, unknown>[]>;

/** What is missing beside what, with an id; nothing where every change is whole. Asks past row-level security. */
export async function halfDone(query: Query): Promise<Record<string, unknown>[]> {
  return await query(statement);
}

const statement = `
  select 'change without its audit row' as what, m.id::text as id from membership m where not exists (select from audit_event a where a.target_id = m.id and a.outcome = 'success')
  union all select 'group without its audit row', g.id::text from scim_group g where not exists (select from audit_event a where a.target_id = g.id and a.action = 'group_create')
  union all select 'member of nothing', gm.member_id::text from group_member gm
    where not exists (select from membership m where m.id = gm.member_id and m.deleted_at is null) and not exists (select from scim_group g where g.id = gm.member_id)
  union all select 'seat without its audit row', l.id::text from seat_ledger l where not exists (select from audit_event a where a.id = l.audit_id)
  union all select 'ledger and claims disagree', o.id::text from organization o
    where (select coalesce(sum(delta), 0) from seat_ledger l where l.organization_id = o.id) <> (select count(distinct account_id) from seat_claim c where c.organization_id = o.id)
  union all select 'deactivated without a hold, or held and active', m.id::text from membership m where m.deleted_at is null
    and (m.status = 'deactivated') <> exists (select from membership_hold h where h.membership_id = m.id)
  union all select 'e-mails and document disagree', m.id::text from membership m where m.deleted_at is null
    and (select count(*) from membership_email e where e.membership_id = m.id)
      <> (select count(*) from jsonb_array_elements(coalesce(m.profile->'emails', '[]')) e where e->>'value' is not null)
  union all select 'no active owner', w.id::text from workspace w
    where not exists (select from membership m where m.workspace_id = w.id and m.role = 'owner' and m.status = 'active' and m.deleted_at is null)
  union all select 'outbox row without its audit row', o.id::text from outbox_event o where not exists (select from audit_event a where a.id = o.audit_id)
  union all select 'audit row that waits for no sealer and has no seal', a.id::text from audit_event a
    where not exists (select from audit_unsealed u where u.event_id = a.id) and not exists (select from audit_seal s where s.event_id = a.id)
  union all select 'resource without its audit row', r.id::text from scim_resource r
    where not exists (select from audit_event a where a.target_id = r.id and a.action = 'resource_create' and a.outcome = 'success')
  union all select 'unique value of nobody', u.resource_id::text from unique_value u
    where not exists (select from membership m where m.id = u.resource_id and m.deleted_at is null)
      and not exists (select from scim_group g where g.id = u.resource_id) and not exists (select from scim_resource r where r.id = u.resource_id)
  union all select 'link of nobody', l.membership_id::text from membership_link l
    where l.live and not exists (select from membership m where m.id = l.membership_id and m.deleted_at is null)
  union all select 'owned resource without its audit row', r.id::text from owned_resource r
    where not exists (select from audit_event a where a.target_id = r.id and a.action = 'resource_register' and a.outcome = 'success')
  union all select 'campaign of nobody who is there', r.id::text from owned_resource r join membership m on m.workspace_id = r.workspace_id and m.id = r.owner_id
    where r.kind = 'campaign' and (m.deleted_at is not null or m.status <> 'active')
  union all select 'resource that counts other takings than there are', r.id::text from owned_resource r
    where r.takings <> (select count(*) from resource_taking t where t.workspace_id = r.workspace_id and t.resource_id = r.id and t.live)
  union all select 'key without its audit row', k.id::text from api_key k
    where not exists (select from audit_event a where a.target_id = k.id and a.action = 'api_key_create' and a.outcome = 'success')`;
