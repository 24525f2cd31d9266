// The numbered migrations in their order; their names are what the database remembers of them.
import type { Migration } from '@mikro-orm/migrations';
import { Migration0001Tenants } from './0001-tenants.ts';
import { Migration0002Members } from './0002-members.ts';
import { Migration0003Groups } from './0003-groups.ts';
import { Migration0004Credentials } from './0004-credentials.ts';
import { Migration0005Audit } from './0005-audit.ts';

/** A migration and the name under which it is recorded; released names never change. */
export interface NumberedMigration {
  readonly name: string;
  readonly class: new (...given: ConstructorParameters<typeof Migration>) => Migration;
}

export const migrations: readonly NumberedMigration[] = [
  { name: '0001-tenants', class: Migration0001Tenants },
  { name: '0002-members', class: Migration0002Members },
  { name: '0003-groups', class: Migration0003Groups },
  { name: '0004-credentials', class: Migration0004Credentials },
  { name: '0005-audit', class: Migration0005Audit },
];
