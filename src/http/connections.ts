// Knows the open connections of a server and the answers under way, so that it can stop without dropping a request.
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Connections {
  readonly sockets: ReadonlySet<Socket>;
  /** Notes an answer until its connection is free again or gone. */
  readonly answering: (response: ServerResponse) => void;
  readonly isBusy: (socket: Duplex) => boolean;
  /** From now on every answer tells its client not to use the connection again. */
  readonly announceEnd: () => void;
}

const sweepMs = 20;
/** A client that keeps sending on its connection gets one more answer, the one that closes it, before the connection counts as idle. */
const lingerMs = 100;

export function trackConnections(server: Server): Connections {
  const sockets = new Set<Socket>();
  const responses = new Set<ServerResponse>();
  let ending = false;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    sockets,
    answering: (response) => {
      responses.add(response);
      response.once('close', () => responses.delete(response));
      if (ending) response.setHeader('Connection', 'close');
    },
    isBusy: (socket) => [...responses].some((response) => response.socket === socket),
    announceEnd: () => {
      ending = true;
      for (const response of responses) if (!response.headersSent) response.setHeader('Connection', 'close');
    },
  };
}

/** Stops listening and waits for the answers under way, at most for the grace; then cuts what is left. */
export async function stopOrderly(server: Server, connections: Connections, graceSeconds: number): Promise<void> {
  const deadline = AbortSignal.timeout(graceSeconds * 1000);
  connections.announceEnd();
  if (connections.sockets.size > 0) await sleep(Math.min(lingerMs, graceSeconds * 1000));
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  const sweep = setInterval(closeIdle, sweepMs, server, connections);
  closeIdle(server, connections);
  await Promise.race([closed, new Promise((resolve) => deadline.addEventListener('abort', resolve))]);
  clearInterval(sweep);
  server.closeAllConnections();
  await closed;
}

function closeIdle(server: Server, { sockets }: Connections): void {
  server.closeIdleConnections();
  // Node counts a connection on which nothing was ever sent as busy with its first request.
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
}
