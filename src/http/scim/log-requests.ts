// Hands every request of a connection to the log when its answer is made; may assume that the door has found out who sends it.
import { createMiddleware } from 'hono/factory';
import type { RequestLog } from '../../domain/areas/request-log.ts';
import type { CallEnv } from '../request-frame.ts';
import type { MaskBody } from './mask-body.ts';

/** Longer answers are not kept. */
const longestBody = 65_536;

/** `mask` is asked only where the policy of the connection keeps bodies. */
export function logRequests(log: RequestLog, mask: MaskBody) {
  return createMiddleware<CallEnv>(async (c, next) => {
    const start = performance.now();
    const at = new Date();
    await next();
    const { credential, requestId } = c.get('call');
    if (credential.kind !== 'connection') return;
    const { res } = c;
    const keeps = log.keepsBodies(credential.connectionId);
    const entry = {
      ...credential.tenant,
      connectionId: credential.connectionId,
      tokenId: credential.tokenId,
      at,
      method: c.req.method,
      path: c.get('route') ?? 'no route',
      status: res.status,
      problem: res.headers.get('x-problem-code') ?? undefined,
      durationMs: Math.round((performance.now() - start) * 10) / 10,
      requestId,
      request: keeps ? mask(c.get('body')) : undefined,
    };
    log.record({ ...entry, response: keeps ? mask(await bodyOf(c.req.method, entry.path, res)) : undefined });
  });
}

/** The answer to a change, or an error; what was read may be long and comes in pieces. */
async function bodyOf(method: string, path: string, res: Response): Promise<unknown> {
  const isRead = method === 'GET' || method === 'HEAD' || path.endsWith('.search');
  if (res.body === null || (isRead && res.status < 400)) return undefined;
  const text = await res.clone().text();
  if (text.length > longestBody) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
