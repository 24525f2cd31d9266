// The words of the help pages of everything that the domain refuses; a rule without words does not compile.
import type { RefusalRule } from '../domain/refusals.ts';
import type { ProblemPage } from './problem-page.ts';

export const refusalPages: Readonly<Record<Exclude<RefusalRule, 'version-mismatch'>, ProblemPage>> = {
  'credential-invalid': {
    title: 'The token is missing or not valid',
    meaning: 'The request carried no bearer token, or one that is malformed, expired, revoked, of another issuer, or older than the end of its person’s access.',
    remedy: 'Send one header "Authorization: Bearer <token>". If the token is no longer good, create a new one and put it into the identity provider.',
  },
  'connection-paused': {
    title: 'The connection is paused',
    meaning: 'Somebody paused the connection to this identity provider. Its requests are refused and nothing is changed.',
    remedy: 'Resume the connection; the identity provider will repeat what was refused.',
  },
  'membership-deactivated': {
    title: 'The person is deactivated',
    meaning: 'A person cannot sign in while the membership is deactivated. Tokens and sessions stop working at that moment and stay dead after a reactivation.',
    remedy: 'Reactivate the person if that is right, then sign in anew or create a new token.',
  },
  'permission-denied': {
    title: 'The caller may not do this',
    meaning: 'The token lacks the scope for this request, or the role of its person lacks the permission.',
    remedy: 'Use a token with the scope that the error names, or let somebody with a higher role do it.',
  },
  'no-membership': {
    title: 'There is nothing to sign in to',
    meaning: 'The person is not a member of the workspace, is only invited to it, or is not known in the organization by the subject or a verified e-mail.',
    remedy: 'Open account home instead, where invitations are accepted, or let an admin of the workspace invite the person.',
  },
  'connection-elsewhere': {
    title: 'The connection opens another workspace',
    meaning: 'A sign-in that the identity provider of one connection vouches for opens the workspace of this connection and nothing else.',
    remedy: 'Name the workspace of the connection, or sign the person in by another way.',
  },
  'role-not-manageable': {
    title: 'The role is above yours',
    meaning: 'Nobody can change, deactivate or remove a person of a higher rank, or give a role that ranks above their own. Only owners manage owners.',
    remedy: 'Ask an owner of the workspace to do it.',
  },
  'self-removal': {
    title: 'Nobody can remove or deactivate themselves',
    meaning: 'The person of this token is the person who would lose access.',
    remedy: 'Ask another admin, or transfer ownership and let them remove you.',
  },
  'last-owner': {
    title: 'A workspace keeps at least one owner',
    meaning: 'The person is the only active owner of the workspace and cannot be removed, deactivated or demoted.',
    remedy: 'Transfer ownership to somebody else, then retry. An identity provider that repeats the request by itself succeeds after the transfer.',
  },
  'account-owner-protected': {
    title: 'The account owner is protected',
    meaning: 'The account owner of the organization cannot be removed, deactivated or demoted in any of its workspaces.',
    remedy: 'Pass the mark on with an ownership transfer that includes the account, then retry.',
  },
  'deactivate-first': {
    title: 'Deactivate first, then remove',
    meaning: 'The policy of the workspace lets nobody be removed who still is active.',
    remedy: 'Deactivate the member, then remove it. An identity provider may delete at once: both steps are done then.',
  },
  'managed-by-idp': {
    title: 'The identity provider holds the member back',
    meaning: 'Only the connection of an identity provider keeps the member deactivated, and nobody else lifts its hold.',
    remedy: 'Assign the person in the identity provider again. An owner may override it with a reason, which the audit log keeps.',
  },
  'bulk-blocked': {
    title: 'Something stands against some of them',
    meaning: 'What is done to many members is done to all or to none. The list of blockers says what stands against whom; nothing was changed.',
    remedy: 'Leave out the members that the blockers name, or settle what stands against them, then send the request again.',
  },
  'preview-stale': {
    title: 'The preview is out of date',
    meaning: 'What the confirmed preview showed is no longer what would happen, or the preview was of something else. Nothing was changed.',
    remedy: 'Ask for a new preview, look at it, and confirm that one.',
  },
  'mass-deprovision-hold': {
    title: 'Too many people would lose their access',
    meaning: 'The connection to the identity provider was about to end the access of more people in a short time than its policy lets pass. Nothing further is done until somebody agrees.',
    remedy: 'Look whether the identity provider was meant to do that. If so, an admin releases the breaker of the connection; the identity provider repeats what was refused by itself.',
  },
  'role-in-use': {
    title: 'The role is in use',
    meaning: 'Somebody has the role, or a group gives it. A role goes only when nobody would lose it by that.',
    remedy: 'Give everybody whom the error names another role and let the groups give another one or none, then delete the role.',
  },
  'seat-limit-reached': {
    title: 'No seat is left',
    meaning: 'The organization uses all the seats that it has. One more active person would exceed the limit.',
    remedy: 'Remove somebody who is in no other workspace of the organization, or raise the seat limit, then retry.',
  },
  'invitation-revoked': {
    title: 'The invitation was taken back',
    meaning: 'Somebody revoked the invitation, removed the invited member or deactivated it. The link opens nothing any more.',
    remedy: 'Ask whoever invited you. An admin can send a new invitation.',
  },
  'invitation-expired': {
    title: 'The invitation ran out',
    meaning: 'The link of an invitation is good for seven days, which are over.',
    remedy: 'Ask whoever invited you to send the invitation again.',
  },
  'invitation-used': {
    title: 'The invitation was answered already',
    meaning: 'The invitation was accepted or declined before, and a link is good for one answer.',
    remedy: 'Sign in if you accepted it. If you declined it by mistake, ask for a new one.',
  },
  'invitation-superseded': {
    title: 'The invitation was replaced',
    meaning: 'A newer link was made for the same person, or an identity provider has seated the person meanwhile. Only the newest link is good.',
    remedy: 'Use the link of the newest mail, or sign in.',
  },
  'not-found': {
    title: 'There is nothing at this address',
    meaning: 'The resource does not exist in this workspace, was removed, or the path is not one of this server. A removed user’s id is never used again.',
    remedy: 'Look the resource up by userName, externalId or displayName, and check the base address in the identity provider.',
  },
  duplicate: {
    title: 'The value is taken',
    meaning: 'Another user or group of this workspace has the same userName, externalId or displayName. Upper and lower case make no difference in names.',
    remedy: 'Link the existing resource instead of creating a second one, or choose another value.',
  },
  'invalid-value': {
    title: 'A value cannot be accepted',
    meaning: 'A value has the right form but does not fit: it names something that does not exist or is in the wrong state.',
    remedy: 'The detail of the error names the value. Correct it and send the request again.',
  },
  'idempotency-key-reused': {
    title: 'The idempotency key belongs to another request',
    meaning: 'The same Idempotency-Key came with another address or another body before. Nothing was done.',
    remedy: 'Use a new key for every new request, and the same key only to send the very same request again.',
  },
  'idempotency-key-in-use': {
    title: 'The first request with this key is still at work',
    meaning: 'A request with the same Idempotency-Key has begun and is not answered yet, or the server that worked on it stopped a moment ago.',
    remedy: 'Wait and send the same request with the same key again. After two minutes the server finds out what became of the first one.',
  },
  'idempotency-answer-lost': {
    title: 'The request was done, but its answer is lost',
    meaning: 'The first request with this Idempotency-Key changed something, and the server stopped before its answer was kept. It is not done a second time.',
    remedy: 'Look at what there is now; the audit log shows the change under the request id that the error names. Use a new key to go on.',
  },
  busy: {
    title: 'Too many changes at the same time',
    meaning: 'The same resource was being changed by others for so long that the request gave up. Nothing was changed.',
    remedy: 'Send the same request again after the seconds named in Retry-After.',
  },
  unavailable: {
    title: 'The server cannot answer now',
    meaning: 'The database is restarting, unreachable or overloaded. What was answered with success before is safe.',
    remedy: 'Send the same request again after the seconds named in Retry-After.',
  },
};
