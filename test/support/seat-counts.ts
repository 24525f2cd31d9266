// The three ways to count the seats of an organization, each by SQL of its own: they have to agree at every commit (domain.md §6, I4).
import type { StartedServer } from './started-server.ts';

export interface SeatCounts {
  /** Persons with a membership that holds a seat, derived from the memberships alone. */
  readonly persons: number;
  /** The sum of the append-only ledger. */
  readonly ledger: number;
  /** Persons that the claims name. */
  readonly claimed: number;
}

export async function seatCounts({ query }: Pick<StartedServer, 'query'>, organizationId: string): Promise<SeatCounts> {
  const [row] = await query(
    `select
      (select count(distinct m.account_id)::int from membership m where m.organization_id = $1 and m.deleted_at is null and (
        m.status = 'active' or (m.status = 'deactivated' and m.accepted_at is not null)
        or (m.status = 'invited' and exists (select from invitation i where i.membership_id = m.id and i.status = 'pending' and i.expires_at > now())))) as persons,
      (select coalesce(sum(delta), 0)::int from seat_ledger where organization_id = $1) as ledger,
      (select count(distinct account_id)::int from seat_claim where organization_id = $1) as claimed`,
    [organizationId],
  );
  return { persons: Number(row?.['persons']), ledger: Number(row?.['ledger']), claimed: Number(row?.['claimed']) };
}

/** All three, when they agree on one number. */
export function agreed(count: number): SeatCounts {
  return { persons: count, ledger: count, claimed: count };
}
