// The guards: every rule of domain.md §3 and §4 as a row, and their order.
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/domain/model/caller.ts';
import type { Membership } from '../../src/domain/model/membership.ts';
import type { RefusalRule } from '../../src/domain/refusals.ts';
import type { MemberAct } from '../../src/domain/rules/guarded-act.ts';
import { guard } from '../../src/domain/rules/guards.ts';
import { connection, member, operator, person, workspace } from './fixtures.ts';

interface Row {
  readonly why: string;
  readonly actor: Actor;
  readonly act: MemberAct;
  readonly target: Partial<Membership>;
  readonly others?: number;
  readonly expected: readonly RefusalRule[];
}

const remove: MemberAct = { kind: 'remove' };
const deactivate: MemberAct = { kind: 'deactivate' };
const boss = { role: 'owner', accountId: 'account-of-boss', id: 'boss' } as const;

const table: readonly Row[] = [
  { why: 'an admin removes a member', actor: person('admin'), act: remove, target: {}, expected: [] },
  { why: 'an admin removes an admin', actor: person('admin'), act: remove, target: { role: 'admin' }, expected: [] },
  { why: 'an admin cannot reach an owner', actor: person('admin'), act: remove, target: { role: 'owner' }, others: 1, expected: ['role-not-manageable'] },
  { why: 'an owner removes another owner', actor: person('owner'), act: remove, target: { role: 'owner' }, others: 1, expected: [] },
  { why: 'a member does not even see others', actor: person('member'), act: remove, target: {}, expected: ['not-found'] },
  { why: 'not found hides every later guard', actor: person('member'), act: remove, target: boss, expected: ['not-found'] },
  { why: 'a member sees itself but lacks the permission', actor: person('member', 'm1'), act: { kind: 'update' }, target: { id: 'm1' }, expected: ['permission-denied'] },
  { why: 'nobody removes themselves', actor: person('admin', 'm1'), act: remove, target: { role: 'admin' }, expected: ['self-removal'] },
  { why: 'nobody deactivates themselves', actor: person('owner', 'm1'), act: deactivate, target: { role: 'owner' }, others: 1, expected: ['self-removal'] },
  { why: 'permission comes before self', actor: person('member', 'm1'), act: remove, target: {}, expected: ['permission-denied', 'self-removal'] },
  { why: 'an owner may step down when another stays', actor: person('owner', 'm1'), act: { kind: 'role', to: 'admin' }, target: { role: 'owner' }, others: 1, expected: [] },
  { why: 'an admin cannot make owners', actor: person('admin'), act: { kind: 'role', to: 'owner' }, target: {}, expected: ['role-not-manageable'] },
  { why: 'a connection removes anybody', actor: connection, act: remove, target: { role: 'owner' }, others: 1, expected: [] },
  { why: 'but not the last owner', actor: connection, act: remove, target: { role: 'owner' }, expected: ['last-owner'] },
  { why: 'the last owner is not deactivated', actor: connection, act: deactivate, target: { role: 'owner' }, expected: ['last-owner'] },
  { why: 'nor demoted', actor: operator, act: { kind: 'role', to: 'member' }, target: { role: 'owner' }, expected: ['last-owner'] },
  { why: 'a deactivated owner is not the last active one', actor: connection, act: remove, target: { role: 'owner', status: 'deactivated' }, expected: [] },
  { why: 'a service account is no human owner', actor: connection, act: remove, target: { role: 'owner', human: false }, expected: [] },
  { why: 'the account owner is protected', actor: connection, act: remove, target: boss, others: 1, expected: ['account-owner-protected'] },
  { why: 'also as a plain member of another workspace', actor: connection, act: deactivate, target: { ...boss, role: 'member' }, expected: ['account-owner-protected'] },
  { why: 'also from demotion', actor: operator, act: { kind: 'role', to: 'admin' }, target: boss, others: 1, expected: ['account-owner-protected'] },
  { why: 'last owner comes before account owner', actor: connection, act: remove, target: boss, expected: ['last-owner', 'account-owner-protected'] },
  { why: 'self comes before last owner', actor: person('owner', 'boss'), act: remove, target: boss, expected: ['self-removal', 'last-owner', 'account-owner-protected'] },
  { why: 'an update of the account owner is fine', actor: connection, act: { kind: 'update' }, target: boss, expected: [] },
  { why: 'a reactivation asks no owner rule', actor: connection, act: { kind: 'reactivate' }, target: { ...boss, status: 'deactivated' }, expected: [] },
];

describe('guards', () => {
  it.each(table)('$why', ({ actor, act, target, others = 0, expected }) => {
    const refusal = guard({ actor, act, target: member(target), workspace, otherActiveOwners: others });
    expect(refusal?.blockers.map((blocker) => blocker.rule) ?? []).toEqual(expected);
    expect(refusal?.rule).toBe(expected[0]);
  });

  it('says what, who and the remedy', () => {
    const refusal = guard({ actor: connection, act: remove, target: member({ role: 'owner' }), workspace, otherActiveOwners: 0 });
    expect(refusal?.detail).toBe('Cannot remove last owner: ada@acme.example is the only active owner of Acme. Transfer ownership, then retry.');
  });
});
