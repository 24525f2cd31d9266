// The sign-in gate as a table: every combination of what is known of a person, what is asked for and who vouches.
import { describe, expect, it } from 'vitest';
import type { SignInMatch, SignInMember } from '../../src/domain/model/session.ts';
import { judgeSignIn } from '../../src/domain/rules/sign-in.ts';

const workspace = { slug: 'acme' };
const member: SignInMember = { id: 'm', userName: 'ada', status: 'active', role: 'member', epoch: 1, linked: false, holds: [] };
const match: SignInMatch = { accountId: 'a', by: 'subject', subjectTaken: false, member };

const rows: readonly (readonly [string, Parameters<typeof judgeSignIn>[0], string | undefined])[] = [
  ['an active member', { workspace, connection: undefined, match }, undefined],
  ['an active member, found by e-mail', { workspace, connection: undefined, match: { ...match, by: 'email' } }, undefined],
  ['account home', { workspace: undefined, connection: undefined, match }, undefined],
  ['account home of a member of nothing', { workspace: undefined, connection: undefined, match: { ...match, member: undefined } }, undefined],
  ['nobody', { workspace, connection: undefined, match: undefined }, 'no-membership'],
  ['nobody at account home', { workspace: undefined, connection: undefined, match: undefined }, 'no-membership'],
  ['a member of another workspace', { workspace, connection: undefined, match: { ...match, member: undefined } }, 'no-membership'],
  ['an invited one', { workspace, connection: undefined, match: { ...match, member: { ...member, status: 'invited' } } }, 'no-membership'],
  ['a deactivated one', { workspace, connection: undefined, match: { ...match, member: { ...member, status: 'deactivated', holds: ['admin'] } } }, 'membership-deactivated'],
  ['an e-mail whose account is another subject’s', { workspace, connection: undefined, match: { ...match, by: 'email', subjectTaken: true } }, 'no-membership'],
  ['the same at account home', { workspace: undefined, connection: undefined, match: { ...match, by: 'email', subjectTaken: true } }, 'no-membership'],
  ['a subject whose account has others', { workspace, connection: undefined, match: { ...match, subjectTaken: true } }, undefined],
  ['a connection’s word for its own workspace', { workspace, connection: { here: true }, match }, undefined],
  ['a connection’s word for another workspace', { workspace, connection: { here: false }, match }, 'connection-elsewhere'],
  ['a connection’s word for account home', { workspace: undefined, connection: { here: true }, match }, 'connection-elsewhere'],
  ['a connection’s word for an e-mail that it has pushed', { workspace, connection: { here: true }, match: { ...match, by: 'email', member: { ...member, linked: true } } }, undefined],
  ['a connection’s word for somebody else’s e-mail', { workspace, connection: { here: true }, match: { ...match, by: 'email' } }, 'no-membership'],
  ['a connection’s word for a deactivated member', { workspace, connection: { here: true }, match: { ...match, member: { ...member, status: 'deactivated', holds: ['idp:x'] } } }, 'membership-deactivated'],
];

describe('a sign-in', () => {
  it.each(rows)('of %s', (_who, asked, rule) => {
    const refusal = judgeSignIn(asked);
    expect([refusal?.rule, refusal?.kind]).toEqual([rule, rule === undefined ? undefined : 'forbidden']);
  });

  it('says who holds a member back, each source once and none by its id', () => {
    const holds: SignInMember['holds'] = ['admin', 'schedule', 'policy', 'idp:1', 'idp:2'];
    const refusal = judgeSignIn({ workspace, connection: undefined, match: { ...match, member: { ...member, status: 'deactivated', holds } } });
    expect(refusal?.detail).toMatch(/deactivated by an admin and a schedule and a policy and an identity provider\. /);
  });
});
