// Somebody who is told of events: an HTTP server that keeps what it gets and answers what the test says.
import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

export interface Receiver {
  readonly url: string;
  readonly got: Received[];
  /** What is answered from now on: a status, or nothing at all for as long as the promise takes. */
  answer: (received: Received) => number | Promise<number>;
  readonly stop: () => Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const receiver: { -readonly [Name in keyof Receiver]: Receiver[Name] } = { url: '', got: [], answer: () => 200, stop: async () => await Promise.resolve() };
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const received = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString(), at: performance.now() };
      receiver.got.push(received);
      void Promise.resolve(receiver.answer(received)).then((status) => response.writeHead(status).end(status < 300 ? '' : `no, ${'x'.repeat(2000)}`));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  receiver.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return receiver;
}

/** Waits until something is so. */
export async function until(condition: () => boolean | Promise<boolean>, ms = 8_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
