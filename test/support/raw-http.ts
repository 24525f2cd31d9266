// Requests exactly as a test spells them, by Node's client or byte by byte, because a friendly client mends what is to be broken.
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expectDescribed } from './expect-described.ts';

/** An answer with its body as text. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON, undefined where it is none. */
  readonly json: unknown;
}

/** `path` is an address under the server root and goes out as it is; a body of several pieces is sent in chunks. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array | readonly Uint8Array[] | undefined;
}

const shared = new Agent({ keepAlive: true, maxSockets: 8 });
const longestMs = 20_000;
/** The server closes a connection on which it refused to read on: nobody else should be using it then. */
const largeBytes = 100_000;

export async function sendRequest(root: string, { method = 'GET', path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(root);
  const large = Array.isArray(body) || (body !== undefined && body.length > largeBytes);
  const agent = large ? new Agent({ keepAlive: true }) : shared;
  const answer = new Promise<RawAnswer>((resolve, reject) => {
    const sent = request({ hostname, port, method, path, agent, headers: { ...headers, ...lengthOf(body) } as Record<string, string | string[]>, timeout: longestMs }, (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () => resolve(answerOf(incoming.statusCode ?? 0, incoming.headers, unpack(incoming.headers['content-encoding'], Buffer.concat(pieces)).toString())));
      incoming.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path.slice(0, 100)} was not answered in ${longestMs} ms`)));
    sent.on('error', reject);
    if (Array.isArray(body)) for (const piece of body as readonly Uint8Array[]) sent.write(piece);
    else if (body !== undefined) sent.write(body);
    sent.end();
  });
  const answered = await answer.finally(() => {
    if (large) agent.destroy();
  });
  expectDescribed(method, path, answered);
  return answered;
}

/** A body of no bytes says nothing in any coding. */
function unpack(coding: string | undefined, bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes;
  return coding === 'gzip' ? gunzipSync(bytes) : coding === 'br' ? brotliDecompressSync(bytes) : bytes;
}

/** Set with the headers: those of a request that expects 100 go out before its body. */
function lengthOf(body: RawRequest['body']): Readonly<Record<string, number>> {
  return body === undefined || Array.isArray(body) ? {} : { 'Content-Length': Buffer.byteLength(body as string | Uint8Array) };
}

/** Writes bytes to a connection of its own and reads one answer; the connection is then closed. */
export async function sendBytes(root: string, bytes: string | Uint8Array | readonly (string | Uint8Array)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(root);
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const pieces: Buffer[] = [];
    const finish = () => {
      const answer = parseAnswer(Buffer.concat(pieces).toString('latin1'));
      if (answer === undefined) return false;
      socket.destroy();
      resolve(answer);
      return true;
    };
    socket.setTimeout(longestMs, () => socket.destroy(new Error(`no answer in ${longestMs} ms`)));
    socket.on('data', (piece) => {
      pieces.push(piece);
      finish();
    });
    socket.on('end', () => {
      if (!finish()) reject(new Error(`the connection ended after ${Buffer.concat(pieces).length} bytes`));
    });
    socket.on('error', (error) => {
      if (!finish()) reject(error);
    });
    for (const piece of Array.isArray(bytes) ? (bytes as readonly (string | Uint8Array)[]) : [bytes as string | Uint8Array]) socket.write(piece);
  });
}

/** The first complete answer in what has arrived, which is never chunked here unless the whole of it is there. */
function parseAnswer(text: string): RawAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [line = '', ...fields] = text.slice(0, end).split('\r\n');
  const status = Number(line.split(' ')[1]);
  if (status === 100) return parseAnswer(text.slice(end + 4));
  const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]));
  const rest = text.slice(end + 4);
  if (headers['transfer-encoding'] === 'chunked') return rest.endsWith('0\r\n\r\n') ? answerOf(status, headers, unchunk(rest)) : undefined;
  const length = Number(headers['content-length'] ?? 0);
  return rest.length < length ? undefined : answerOf(status, headers, Buffer.from(rest.slice(0, length), 'latin1').toString());
}

function unchunk(text: string): string {
  const end = text.indexOf('\r\n');
  const size = Number.parseInt(text.slice(0, end), 16);
  return size > 0 ? text.slice(end + 2, end + 2 + size) + unchunk(text.slice(end + 4 + size)) : '';
}

function answerOf(status: number, headers: IncomingHttpHeaders, text: string): RawAnswer {
  try {
    return { status, headers, text, json: JSON.parse(text) };
  } catch {
    return { status, headers, text, json: undefined };
  }
}
