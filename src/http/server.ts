// Serves an app over HTTP/1.1 with bounded headers and times, and stops without dropping a request; may assume nothing of the clients.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { getRequestListener, RequestError, type HttpBindings } from '@hono/node-server';
import { compressAnswer } from './compress-answer.ts';
import { stopOrderly, trackConnections, type Connections } from './connections.ts';
import { keepDotSegments } from './dot-segments.ts';
import type { Logger } from './log.ts';
import { answerUnreadable, badTarget, brokenApp } from './unreadable-request.ts';

/** What is served: a Hono app, or anything with its `fetch`. Whoever stands between passes the bindings on: without them answers cost more. */
export interface Served {
  readonly fetch: (request: Request, bindings?: HttpBindings) => Response | Promise<Response>;
}

/** Port 0 takes any free one. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
}

export interface Listening {
  /** An address at which this machine reaches the server. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the last request is answered, at the latest after the grace. */
  readonly stop: (graceSeconds: number) => Promise<void>;
}

/** The address cannot be listened on; the message is one line for whoever starts the server. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

const limits = {
  // A token of 8 KB, a filter of 4 KB in percent-encoding and the rest of the headers.
  maxHeaderSize: 32 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
  // Longer than the idle time of common load balancers, so that they close first.
  keepAliveTimeout: 65_000,
  // Checked below, where the answer can be a proper one.
  requireHostHeader: false,
};
const idleSocketMs = 120_000;

/** Resolves once the server listens; rejects with a ListenError when it cannot. */
export async function serve(app: Served, { host, port, logger }: ServeOptions): Promise<Listening> {
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings as HttpBindings), {
    // A client of HTTP/1.0 needs no Host; links are never built from it.
    hostname: 'localhost',
    errorHandler: (error) => {
      if (error instanceof RequestError) return badTarget();
      logger.error({ error }, 'the app failed outside of its request frame');
      return brokenApp();
    },
  });
  const server = createServer(limits);
  const connections = trackConnections(server);
  const accept = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    connections.answering(outgoing);
    const { headers, httpVersion } = incoming;
    if (httpVersion === '1.1' && headers.host === undefined) {
      answerUnreadable(new Error('no Host header'), incoming.socket, undefined);
      return;
    }
    if (incoming.url !== undefined) incoming.url = keepDotSegments(incoming.url);
    if (headers['accept-encoding'] !== undefined) compressAnswer(outgoing, headers['accept-encoding']);
    void listener(incoming, outgoing);
  };
  server.on('request', accept);
  // An expectation that is not known is no reason to refuse a request.
  server.on('checkExpectation', accept);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    answerUnreadable(error, socket, connections.answerOn(socket));
  });
  server.setTimeout(idleSocketMs);
  await listen(server, host, port);
  return describe(server, connections, host, logger);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ListenError(explain(error, host, port)));
    });
    server.listen({ host, port }, resolve);
  });
}

function explain({ code = 'unknown error' }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use by another program. Stop it, or set PORT to another port.`;
    case 'EACCES':
      return `This account may not listen on port ${port}. Set PORT to a port above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine (${code}). Set HOST to one, or to 0.0.0.0 for all.`;
    default:
      return `Cannot listen on port ${port} of ${host} (${code}).`;
  }
}

function describe(server: Server, connections: Connections, host: string, logger: Logger): Listening {
  const { port } = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  let stopped: Promise<void> | undefined;
  server.removeAllListeners('error');
  server.on('error', (error) => {
    logger.error({ error }, 'the listening socket failed');
  });
  return {
    url: `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`,
    port,
    stop: async (graceSeconds) => {
      stopped ??= stopOrderly(server, connections, graceSeconds);
      await stopped;
    },
  };
}
