// How far a connection reaches by its policy, and who may let it reach that far: nobody gets a role through a connection that they could not give.
import type { Actor } from '../model/caller.ts';
import type { ConnectionPolicy } from '../model/connection-policy.ts';
import type { RoleBook, RoleKey } from '../model/role.ts';
import { refuse, type Refusal } from '../refusals.ts';
import { mayGrant } from './authority.ts';

/** The roles that a connection may give by its policy, the strongest of each way. */
function grantsOf({ maxRole, ownerFromGroups }: ConnectionPolicy): readonly RoleKey[] {
  return ownerFromGroups ? [maxRole, 'owner'] : [maxRole];
}

/**
 * Refuses a policy that lets a connection give a role which the actor may not give, unless the policy before let it already. Without one
 * before, for whoever gets hold of the connection itself, everything counts.
 */
export function beyondReach(actor: Actor, policy: ConnectionPolicy, roles: RoleBook, before?: ConnectionPolicy): Refusal | undefined {
  const had = before === undefined ? [] : grantsOf(before);
  const beyond = grantsOf(policy).find((role) => role !== 'member' && !had.includes(role) && !mayGrant(actor, role, roles));
  if (beyond === undefined) return undefined;
  return refuse('role-not-manageable', `By this policy the connection gives people the role ${beyond}, which you cannot give yourself. Ask an owner.`);
}
