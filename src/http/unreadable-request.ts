// Answers to what never becomes a request for the app: broken syntax, oversized headers, slow senders, impossible addresses.
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemCode } from './problem-pages.ts';
import { problemBody, renderProblem, type Problem } from './render-refusal.ts';

const byParserCode: ReadonlyMap<string, readonly [number, ProblemCode, string]> = new Map([
  ['HPE_HEADER_OVERFLOW', [431, 'headers-too-large', 'The address and the headers of the request are too large. Send long queries as a POST to /.search.']],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', [413, 'payload-too-large', 'The chunks of the body carry too many extensions.']],
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'request-timeout', 'The request did not arrive completely in time. Send it again.']],
]);
const unknownMethod = [501, 'not-implemented', 'The method of the request is none that this server knows. OPTIONS tells what an address understands.'] as const;
const malformed = [400, 'bad-request', 'The request is not well-formed HTTP. Check the address and every proxy on the way.'] as const;

/** A request whose address or Host header is no address; the app never sees it. */
export function badTarget(): Response {
  return render([400, 'bad-request', 'The address or the Host header of the request is malformed.']);
}

/** A fault below the app. */
export function brokenApp(): Response {
  return render([500, 'internal-error', 'The server met a fault of its own. Give the request id in the header X-Request-Id to whoever runs it.']);
}

/** Methods that nothing is done for before their body is complete. */
const waitForBody: ReadonlySet<string | undefined> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Writes the answer to bytes that the HTTP parser refused, then closes. Where another answer is under way on the connection, the bytes
 * are either the broken rest of its own request, or come behind it: then that answer goes out and nothing more is read.
 */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex, underWay: ServerResponse | undefined): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  if (underWay?.req.complete === true && !underWay.headersSent) {
    underWay.setHeader('Connection', 'close');
    return;
  }
  if (underWay !== undefined && (underWay.headersSent || !waitForBody.has(underWay.req.method))) {
    socket.destroy();
    return;
  }
  const { status, code, ...rest } = problem(byParserCode.get(error.code ?? '') ?? (isWellFormed(error) ? unknownMethod : malformed));
  const body = problemBody({ status, ...rest });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/scim+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${randomUUID()}`,
    `X-Problem-Code: ${code}`,
    `Link: </problems/${code}>; rel="help"`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Whether what the parser gave up at the method was the beginning of a request all the same. https://www.rfc-editor.org/rfc/rfc9110#section-9.1 */
function isWellFormed({ code, rawPacket }: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }): boolean {
  return code === 'HPE_INVALID_METHOD' && rawPacket !== undefined && /^[!#$%&'*+.^_`|~\w-]{1,40} \S+ HTTP\/1\.[01]\r?\n/u.test(rawPacket.toString('latin1'));
}

function render(what: readonly [number, ProblemCode, string]): Response {
  return renderProblem(problem(what), { requestId: randomUUID(), baseUrl: '', mediaType: 'application/scim+json' }, { 'Cache-Control': 'no-store' });
}

function problem([status, code, detail]: readonly [number, ProblemCode, string]): Problem {
  return { status, code, detail, scimType: undefined, headers: {}, bug: false };
}
