// What the events of roles come to. A role has a key and no id, so that its audit rows name it in the metadata.
import type { EffectTable } from '../effect.ts';
import type { Role } from '../model/role.ts';
import type { RoleEvent } from './roles.ts';

/** The effect of each event. */
export const roleEffects: EffectTable<RoleEvent> = {
  roleCreated: ({ role }) => ({ changes: [{ kind: 'role.insert', role }], audit: { action: 'role_create', targetId: undefined, metadata: told(role) } }),
  roleDefined: ({ role, fields }) => ({ changes: [{ kind: 'role.update', role }], audit: { action: 'role_update', targetId: undefined, metadata: { ...told(role), fields } } }),
  roleDeleted: ({ key }) => ({ changes: [{ kind: 'role.delete', key }], audit: { action: 'role_delete', targetId: undefined, metadata: { role: key } } }),
  mappingSet: ({ groupId, from, to }) => ({
    changes: [{ kind: 'mapping.put', groupId, role: to }],
    audit: { action: 'group_role_set', targetId: groupId, metadata: { ...(from === undefined ? {} : { from }), to } },
  }),
  mappingUnset: ({ groupId, from }) => ({ changes: [{ kind: 'mapping.delete', groupId }], audit: { action: 'group_role_unset', targetId: groupId, metadata: { from } } }),
  effectiveRoleChanged: ({ id, from, to, cause }) => ({
    changes: [{ kind: 'membership.update', id, set: { roles: { effective: to } } }, ...(from === 'owner' || to === 'owner' ? [{ kind: 'demotion.end' as const, membershipId: id }] : [])],
    audit: { action: 'team_membership_role_change', targetId: id, metadata: { from, to, cause } },
  }),
  demotionWithheld: ({ id, from, to, cause, rule, connectionId }) => ({
    changes: connectionId === undefined ? [] : [{ kind: 'intent.note', connectionId, membershipId: id, act: 'demote', rule }],
    audit: { action: 'team_membership_role_change', outcome: 'withheld', targetId: id, metadata: { from, to, cause } },
  }),
  demotionDropped: ({ id }) => ({ changes: [{ kind: 'demotion.end', membershipId: id }], audit: { action: 'blocked_intent_withdraw', targetId: id, metadata: { act: 'demote' } } }),
  successorNominated: ({ ownerId, successorId, alsoAccount }) => ({
    changes: [{ kind: 'successor.put', ownerId, successorId, alsoAccount }],
    audit: { action: 'successor_nominate', targetId: successorId, metadata: { owner: ownerId, account: alsoAccount } },
  }),
  successorWithdrawn: ({ ownerId, successorId }) => ({
    changes: [{ kind: 'successor.delete', ownerId }],
    audit: { action: 'successor_withdraw', targetId: successorId, metadata: { owner: ownerId } },
  }),
};

function told({ key, name, rank, permissions }: Role): Readonly<Record<string, string | number | readonly string[]>> {
  return { role: key, name, rank, permissions: [...permissions].toSorted() };
}
