// Whose hold a caller writes and lifts: nobody lifts somebody else's (domain.md §2).
import { linkSpaceOf, type Credential } from '../model/caller.ts';
import type { HoldSource } from '../model/membership.ts';

/** A connection's own source, that of the schedule for the server's own jobs; persons and the operator share the admins'. */
export function holdSourceOf(credential: Credential): HoldSource {
  if (credential.kind === 'system') return 'schedule';
  return credential.kind === 'connection' ? `idp:${linkSpaceOf(credential)}` : 'admin';
}
