// The seats of an organization from its three sources, which must agree.
import { raw } from '@mikro-orm/core';
import type { Database } from '../database/pool.ts';
import { OrganizationEntity } from '../entities/organization.entity.ts';
import { SeatBalanceEntity } from '../entities/seat-balance.entity.ts';
import { SeatClaimEntity } from '../entities/seat-claim.entity.ts';
import { SeatLedgerEntity } from '../entities/seat-ledger.entity.ts';
import { SeatUnsealedEntity } from '../entities/seat-unsealed.entity.ts';
import { readAs } from './read-as.ts';

/** `used` counts persons with a claim and `ledger` sums the steps; `balance` is the last sealed one, `unsealed` the steps that it lacks. */
export interface SeatReport {
  readonly organization: string;
  readonly limit: number | undefined;
  readonly used: number;
  readonly ledger: number;
  readonly balance: number;
  readonly unsealed: number;
}

/** The report as of one moment, or undefined when there is no such organization. */
export async function seatReport(database: Database, organizationId: string): Promise<SeatReport | undefined> {
  return await readAs(database, { organizationId }, async (em) => {
    const organization = await em.findOne(OrganizationEntity, { id: organizationId });
    if (organization === null) return undefined;
    const used = await em.createQueryBuilder(SeatClaimEntity).where({ organizationId }).getCount('accountId', true);
    const [sum] = await em
      .createQueryBuilder(SeatLedgerEntity)
      .select(raw('coalesce(sum(delta), 0)::integer as total'))
      .where({ organizationId })
      .execute<{ total: number }[]>();
    const last = await em.findOne(SeatBalanceEntity, { organizationId }, { orderBy: { seq: 'desc' } });
    const unsealed = await em.count(SeatUnsealedEntity, { organizationId });
    return { organization: organization.name, limit: organization.seatLimit ?? undefined, used, ledger: sum?.total ?? 0, balance: last?.balance ?? 0, unsealed };
  });
}
