// Every operation of the team API as an attacker sees it: whose it is, which permission it wants, and a request that is right in form.
import { adminEndpoints, type AdminContext } from '../../../../src/http/admin/endpoints.ts';
import type { Operation } from '../../../../src/http/admin/operation.ts';
import type { Door } from '../../../../src/domain/model/caller.ts';
import type { Permission } from '../../../../src/domain/model/role.ts';

/** An operation that is served, found by its id. */
export interface Served {
  readonly id: string;
  readonly method: string;
  readonly template: string;
  readonly operation: Operation;
}

/** All that the door serves, in the order in which it lists them. */
export const served: readonly Served[] = adminEndpoints({ limitBytes: 1_048_576 } as AdminContext).flatMap(({ template, operations }) =>
  [...operations].map(([method, operation]) => ({ id: operation.id, method, template, operation })),
);

/** Ids in a request: those of what there is, or of nothing. */
export interface Ids {
  readonly member: string;
  readonly asleep: string;
  readonly group: string;
  readonly other: string;
  /** The slug of the workspace, which only a host application names. */
  readonly workspace?: string;
}

/** What is expected of one operation. `needs` is what a role must allow, `anybody` where each member may do it for itself, `session` where only a session has what it is about, `one-of-two` where either of two permissions will do. */
export interface Expected {
  readonly doors: readonly Exclude<Door, 'scim'>[];
  readonly needs: Permission | 'anybody' | 'admin' | 'owner' | 'account-owner' | 'session' | 'one-of-two';
  readonly body?: (ids: Ids) => unknown;
  readonly query?: string;
  readonly mediaType?: string;
  /** Whether the refusal is 404 for whoever may not see what it is about. */
  readonly hides?: true;
}

const team = (needs: Expected['needs'], body?: Expected['body'], query?: string): Expected => ({ doors: ['admin'], needs, ...(body === undefined ? {} : { body }), ...(query === undefined ? {} : { query }) });
const home = (body?: Expected['body']): Expected => ({ doors: ['account'], needs: 'anybody', ...(body === undefined ? {} : { body }) });
const host = (body?: Expected['body']): Expected => ({ doors: ['host'], needs: 'anybody', ...(body === undefined ? {} : { body }) });
const both = (needs: Expected['needs'], body?: Expected['body']): Expected => ({ doors: ['admin', 'host'], needs, ...(body === undefined ? {} : { body }) });
const hidden = (entry: Expected): Expected => ({ ...entry, hides: true });

const why = () => ({ reason: 'Because' });
const token = 'A'.repeat(64);
const consent = { reference: 'letter-1', givenAt: '2026-01-01T00:00:00Z' };

