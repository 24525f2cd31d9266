// To whom a cursor belongs, for every list that hands some out.
import type { Credential } from '../domain/model/caller.ts';

/** Who may use a cursor: nobody but the connection, person, account or client that it was given to, with whatever token. */
export function cursorHolderOf(credential: Credential): string {
  const { tenant, kind } = credential;
  return [tenant.organizationId, tenant.workspaceId, kind, holderIdOf(credential)].join(' ');
}

function holderIdOf(credential: Credential): string {
  switch (credential.kind) {
    case 'connection':
      return credential.connectionId;
    case 'person':
      return credential.membershipId;
    case 'account':
      return credential.accountId;
    case 'host':
      return credential.clientId;
    case 'operator':
    case 'system':
      return '';
  }
}
