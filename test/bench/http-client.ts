// A client for HTTP/1.1 on one keep-alive connection, as small as it can be so that it takes little from the server; assumes honest answers.
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly bytes: number;
  /** Only where the body was asked for. */
  readonly body: string;
}

export interface HttpConnection {
  /** One request at a time. */
  readonly send: (request: string, keepBody: boolean) => Promise<Answer>;
  readonly close: () => void;
}

interface Pending {
  readonly keepBody: boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

interface Reading {
  status: number;
  /** Bytes that are still to come; of a chunked body those of the present chunk. */
  left: number;
  chunked: boolean;
  bytes: number;
  readonly kept: Buffer[];
}

export async function openConnection(port: number): Promise<HttpConnection> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return speak(socket);
}

function speak(socket: Socket): HttpConnection {
  let pending: Pending | undefined;
  let buffered: Buffer = Buffer.alloc(0);
  let reading: Reading | undefined;

  const finish = (): void => {
    if (reading === undefined) return;
    const { status, bytes, kept } = reading;
    const done = pending;
    reading = undefined;
    pending = undefined;
    done?.resolve({ status, bytes, body: Buffer.concat(kept).toString() });
  };
  const fail = (error: Error): void => {
    const lost = pending;
    pending = undefined;
    lost?.reject(error);
  };
  const take = (): boolean => {
    if (reading === undefined) {
      const end = buffered.indexOf('\r\n\r\n');
      if (end === -1) return false;
      reading = readHead(buffered.toString('latin1', 0, end));
      buffered = buffered.subarray(end + 4);
    }
    if (reading.chunked && reading.left === 0) {
      const end = buffered.indexOf('\r\n');
      if (end === -1) return false;
      const size = Number.parseInt(buffered.toString('latin1', 0, end), 16);
      if (size === 0 && buffered.length < end + 4) return false;
      buffered = buffered.subarray(size === 0 ? end + 4 : end + 2);
      if (size === 0) finish();
      // With the line end behind the chunk.
      else reading.left = size + 2;
      return true;
    }
    const piece = buffered.subarray(0, reading.left);
    buffered = buffered.subarray(piece.length);
    reading.left -= piece.length;
    reading.bytes += piece.length;
    if (pending?.keepBody === true) reading.kept.push(reading.chunked && reading.left < 2 ? piece.subarray(0, Math.max(0, piece.length - 2 + reading.left)) : piece);
    if (reading.left > 0) return false;
    if (!reading.chunked) finish();
    return true;
  };
  socket.on('data', (piece) => {
    buffered = buffered.length === 0 ? piece : Buffer.concat([buffered, piece]);
    while ((reading !== undefined || buffered.length > 0) && take());
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  return {
    send: async (request, keepBody) =>
      await new Promise((resolve, reject) => {
        pending = { keepBody, resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

function readHead(head: string): Reading {
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const chunked = /\r\ntransfer-encoding: *chunked/i.test(head);
  return { status, left: status === 204 || status === 304 ? 0 : Number(length ?? 0), chunked, bytes: 0, kept: [] };
}