/** The table. Whatever is served and does not stand here makes the test fail. */
export const expected: ReadonlyMap<string, Expected> = new Map<string, Expected>([
  ['readAccount', home()],
  ['listOwnInvitations', home()],
  ['listOwnMemberships', home()],
  ['listOwnSessions', home()],
  ['acceptInvitation', home(() => ({ token }))],
  ['declineInvitation', home(() => ({ token }))],
  ['signOutEverywhere', home()],
  ['exportOwnData', home()],
  ['eraseOwnAccount', home(() => ({ confirm: 'nobody@x.example' }))],
  ['endOwnSession', { doors: ['admin', 'account'], needs: 'session' }],

  ['openSession', host(() => ({ subject: { id: 'nobody', email: 'nobody@x.example', emailVerified: true } }))],
  ['endSession', host()],
  ['introspectToken', host(() => ({ token }))],

  ['listResources', both('anybody')],
  ['readResource', both('anybody')],
  ['registerResource', both('connections.write', () => ({ owner: 'system' }))],
  ['unregisterResource', both('connections.write')],

  ['listMembers', team('anybody')],
  ['readMember', team('anybody')],
  ['exportMembers', team('anybody', undefined, 'format=csv')],
  ['removeMember', hidden(team('members.remove', why))],
  ['deactivateMember', hidden(team('members.deactivate', why))],
  ['reactivateMember', hidden(team('members.deactivate', why))],
  ['changeRole', hidden(team('members.role', () => ({ role: 'member' })))],
  ['restoreMember', hidden(team('members.invite', why))],
  ['removeMembers', team('members.remove', ({ member }) => ({ ids: [member] }))],
  ['deactivateMembers', team('members.deactivate', ({ member }) => ({ ids: [member] }))],
  ['reactivateMembers', team('members.deactivate', ({ member }) => ({ ids: [member] }))],
  ['listMemberAudit', team('audit.read')],
  ['readSchedule', team('anybody')],
  ['cancelSchedule', hidden(team('members.deactivate', why))],
  ['listSchedules', team('members.read')],

  ['listInvitations', team('one-of-two')],
  ['readInvitation', team('one-of-two')],
  ['inviteMember', team('members.invite', () => ({ email: 'new@x.example' }))],
  ['importInvitations', { doors: ['admin'], needs: 'members.invite', body: () => 'email\nimported@x.example\n', mediaType: 'text/csv' }],
  ['removeInvitation', hidden(team('members.invite', why))],
  ['revokeInvitation', hidden(team('members.invite', why))],
  ['resendInvitation', team('members.invite')],
  ['makeInvitationLink', team('members.invite')],

  ['listKeys', team('anybody')],
  ['listKeysOfMember', team('keys.revoke')],
  ['readKey', team('anybody')],
  ['createKey', team('anybody', () => ({ name: 'A key', scopes: ['admin.read'] }))],
  ['revokeKey', hidden(team('keys.revoke', why))],

  ['listRoles', team('members.read')],
  ['readRole', team('members.read')],
  ['createRole', team('members.role', () => ({ key: 'made', name: 'Made', rank: 1, permissions: [] }))],
  ['changeRoleDefinition', team('members.role', () => ({ name: 'Other' }))],
  ['deleteRole', team('members.role')],
  ['listGroups', team('members.read')],
  ['readGroup', team('members.read')],
  ['setGroupRole', team('members.role', () => ({ role: 'member' }))],
  ['unsetGroupRole', team('members.role')],

  ['transferOwnership', hidden(team('owner', ({ member }) => ({ to: member })))],
  ['readSuccessor', team('anybody')],
  ['nominateSuccessor', team('owner', ({ member }) => ({ member }))],
  ['withdrawSuccessor', team('owner')],

  ['listAudit', team('audit.read')],
  ['exportAudit', team('audit.read')],
  ['readAuditHead', team('audit.read')],
  ['verifyAudit', team('audit.read')],

  ['readSeats', team('one-of-two')],
  ['readSeatForecast', team('billing.read')],
  ['listSeatHolders', team('billing.read')],
  ['listSeatLedger', team('billing.read')],
  ['readWorkspace', team('anybody')],
  ['changeWorkspace', team('admin', () => ({ name: 'Other' }))],
  ['readOrganization', team('organization.read')],
  ['changeOrganization', team('account-owner', () => ({ seatLimit: 1_000 }))],

  ['eraseAccount', team('account-owner', ({ other }) => ({ accountId: other, consent }))],
  ['exportAccountData', team('account-owner', undefined, `consentReference=${consent.reference}&consentGivenAt=${consent.givenAt}`)],

  ...['listConnections', 'readConnection', 'listBlockedIntents', 'listDrift', 'listRequests', 'readRequest'].map((id): [string, Expected] => [id, team('connections.write')]),
  ...['pauseConnection', 'resumeConnection', 'revokeConnectionToken'].map((id): [string, Expected] => [id, team('connections.write')]),
  ...['deleteConnection', 'releaseBreaker'].map((id): [string, Expected] => [id, team('connections.write', why)]),
  ['dismissBlockedIntent', hidden(team('connections.write', why))],
  ['createConnection', team('connections.write', () => ({ label: 'Another' }))],
  ['changeConnection', team('connections.write', () => ({ label: 'Renamed' }))],
  ['createConnectionToken', team('connections.write', () => ({}))],
  ['finishBlockedIntent', hidden(team('connections.write', () => ({})))],

  ...['listWebhooks', 'readWebhook', 'listDeliveries'].map((id): [string, Expected] => [id, team('connections.write')]),
  ...['deleteWebhook', 'rotateWebhookSecret', 'pingWebhook'].map((id): [string, Expected] => [id, team('connections.write')]),
  ['createWebhook', team('connections.write', () => ({ url: 'https://hooks.example.com/x' }))],
  ['changeWebhook', team('connections.write', () => ({ description: 'Other' }))],
  ['pollEvents', team('connections.write', () => ({ returnImmediately: true }))],
  ['replayEvents', team('connections.write', () => ({ from: '2026-01-01T00:00:00Z' }))],
]);

/** Where a request to an operation goes; names in the address are ids of what is meant, of nothing where there is no such thing. */
export function addressOf({ id, template }: Pick<Served, 'id' | 'template'>, ids: Ids): string {
  return template.replaceAll(/:(\w+)/gu, (_, name: string) => {
    if (name === 'key') return 'custom';
    if (name === 'kind') return 'campaign';
    if (name === 'externalRef') return 'c-1';
    if (id === 'reactivateMember') return ids.asleep;
    return template.includes('/members/') ? ids.member : template.includes('/groups/') ? ids.group : ids.other;
  });
}

/** A request that is right in form. */
export function requestFor(operation: Served, ids: Ids): { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: string | undefined } {
  const { body, query, mediaType = 'application/json' } = expected.get(operation.id) ?? { doors: [], needs: 'anybody' };
  const sent = body?.(ids);
  const parameters = [...(query === undefined ? [] : [query]), ...(ids.workspace === undefined || !operation.template.includes('/resources') ? [] : [`workspace=${ids.workspace}`])];
  return {
    method: operation.method,
    path: `${addressOf(operation, ids)}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`,
    headers: sent === undefined ? {} : { 'Content-Type': mediaType },
    body: sent === undefined ? undefined : typeof sent === 'string' ? sent : JSON.stringify(sent),
  };
}
