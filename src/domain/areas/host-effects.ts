// What the events of clients and sessions come to.
import type { EffectTable } from '../effect.ts';
import type { HostEvent } from './host.ts';

/** The effect of each event. The host's own name of a person is never audited: it may be personal. */
export const hostEffects: EffectTable<HostEvent> = {
  clientCreated: ({ id, label, secret }) => ({
    changes: [{ kind: 'client.insert', id, label }, { kind: 'secret.insert', secret }],
    audit: { action: 'client_create', targetId: id, metadata: { secret: secret.id } },
  }),
  clientRevoked: ({ id }) => ({ changes: [{ kind: 'client.revoke', id }], audit: { action: 'client_revoke', targetId: id } }),
  clientSecretCreated: ({ secret }) => ({
    changes: [{ kind: 'secret.insert', secret }],
    audit: { action: 'client_secret_create', targetId: secret.clientId, metadata: { secret: secret.id } },
  }),
  clientSecretRevoked: ({ id, clientId }) => ({
    changes: [{ kind: 'secret.revoke', id, clientId }],
    audit: { action: 'client_secret_revoke', targetId: clientId, metadata: { secret: id } },
  }),
  sessionOpened: ({ session, link }) => {
    const { id, member, accountId, connectionId } = session;
    const seen = member === undefined ? [] : [{ kind: 'member.signedIn' as const, membershipId: member.id }];
    const linked = link === undefined ? [] : [{ kind: 'subject.link' as const, link }];
    const metadata = { session: id, linked: link !== undefined, ...(connectionId === undefined ? {} : { connection: connectionId }) };
    return { changes: [...linked, { kind: 'session.insert', session }, ...seen], audit: { action: 'session_open', targetId: member?.id ?? accountId, metadata } };
  },
  sessionEnded: ({ id, targetId }) => ({ changes: [{ kind: 'session.end', id }], audit: { action: 'session_end', targetId, metadata: { session: id } } }),
  signedOut: ({ accountId, membershipId, sessions }) => ({
    changes: [
      ...(membershipId === undefined ? [] : [{ kind: 'member.signedOut' as const, membershipId }]),
      ...(sessions ? [{ kind: 'account.signedOut' as const, accountId }] : []),
    ],
    audit: { action: 'account_sign_out', targetId: membershipId ?? accountId, metadata: { account: accountId } },
  }),
};
