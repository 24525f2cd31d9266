// Every code that an error can carry, each with the words of its help page; a code without words does not compile.
import type { RefusalRule } from '../domain/refusals.ts';
import type { ScimType } from '../scim/errors.ts';

/** Failures that neither the domain nor RFC 7644 names. */
type OwnCode =
  | 'bad-request'
  | 'forbidden'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'conflict'
  | 'version-mismatch'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'headers-too-large'
  | 'request-timeout'
  | 'not-implemented'
  | 'internal-error';

/** The value of X-Problem-Code and the last part of the address of the help page. */
export type ProblemCode = RefusalRule | ScimType | OwnCode;

/** `meaning` says what happened, `remedy` what whoever runs the identity provider can do. Plain text. */
export interface ProblemPage {
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

export const problemPages: Readonly<Record<ProblemCode, ProblemPage>> = {
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
  invalidFilter: {
    title: 'The filter cannot be used',
    meaning: 'The filter breaks the grammar of RFC 7644, names an attribute that does not exist, compares in a way the attribute does not allow, or is too long.',
    remedy: 'Correct the filter in the matching settings of the identity provider; the detail of the error names the place.',
  },
  tooMany: {
    title: 'The request would return too much',
    meaning: 'The server does not compute an answer of this size.',
    remedy: 'Make the filter narrower or ask for smaller pages.',
  },
  uniqueness: {
    title: 'The value is taken',
    meaning: 'Another resource of this workspace has the same unique value already.',
    remedy: 'Link the existing resource instead of creating a second one, or choose another value.',
  },
  mutability: {
    title: 'The attribute cannot be changed',
    meaning: 'The request would change an attribute that is read-only or can be set only once, such as id.',
    remedy: 'Take the attribute out of the mapping of the identity provider.',
  },
  invalidSyntax: {
    title: 'The body cannot be read',
    meaning: 'The body is not well-formed JSON, is nested too deeply, holds a key twice or a forbidden one, or does not have the form that the request needs.',
    remedy: 'The detail of the error names the place. Send well-formed JSON in UTF-8.',
  },
  invalidPath: {
    title: 'The path of a PATCH operation is wrong',
    meaning: 'The path breaks the grammar of RFC 7644 or names an attribute that the resource does not have.',
    remedy: 'Correct the attribute mapping; /Schemas lists every attribute with its exact name.',
  },
  noTarget: {
    title: 'The path selects nothing',
    meaning: 'The filter in the path of a PATCH operation matches no element, and none can be made from it.',
    remedy: 'Read the resource again and send a path that selects an element it has.',
  },
  invalidValue: {
    title: 'A value does not fit its attribute',
    meaning: 'A required value is missing, or a value has the wrong type or form for its attribute.',
    remedy: 'The detail of the error names the attribute. Correct the mapping in the identity provider.',
  },
  invalidVers: {
    title: 'The version of the protocol is not supported',
    meaning: 'This server speaks SCIM 2.0 only.',
    remedy: 'Choose SCIM 2.0 in the identity provider and use a base address that ends in /scim/v2.',
  },
  sensitive: {
    title: 'The request would put private data into an address',
    meaning: 'Private values must not stand in the address of a request, where logs keep them.',
    remedy: 'Send the query as a POST to /.search instead.',
  },
  invalidCursor: {
    title: 'The cursor is not valid',
    meaning: 'The cursor was not issued by this server for this query.',
    remedy: 'Start again with the first page of the list.',
  },
  expiredCursor: {
    title: 'The cursor has expired',
    meaning: 'Too much time passed since the page that issued the cursor.',
    remedy: 'Start again with the first page of the list.',
  },
  invalidCount: {
    title: 'The page size is not valid',
    meaning: 'The count differs from the one that the cursor was issued for, or is no whole number.',
    remedy: 'Keep the same count through all pages of a list.',
  },
  'bad-request': {
    title: 'The request cannot be understood',
    meaning: 'The request line or a header is malformed.',
    remedy: 'Check the address that the identity provider uses, and every proxy on the way.',
  },
  forbidden: {
    title: 'The request is not allowed here',
    meaning: 'The server understood the request and does not allow it at this address, whoever asks.',
    remedy: 'The detail of the error says what is not allowed and what to send instead.',
  },
  'method-not-allowed': {
    title: 'The method is not allowed here',
    meaning: 'The address exists but does not know the method of the request.',
    remedy: 'Use one of the methods in the header Allow of the answer.',
  },
  'not-acceptable': {
    title: 'No media type is acceptable to both sides',
    meaning: 'The Accept header rules out everything that this server can send.',
    remedy: 'Accept application/scim+json or application/json.',
  },
  conflict: {
    title: 'The request does not fit the state of the resource',
    meaning: 'The resource is in a state in which this cannot be done.',
    remedy: 'Read the resource again and decide anew.',
  },
  'version-mismatch': {
    title: 'The resource was changed in the meantime',
    meaning: 'The version named in If-Match is no longer the current one. Nothing was changed.',
    remedy: 'Read the resource again and repeat the change with its new version.',
  },
  'payload-too-large': {
    title: 'The body is too large',
    meaning: 'The body of the request is larger than the server reads.',
    remedy: 'Send less at once, for example fewer members in one request.',
  },
  'unsupported-media-type': {
    title: 'The body is of a type that is not read',
    meaning: 'The body is not declared as SCIM or plain JSON in UTF-8, or it is compressed.',
    remedy: 'Send application/scim+json or application/json, uncompressed.',
  },
  'headers-too-large': {
    title: 'The headers or the address are too large',
    meaning: 'The address and the headers of the request together exceed what the server reads.',
    remedy: 'Send long queries as a POST to /.search, and check what proxies add.',
  },
  'request-timeout': {
    title: 'The request took too long to arrive',
    meaning: 'The connection was open but the request did not arrive completely in time.',
    remedy: 'Check the network between the identity provider and this server, then send the request again.',
  },
  'not-implemented': {
    title: 'The method of the request is unknown',
    meaning: 'The request line begins with a method that this server does not know at any address.',
    remedy: 'Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, and check what a proxy on the way makes of the request.',
  },
  'internal-error': {
    title: 'Something is wrong in the server',
    meaning: 'The server met a fault of its own. Nothing was changed by the request.',
    remedy: 'Give the request id of the answer to whoever runs this server: the log holds the cause under it.',
  },
};

/** All codes, in the order above. */
export const problemCodes = Object.keys(problemPages) as readonly ProblemCode[];
