// Loads the live clients of an organization with their live secrets, locked: a third secret must not slip in beside a second.
import type { RecordLoad } from './record-load.ts';

/** All live clients in the order of their ids. */
export const hostClientLoad: RecordLoad<'hostClients'> = {
  statements: ({ credential }) => {
    const values = [credential.tenant.organizationId];
    return [
      { name: 'host_clients', text: 'select id, label, created_at from oauth_client where organization_id = $1 and revoked_at is null order by id for update', values },
      { name: 'host_secrets', text: 'select client_id, id, created_at from oauth_secret where organization_id = $1 and revoked_at is null order by created_at, id', values },
    ];
  },
  found: ([clients = [], secrets = []]) => {
    const ofClient = Map.groupBy(secrets, (secret) => secret['client_id'] as string);
    return clients.map((row) => ({
      id: row['id'] as string,
      label: row['label'] as string,
      createdAt: row['created_at'] as Date,
      secrets: (ofClient.get(row['id'] as string) ?? []).map((secret) => ({ id: secret['id'] as string, createdAt: secret['created_at'] as Date })),
    }));
  },
};
