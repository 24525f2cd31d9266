// Compresses answers on their way out, in Node's thread pool; may assume that an answer begins with writeHead and comes whole or in pieces.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip, type BrotliOptions } from 'node:zlib';
import { chooseCoding, type Coding } from './limits/content-coding.ts';

/** Below it compression gains less than it costs. */
const leastBytes = 1024;
const compressible = /^(?:text\/|application\/(?:[\w.-]+\+)?json\b)/iu;
const pieceBytes = 64 * 1024;
const gzipOptions = { chunkSize: pieceBytes };
/** About as fast as gzip and a tenth smaller; a window of 512 KB instead of 4 MB for each answer under way. */
const brotliOptions: BrotliOptions = {
  chunkSize: pieceBytes,
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 19, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
};

/** The status line and headers of an answer that has not been sent yet. */
interface Head {
  readonly status: number;
  readonly fields: OutgoingHttpHeaders;
}

/**
 * Makes an answer compress itself if Accept-Encoding asks for it and its body is of a compressible type and long enough. What is sent is
 * decided with the first piece of the body, so the head waits until then.
 */
export function compressAnswer(outgoing: ServerResponse, acceptEncoding: string): void {
  const plain = { writeHead: outgoing.writeHead, write: outgoing.write, end: outgoing.end, flushHeaders: outgoing.flushHeaders };
  let head: Head | undefined;
  /** Gives the answer its own methods back and sends it as it comes. */
  const letGo = (): void => {
    Object.assign(outgoing, plain);
    if (head !== undefined) outgoing.writeHead(head.status, head.fields);
  };
  const inPieces = (): void => {
    const coding = head && codingFor(head, acceptEncoding, undefined);
    if (head === undefined || coding === undefined) {
      letGo();
      return;
    }
    Object.assign(outgoing, plain);
    outgoing.writeHead(head.status, coded(head.fields, coding, undefined));
    sendThrough(outgoing, coding === 'br' ? createBrotliCompress(brotliOptions) : createGzip(gzipOptions));
  };
  const whole = (...body: Parameters<typeof outgoing.end>): ServerResponse => {
    const [content] = body as readonly unknown[];
    const bytes = typeof content === 'string' || content instanceof Uint8Array ? Buffer.from(content as string) : undefined;
    // An answer to HEAD has no body and is coded as that to GET would be.
    const some = bytes !== undefined || outgoing.req.method === 'HEAD';
    const coding = head && some ? codingFor(head, acceptEncoding, bytes?.length ?? declared(head.fields)) : undefined;
    if (head === undefined || coding === undefined) {
      letGo();
      return outgoing.end(...body);
    }
    Object.assign(outgoing, plain);
    if (bytes === undefined) outgoing.writeHead(head.status, coded(head.fields, coding, undefined)).end();
    else compressWhole(outgoing, head, coding, bytes);
    return outgoing;
  };
  const methods = {
    writeHead: (status: number, fields: OutgoingHttpHeaders = {}) => {
      head = { status, fields };
      return outgoing;
    },
    flushHeaders: () => {
      inPieces();
      outgoing.flushHeaders();
    },
    write: (...piece: Parameters<typeof outgoing.write>) => {
      inPieces();
      return outgoing.write(...piece);
    },
    end: whole,
  };
  Object.assign(outgoing, methods);
}

/** The coding of an answer, undefined for none; `length` is that of its body where it is known. */
function codingFor({ status, fields }: Head, acceptEncoding: string, length: number | undefined): Coding | undefined {
  const type = field(fields, 'content-type');
  if (status === 204 || status === 304 || length === 0 || typeof type !== 'string' || !compressible.test(type) || field(fields, 'content-encoding') !== undefined) return undefined;
  const { coding, plain } = chooseCoding(acceptEncoding);
  return plain && length !== undefined && length < leastBytes ? undefined : coding;
}

/** In one go: the length is known before the head is sent. A client that has gone by then gets nothing. */
function compressWhole(outgoing: ServerResponse, { status, fields }: Head, coding: Coding, bytes: Buffer): void {
  const send = (error: Error | null, compressed: Buffer): void => {
    if (outgoing.destroyed) return;
    if (error === null) outgoing.writeHead(status, coded(fields, coding, compressed.length)).end(compressed);
    else outgoing.writeHead(status, fields).end(bytes);
  };
  if (coding === 'br') brotliCompress(bytes, brotliOptions, send);
  else gzip(bytes, gzipOptions, send);
}

/**
 * Piece by piece: a slow client slows down whoever writes. Nothing is flushed in between, because the pieces follow each other as fast as
 * the client takes them.
 */
function sendThrough(outgoing: ServerResponse, coder: ReturnType<typeof createGzip> | ReturnType<typeof createBrotliCompress>): void {
  const write: (piece: Buffer) => boolean = outgoing.write.bind(outgoing);
  const end: () => void = outgoing.end.bind(outgoing);
  const emit: (event: string, ...values: readonly unknown[]) => boolean = outgoing.emit.bind(outgoing);
  coder.on('data', (piece: Buffer) => {
    // Between the end of a connection and its report, what the thread pool has finished still arrives.
    if (outgoing.destroyed) coder.destroy();
    else if (!write(piece)) coder.pause();
  });
  coder.on('end', () => {
    if (!outgoing.destroyed) end();
  });
  coder.on('error', (error) => outgoing.destroy(error));
  coder.on('drain', () => emit('drain'));
  outgoing.once('close', () => coder.destroy());
  Object.assign(outgoing, {
    write: (piece: string | Uint8Array) => coder.write(piece),
    end: (piece?: string | Uint8Array) => {
      coder.end(piece);
      return outgoing;
    },
    // Whoever writes waits for the coder, the coder for the connection.
    emit: (event: string, ...values: unknown[]) => {
      if (event !== 'drain') return emit(event, ...values);
      coder.resume();
      return true;
    },
  });
}

function coded(fields: OutgoingHttpHeaders, coding: Coding, length: number | undefined): OutgoingHttpHeaders {
  const others = Object.entries(fields).filter(([name]) => name.toLowerCase() !== 'content-length');
  return { ...Object.fromEntries(others), 'Content-Encoding': coding, ...(length === undefined ? {} : { 'Content-Length': length }) };
}

function declared(fields: OutgoingHttpHeaders): number | undefined {
  const length = field(fields, 'content-length');
  return length === undefined ? undefined : Number(length);
}

function field(fields: OutgoingHttpHeaders, name: string): OutgoingHttpHeaders[string] {
  return Object.entries(fields).find(([key]) => key.toLowerCase() === name)?.[1];
}
