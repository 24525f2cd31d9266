// The numbered migrations in their order; their names are what the database remembers of them, and each is loaded only to be run.
import type { Migration } from '@mikro-orm/migrations';

/** A migration and the name under which it is recorded; released names never change. */
export interface NumberedMigration {
  readonly name: string;
  readonly load: () => Promise<new (...given: ConstructorParameters<typeof Migration>) => Migration>;
}

export const migrations: readonly NumberedMigration[] = [
  { name: '0001-tenants', load: async () => (await import('./0001-tenants.ts')).Migration0001Tenants },
  { name: '0002-members', load: async () => (await import('./0002-members.ts')).Migration0002Members },
  { name: '0003-groups', load: async () => (await import('./0003-groups.ts')).Migration0003Groups },
  { name: '0004-credentials', load: async () => (await import('./0004-credentials.ts')).Migration0004Credentials },
  { name: '0005-audit', load: async () => (await import('./0005-audit.ts')).Migration0005Audit },
  { name: '0006-resources', load: async () => (await import('./0006-resources.ts')).Migration0006Resources },
  { name: '0009-invitations', load: async () => (await import('./0009-invitations.ts')).Migration0009Invitations },
  { name: '0007-roles', load: async () => (await import('./0007-roles.ts')).Migration0007Roles },
  { name: '0008-members', load: async () => (await import('./0008-members.ts')).Migration0008Members },
  { name: '0010-host', load: async () => (await import('./0010-host.ts')).Migration0010Host },
  { name: '0011-belongings', load: async () => (await import('./0011-belongings.ts')).Migration0011Belongings },
  { name: '0012-events', load: async () => (await import('./0012-events.ts')).Migration0012Events },
  { name: '0013-connections', load: async () => (await import('./0013-connections.ts')).Migration0013Connections },
  { name: '0014-records', load: async () => (await import('./0014-records.ts')).Migration0014Records },
  { name: '0015-erasure', load: async () => (await import('./0015-erasure.ts')).Migration0015Erasure },
  { name: '0016-request-log', load: async () => (await import('./0016-request-log.ts')).Migration0016RequestLog },
];
