// The guards with roles that a workspace made, and with groups that give roles: what counts is the role in force afterwards.
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/domain/model/caller.ts';
import type { Membership } from '../../src/domain/model/membership.ts';
import { rolesWith } from '../../src/domain/model/role.ts';
import type { RefusalRule } from '../../src/domain/refusals.ts';
import type { MemberAct } from '../../src/domain/rules/guarded-act.ts';
import { guard } from '../../src/domain/rules/guards.ts';
import { member, operator, person, workspace } from './fixtures.ts';

const roles = rolesWith([
  { key: 'lead', name: 'Lead', rank: 50, permissions: new Set(['members.read', 'members.role', 'members.remove']), version: 1 },
  { key: 'guest', name: 'Guest', rank: 5, permissions: new Set(), version: 1 },
  { key: 'auditor', name: 'Auditor', rank: 5, permissions: new Set(['audit.read']), version: 1 },
  { key: 'biller', name: 'Biller', rank: 79, permissions: new Set(['members.read', 'members.role', 'billing.read']), version: 1 },
]);
const lead = person('lead', 'actor', roles);
const remove: MemberAct = { kind: 'remove' };
const to = (role: string, effective?: string): MemberAct => ({ kind: 'role', to: role, ...(effective === undefined ? {} : { effective }) });
const boss = { role: 'owner', accountId: 'account-of-boss', id: 'boss' } as const;

interface Row {
  readonly why: string;
  readonly actor: Actor;
  readonly act: MemberAct;
  readonly target: Partial<Membership>;
  readonly expected: readonly RefusalRule[];
}

const table: readonly Row[] = [
  { why: 'a lead removes a member', actor: lead, act: remove, target: {}, expected: [] },
  { why: 'a lead removes a lead', actor: lead, act: remove, target: { role: 'lead' }, expected: [] },
  { why: 'a lead does not reach an admin', actor: lead, act: remove, target: { role: 'admin' }, expected: ['role-not-manageable'] },
  { why: 'a lead may not deactivate', actor: lead, act: { kind: 'deactivate' }, target: {}, expected: ['permission-denied'] },
  { why: 'a lead makes a guest', actor: lead, act: to('guest'), target: {}, expected: [] },
  { why: 'a lead makes no admin', actor: lead, act: to('admin'), target: {}, expected: ['role-not-manageable'] },
  { why: 'a lead gives no permission that it lacks', actor: lead, act: to('auditor'), target: {}, expected: ['role-not-manageable'] },
  { why: 'an admin gives no permission that it lacks', actor: person('admin', 'actor', roles), act: to('biller'), target: {}, expected: ['role-not-manageable'] },
  { why: 'an owner gives any', actor: person('owner', 'actor', roles), act: to('biller'), target: {}, expected: [] },
  { why: 'nobody gives a role that is not there', actor: operator, act: to('nothing'), target: {}, expected: ['invalid-value'] },
  { why: 'a role that is gone allows nothing', actor: person('gone', 'actor', roles), act: remove, target: {}, expected: ['not-found'] },
  { why: 'a last owner by group may get another base role', actor: operator, act: to('member', 'owner'), target: { role: 'owner', baseRole: 'admin' }, expected: [] },
  { why: 'not where the group gives less', actor: operator, act: to('member', 'admin'), target: { role: 'owner', baseRole: 'owner' }, expected: ['last-owner'] },
  { why: 'the account owner keeps what the groups give', actor: operator, act: to('member', 'owner'), target: boss, expected: [] },
  { why: 'the account owner is not lowered to what they give', actor: operator, act: to('member', 'lead'), target: { ...boss, role: 'admin' }, expected: ['account-owner-protected'] },
];

describe('guards', () => {
  it.each(table)('$why', ({ actor, act, target, expected }) => {
    const refusal = guard({ actor, act, target: member(target), workspace: { ...workspace, roles }, otherActiveOwners: 0 });
    expect(refusal?.blockers.map((blocker) => blocker.rule) ?? []).toEqual(expected);
  });
});
