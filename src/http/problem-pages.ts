// Every code that an error can carry, each with the words of its help page; a code without words does not compile.
import type { RefusalRule } from '../domain/refusals.ts';
import type { ScimType } from '../scim/errors.ts';
import type { ProblemPage } from './problem-page.ts';
import { refusalPages } from './refusal-pages.ts';

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

export const problemPages: Readonly<Record<ProblemCode, ProblemPage>> = {
  ...refusalPages,
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
