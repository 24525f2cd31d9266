// The role in force: the strongest of what a member has by itself and what its groups give (domain.md §5, I27).
import { roleIn, type RoleBook, type RoleKey } from '../model/role.ts';

/**
 * The strongest of the base role and the roles of groups, in whatever order they come. Of equal ranks the base role goes first, then the
 * lesser key, so that the answer depends on nothing else.
 */
export function effectiveRole(roles: RoleBook, base: RoleKey, ofGroups: Iterable<RoleKey>): RoleKey {
  let strongest = base;
  for (const key of [...ofGroups].toSorted()) if (roleIn(roles, key).rank > roleIn(roles, strongest).rank) strongest = key;
  return strongest;
}
