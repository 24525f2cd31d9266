// Knows the open connections of a server and the answers under way, so that it can stop without dropping a request.
import type { Server, ServerResponse } from 'node:http';
import { Server as ListeningSocket, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Connections {
  /** When each connection was opened, in milliseconds of the process. */
  readonly sockets: ReadonlyMap<Socket, number>;
  /** Notes an answer until its connection is free again or gone. */
  readonly answering: (response: ServerResponse) => void;
  /** The answer under way on a connection. */
  readonly answerOn: (socket: Duplex) => ServerResponse | undefined;
  /** From now on every answer tells its client not to use the connection again. */
  readonly announceEnd: () => void;
}

const sweepMs = 20;
/** A client that keeps sending gets one more answer, the one that closes its connection, before the connection counts as idle. */
const lingerMs = 100;

export function trackConnections(server: Server): Connections {
  const sockets = new Map<Socket, number>();
  const responses = new Set<ServerResponse>();
  let ending = false;
  server.on('connection', (socket) => {
    sockets.set(socket, performance.now());
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    sockets,
    answering: (response) => {
      responses.add(response);
      response.once('close', () => responses.delete(response));
      if (ending) response.setHeader('Connection', 'close');
    },
    answerOn: (socket) => [...responses].find((response) => response.socket === socket),
    announceEnd: () => {
      ending = true;
      for (const response of responses) if (!response.headersSent) response.setHeader('Connection', 'close');
    },
  };
}

/**
 * Stops listening and waits for the answers under way, at most for the grace; then cuts what is left. Node's own close would at once cut
 * idle connections, on which a request may be on its way; so only the socket is closed first, and connections when they stay idle.
 */
export async function stopOrderly(server: Server, connections: Connections, graceSeconds: number): Promise<void> {
  const graceMs = graceSeconds * 1000;
  connections.announceEnd();
  const closed = new Promise<void>((resolve) => {
    ListeningSocket.prototype.close.call(server, () => {
      resolve();
    });
  });
  const cut = setTimeout(() => {
    for (const socket of connections.sockets.keys()) socket.destroy();
  }, graceMs);
  await Promise.race([closed, sleep(Math.min(lingerMs, graceMs))]);
  const sweep = setInterval(closeIdle, sweepMs, server, connections);
  closeIdle(server, connections);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

function closeIdle(server: Server, { sockets }: Connections): void {
  server.closeIdleConnections();
  // Node counts a connection on which nothing was ever sent as busy with its first request, which may indeed be on its way.
  const silentSince = performance.now() - lingerMs;
  for (const [socket, opened] of sockets) if (socket.bytesRead === 0 && opened < silentSince) socket.destroy();
}
