// The role in force is a function of the base role and the roles of groups alone (I27), and no step costs the last or the account owner.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoleSubject } from '../../src/domain/model/membership.ts';
import { customRanks, isRoleKey, permissions, roleIn, rolesWith, type Role, type RoleBook } from '../../src/domain/model/role.ts';
import { isWithin, mayDo, mayGrant, mayGrantByGroup, outranks } from '../../src/domain/rules/authority.ts';
import { effectiveRole } from '../../src/domain/rules/effective-role.ts';
import { isActiveOwner } from '../../src/domain/rules/guarded-act.ts';
import { settleRoles } from '../../src/domain/rules/settle-roles.ts';
import { connection, member, operator, person } from './fixtures.ts';

const keys = ['c1', 'c2', 'c3', 'c4'];
const custom = fc.tuple(...keys.map((key) => fc.record({ key: fc.constant(key), name: fc.constant(key), rank: fc.integer({ min: customRanks.lowest, max: customRanks.highest }), permissions: fc.subarray([...permissions]).map((list) => new Set(list)), version: fc.constant(1) })));
const books: fc.Arbitrary<RoleBook> = custom.map((roles) => rolesWith(roles satisfies Role[]));
const anyKey = fc.constantFrom('owner', 'admin', 'member', ...keys);

describe('the role in force', () => {
  it.each([
    ['member', [], 'member'],
    ['member', ['admin'], 'admin'],
    ['admin', ['member'], 'admin'],
    ['member', ['member', 'owner', 'admin'], 'owner'],
    ['member', ['unknown'], 'member'],
  ])('of %s with %j is %s', (base, groups, expected) => {
    expect(effectiveRole(rolesWith([]), base, groups)).toBe(expected);
  });

  it('depends on neither order nor repetition, is one of those given, and the strongest', () => {
    fc.assert(
      fc.property(books, anyKey, fc.array(anyKey, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 8 }), (book, base, groups, shuffle) => {
        const role = effectiveRole(book, base, groups);
        const other = groups.map((key, at) => [shuffle[at] ?? at, key] as const).toSorted(([one], [two]) => one - two).map(([, key]) => key);
        expect(effectiveRole(book, base, [...other, ...other])).toBe(role);
        expect([base, ...groups]).toContain(role);
        for (const key of [base, ...groups]) expect(roleIn(book, key).rank).toBeLessThanOrEqual(roleIn(book, role).rank);
        expect(effectiveRole(book, role, groups)).toBe(role);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what may be given', () => {
  it('never ranks above the giver nor allows what the giver may not', () => {
    fc.assert(
      fc.property(books, anyKey, anyKey, (book, has, gives) => {
        const actor = person(has, 'actor', book);
        const [own, given] = [roleIn(book, has), roleIn(book, gives)];
        expect(mayGrant(actor, gives, book)).toBe(given.rank <= own.rank && [...given.permissions].every((permission) => mayDo(actor, permission)));
        if (mayGrant(actor, gives, book)) expect([outranks(actor, gives), isWithin(given, own)]).toEqual([true, true]);
        expect(mayGrantByGroup(actor, gives, book)).toBe(mayDo(actor, 'members.role') && mayGrant(actor, gives, book));
        expect(mayGrantByGroup(operator, gives, book)).toBe(true);
        expect(mayGrantByGroup(connection, gives, book)).toBe(given.rank <= 20 && given.permissions.size === 0);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['member', false, 'member', true],
    ['member', false, 'admin', false],
    ['admin', false, 'admin', true],
    ['admin', false, 'owner', false],
    ['member', true, 'owner', true],
    ['member', true, 'admin', false],
  ] as const)('by a connection up to %s, owners %s: %s is %s', (maxRole, ownerFromGroups, role, expected) => {
    if (connection.kind !== 'connection') throw new Error('no connection');
    expect(mayGrantByGroup({ ...connection, policy: { ...connection.policy, maxRole, ownerFromGroups } }, role, rolesWith([]))).toBe(expected);
  });

  it.each([['owner', true], ['team-lead', true], ['a', true], ['Team', false], ['1st', false], ['', false], ['__proto__', false], ['a'.repeat(41), false]])('the key %s is one: %s', (key, expected) => {
    expect(isRoleKey(key)).toBe(expected);
  });

  it('a key of every object is nobody’s role', () => {
    for (const key of ['constructor', 'toString', '__proto__']) expect(roleIn(rolesWith([]), key)).toMatchObject({ rank: 0, permissions: new Set() });
  });
});

describe('a step that changes many roles', () => {
  const status = fc.constantFrom('active', 'deactivated', 'invited');
  const subjects = fc.uniqueArray(fc.record({ id: fc.stringMatching(/^[a-f0-9]{4}$/), role: anyKey, to: anyKey, status, human: fc.boolean(), moves: fc.boolean() }), { selector: ({ id }) => id, maxLength: 8 });

  it('keeps an owner if there was one and the account owner where it was, and withholds nothing without need', () => {
    fc.assert(
      fc.property(books, subjects, fc.nat({ max: 7 }), (roles, people, boss) => {
        const subjectOf = ({ id, role, status: is, human }: (typeof people)[number]): RoleSubject => member({ id, accountId: `a-${id}`, role, status: is, human });
        const owners = people.filter(({ role }) => role === 'owner').map(subjectOf);
        const accountOwnerId = people[boss] === undefined ? undefined : `a-${people[boss].id}`;
        const moves = people.filter((one) => one.moves).map((one) => ({ subject: subjectOf(one), to: one.to }));
        const { done, withheld } = settleRoles(moves, { owners, accountOwnerId, roles });
        expect([...done, ...withheld].map(({ subject }) => subject.id).toSorted()).toEqual(moves.filter(({ subject, to }) => subject.role !== to).map(({ subject }) => subject.id).toSorted());
        const then = new Map(people.map((one) => [one.id, subjectOf(one)]));
        for (const { subject, to } of done) then.set(subject.id, { ...subject, role: to });
        const left = [...then.values()].filter(isActiveOwner).length;
        if (owners.some(isActiveOwner)) expect(left).toBeGreaterThan(0);
        for (const { subject, to } of withheld) {
          const protectedBoss = subject.accountId === accountOwnerId && roleIn(roles, to).rank < roleIn(roles, subject.role).rank;
          expect(protectedBoss || (isActiveOwner(subject) && left === 1)).toBe(true);
        }
        expect(settleRoles(moves.toReversed(), { owners: owners.toReversed(), accountOwnerId, roles })).toEqual({ done, withheld });
      }),
      { numRuns: 1_000 },
    );
  });
});
