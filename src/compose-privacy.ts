// Puts erasure and export of personal data together; compose.ts mounts them.
import type { Pool } from 'pg';
import type { AccountStore, PersonalDataReads } from './domain/erasure-ports.ts';
import { createAccountStore } from './persistence/commands/account-store.ts';
import type { StoreOptions } from './persistence/commands/command-store.ts';
import { createPersonalDataReads } from './persistence/reads/personal-data.ts';

/** The ports of this area on an open database. */
export interface PrivacyPorts {
  readonly accountStore: AccountStore;
  readonly personalData: PersonalDataReads;
}

/** Puts them on a pool. */
export function openPrivacyPorts(pool: Pool, options: Pick<StoreOptions, 'belongingKinds' | 'committed'>): PrivacyPorts {
  return { accountStore: createAccountStore(pool, options), personalData: createPersonalDataReads(pool) };
}
