// Previews and the last guards as pure functions.
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/domain/changes.ts';
import type { Situation } from '../../src/domain/model/preview.ts';
import { previewOf } from '../../src/domain/preview-of.ts';
import { deactivateFirst } from '../../src/domain/rules/deactivate-first.ts';
import type { GuardedAct } from '../../src/domain/rules/guarded-act.ts';
import { managedByIdp } from '../../src/domain/rules/managed-by-idp.ts';
import { otherWorkspaces } from '../../src/domain/rules/other-workspaces.ts';
import { connection, member, operator, person, workspace } from './fixtures.ts';

const strict = { ...workspace, policy: { ...workspace.policy, removalRequiresDeactivation: true } };
const act = (over: Pick<GuardedAct, 'act'> & Partial<GuardedAct>): GuardedAct => ({ actor: person('owner'), target: member(), workspace: strict, otherActiveOwners: 1, ...over });
const held = (...sources: readonly string[]) => member({ status: 'deactivated', holds: sources.map((source) => ({ source: source as 'admin', placedAt: new Date(0) })) });

describe('deactivate first', () => {
  it.each([
    ['an active member', { act: { kind: 'remove' } }, 'deactivate-first'],
    ['an active member in two steps', { act: { kind: 'remove', deactivates: true } }, undefined],
    ['a deactivated member', { act: { kind: 'remove' }, target: held('admin') }, undefined],
    ['an invited member', { act: { kind: 'remove' }, target: member({ status: 'invited' }) }, undefined],
    ['nobody, it deactivates', { act: { kind: 'deactivate' } }, undefined],
    ['an active member where the policy is off', { act: { kind: 'remove' }, workspace }, undefined],
  ] as const)('removing %s', (_, over, rule) => {
    expect(deactivateFirst(act(over))?.rule).toBe(rule);
  });
});

describe('managed by an identity provider', () => {
  it.each([
    ['only its hold', ['idp:c1'], 'tell', person('owner'), 'managed-by-idp'],
    ['only those of two', ['idp:c1', 'idp:c2'], 'tell', operator, 'managed-by-idp'],
    ['one that can be lifted too', ['idp:c1', 'admin'], 'tell', person('admin'), undefined],
    ['a schedule too', ['idp:c1', 'schedule'], 'tell', person('admin'), undefined],
    ['none of it', ['admin'], 'tell', person('admin'), undefined],
    ['only a policy', ['policy'], 'tell', person('admin'), undefined],
    ['only its hold, by SCIM', ['idp:c1'], undefined, connection, undefined],
    ['only its hold, overridden by an owner', ['idp:c1'], 'override', person('owner'), undefined],
    ['only its hold, overridden by an admin', ['idp:c1'], 'override', person('admin'), 'managed-by-idp'],
    ['no hold of it, overridden by an admin', ['admin'], 'override', person('admin'), undefined],
  ] as const)('reactivating whom %s keeps back', (_, sources, insists, actor, rule) => {
    expect(managedByIdp(act({ act: { kind: 'reactivate', insists }, target: held(...sources), actor }))?.rule).toBe(rule);
  });
});

describe('other workspaces', () => {
  const elsewhere = [{ id: 'w2', name: 'Emea' }, { id: 'w3', name: 'Apac' }];
  const nameless = [{ id: undefined, name: 'another workspace of the organization' }];

  it.each([
    ['an owner, who has organization.read', person('owner'), elsewhere],
    ['the account owner as a member', { ...person('member'), accountId: 'account-of-boss' }, elsewhere],
    ['the operator', operator, elsewhere],
    ['an admin', person('admin'), nameless],
    ['an identity provider', connection, nameless],
  ] as const)('for %s', (_, actor, shown) => {
    expect(otherWorkspaces(actor, workspace, elsewhere)).toEqual(shown);
    expect(otherWorkspaces(actor, workspace, [])).toEqual([]);
  });
});

describe('a preview', () => {
  const situation = {
    id: 'm1', accountId: 'a1', userName: 'ada', removed: false, status: 'active', role: 'admin', version: 3, seatHeld: true, holds: [],
    groups: [{ id: 'g1', name: 'Sales' }], elsewhere: [], access: [{ kind: 'tokens', count: 2 }, { kind: 'sessions', count: 0 }], belongings: [],
  } as unknown as Situation;
  const told = (changes: readonly Change[], over: Partial<Situation> = {}) => {
    const preview = previewOf(workspace, [{ ...situation, ...over }], changes, (elsewhere) => elsewhere);
    return { ...preview.members[0], seats: preview.seats };
  };

  it('of no changes says that nothing changes', () => {
    expect(told([])).toMatchObject({ status: { before: 'active', after: 'active' }, role: { before: 'admin', after: 'admin' }, ends: { permissions: [], groups: [], access: [] }, keeps: [], seats: 0, mails: [] });
  });

  it('of changes to somebody else says the same', () => {
    expect(told([{ kind: 'membership.remove', id: 'm2' }, { kind: 'seat.release', accountId: 'a2' }])).toEqual(told([]));
  });

  it('of a removal names what ends and leaves out what there is none of', () => {
    const changes: Change[] = [{ kind: 'membership.remove', id: 'm1' }, { kind: 'seat.release', accountId: 'a1' }, { kind: 'seat.ledger', accountId: 'a1', delta: -1, auditId: 'x' }];
    expect(told(changes)).toMatchObject({
      status: { after: 'removed' }, role: { after: undefined }, ends: { groups: situation.groups, access: [{ kind: 'tokens', count: 2 }] }, keeps: ['account', 'attribution'],
      seat: { here: { before: true, after: false }, counted: { before: true, after: false }, freed: true, because: [] }, seats: -1,
    });
    expect(told(changes, { elsewhere: [{ id: 'w2', name: 'Emea' }] })).toMatchObject({ keeps: ['account', 'attribution', 'otherWorkspaces'], seat: { counted: { after: true }, freed: false, because: [{ id: 'w2', name: 'Emea' }] } });
  });

  it('of a deactivation says that no permission is in force, and of its end that it is again', () => {
    const off = told([{ kind: 'membership.update', id: 'm1', set: { status: 'deactivated', endAccess: true } }, { kind: 'hold.place', membershipId: 'm1', source: 'admin' }]);
    expect(off).toMatchObject({ status: { after: 'deactivated' }, holds: { after: ['admin'] }, seat: { freed: false, because: [{ id: 'w1' }] } });
    expect(off.ends?.permissions).toContain('members.read');
    const on = told([{ kind: 'membership.update', id: 'm1', set: { status: 'active' } }, { kind: 'hold.lift', membershipId: 'm1', source: 'admin' }], { status: 'deactivated', holds: ['admin'] });
    expect(on).toMatchObject({ holds: { before: ['admin'], after: [] }, ends: { permissions: [] } });
    expect(on.begins?.permissions).toEqual(off.ends?.permissions);
  });
});
