// To whom a cursor belongs, for every list that hands some out.
import type { Credential } from '../domain/model/caller.ts';

/** Who may use a cursor: nobody but the connection or the person that it was given to, with whatever token. */
export function cursorHolderOf(credential: Credential): string {
  const { tenant, kind } = credential;
  const id = credential.kind === 'connection' ? credential.connectionId : credential.kind === 'person' ? credential.membershipId : '';
  return [tenant.organizationId, tenant.workspaceId, kind, id].join(' ');
}
