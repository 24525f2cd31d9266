// A tenant, token records and parties that the tests of tokens share.
import type { TokenRecord } from '../../src/domain/areas/connections.ts';
import type { Tenant } from '../../src/domain/model/caller.ts';
import type { TokenParties } from '../../src/http/auth/mint-token.ts';

export const tenant: Tenant = { workspaceId: '018f0000-0000-7000-8000-00000000aaaa', organizationId: '018f0000-0000-7000-8000-00000000bbbb' };
export const parties: TokenParties = { issuer: 'https://scim.example', audience: 'usher' };

export const connectionRecord: TokenRecord = {
  id: '018f0000-0000-7000-8000-000000000001',
  connectionId: '018f0000-0000-7000-8000-00000000cccc',
  membershipId: undefined,
  epoch: undefined,
  scopes: ['scim.read', 'scim.write'],
  expiresAt: undefined,
};

export const personRecord: TokenRecord = {
  id: '018f0000-0000-7000-8000-000000000002',
  connectionId: undefined,
  membershipId: '018f0000-0000-7000-8000-00000000dddd',
  epoch: 3,
  scopes: ['scim.read', 'scim.write', 'admin.read', 'admin.write'],
  expiresAt: new Date('2100-01-01T00:00:00Z'),
};
