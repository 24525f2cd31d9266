// Audited acts as SCIM events for security event tokens, in the form of notices: which resource and which attributes, never their values.
import type { OutgoingEvent } from './outgoing-event.ts';

const prefix = 'urn:ietf:params:scim:event:prov';

/** Every event that is sent, for the discovery of the SCIM door. https://www.rfc-editor.org/rfc/rfc9967#section-4 */
export const securityEventUris = [`${prefix}:create:notice`, `${prefix}:patch:notice`, `${prefix}:delete`, `${prefix}:activate`, `${prefix}:deactivate`] as const;

type EventUri = (typeof securityEventUris)[number];
const [created, patched, deleted, activated, deactivated] = securityEventUris;

interface Told {
  readonly resource: 'Users' | 'Groups';
  readonly uri: EventUri;
  readonly attributes?: readonly string[];
}

type Telling = (event: OutgoingEvent) => Told;

const user = (uri: EventUri, attributes?: readonly string[]): Told => ({ resource: 'Users', uri, ...(attributes === undefined ? {} : { attributes }) });
const group = (uri: EventUri, attributes?: readonly string[]): Told => ({ resource: 'Groups', uri, ...(attributes === undefined ? {} : { attributes }) });

/** An invitation that ends takes the member with it, or leaves it in the workspace. */
const invitationOver: Telling = ({ subject }) => (subject.live ? user(patched, ['active']) : user(deleted));

const tellings: ReadonlyMap<string, Telling> = new Map<string, Telling>([
  ['team_membership_provision', ({ subject }) => user(created, ['id', 'userName', 'active', ...subject.attributes])],
  ['team_invitation_create', ({ subject }) => user(created, ['id', 'userName', 'active', ...subject.attributes])],
  ['team_membership_restore', ({ subject }) => user(created, ['id', 'userName', 'active', ...subject.attributes])],
  ['team_membership_update', ({ metadata }) => user(patched, fieldsOf(metadata))],
  ['team_membership_role_change', () => user(patched, ['roles'])],
  ['team_ownership_transfer', () => user(patched, ['roles'])],
  ['team_membership_deactivate', () => user(deactivated)],
  ['team_membership_reactivate', () => user(activated)],
  ['team_invitation_accept', () => user(activated)],
  ['team_invitation_supersede', () => user(activated)],
  ['team_invitation_revoke', invitationOver],
  ['team_invitation_decline', invitationOver],
  ['team_invitation_expire', invitationOver],
  ['team_membership_remove', () => user(deleted)],
  ['group_create', ({ metadata }) => group(created, ['id', 'displayName', ...('added' in metadata ? ['members'] : [])])],
  ['group_update', ({ metadata }) => group(patched, [...fieldsOf(metadata), ...('added' in metadata || 'removed' in metadata ? ['members'] : [])])],
  ['group_member_add', () => group(patched, ['members'])],
  ['group_member_remove', () => group(patched, ['members'])],
  ['group_delete', () => group(deleted)],
]);

/** The actions that have a SCIM event. */
export const securityEventActions: readonly string[] = [...tellings.keys()];

/** To whom a token goes and what it is called: `jti` stays the same however often it is sent. */
export interface TokenNames {
  readonly jti: string;
  readonly issuer: string;
  readonly audience: string;
}

/**
 * The claims of the token, undefined for an act that SCIM has no event for. The times are those of the event, so that a token that is
 * sent again is the same. https://www.rfc-editor.org/rfc/rfc9967#section-2, https://www.rfc-editor.org/rfc/rfc8417#section-2.2
 */
export function securityEventClaims(event: OutgoingEvent, { jti, issuer, audience }: TokenNames): Readonly<Record<string, unknown>> | undefined {
  const told = tellings.get(event.action)?.(event);
  if (told === undefined || event.targetId === undefined) return undefined;
  const { resource, uri, attributes } = told;
  const seconds = Math.floor(Date.parse(event.at) / 1000);
  return {
    iss: issuer,
    aud: [audience],
    iat: seconds,
    toe: seconds,
    jti,
    txn: event.id,
    sub_id: { format: 'scim', uri: `/${resource}/${event.targetId}`, id: event.targetId },
    events: { [uri]: attributes === undefined ? {} : { attributes: [...new Set(attributes)] } },
  };
}

function fieldsOf(metadata: OutgoingEvent['metadata']): string[] {
  const fields = metadata['fields'];
  return Array.isArray(fields) ? fields.filter((field) => typeof field === 'string') : [];
}
