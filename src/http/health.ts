// Routes at the server root that need no token: whether the process lives, whether it can serve, and the public keys of its tokens.
import { Hono, type Context } from 'hono';
import { onlyGet } from './only-get.ts';
import type { RequestEnv } from './request-frame.ts';

/** `ready` asks whether the schema stands and the database answers; it may hang, reject or take its time. */
export interface HealthOptions {
  readonly ready: () => Promise<boolean>;
  readonly jwks: () => { readonly keys: readonly object[] };
}

/** Shorter than the two seconds in which a lost database must show (trust.md §6, P8). */
const readyTimeoutMs = 1500;
const retryAfterSeconds = '2';

/** `/healthz`, `/readyz` and `/.well-known/jwks.json`, where every JWT library can be pointed at. */
export function healthRoutes({ ready, jwks }: HealthOptions): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  const isReady = withinTime(ready);
  onlyGet(app, '/healthz', (c) => c.json({ status: 'ok' }));
  onlyGet(app, '/readyz', async (c) => ((await isReady()) ? c.json({ status: 'ready' }) : notYet(c)));
  onlyGet(app, '/.well-known/jwks.json', (c) => {
    const set = jwks();
    // Whoever remembered an empty set would refuse good tokens for as long.
    return set.keys.length === 0 ? notYet(c) : c.json(set, 200, { 'Content-Type': 'application/jwk-set+json', 'Cache-Control': 'public, max-age=300' });
  });
  return app;
}

function notYet(c: Context<RequestEnv>): Response {
  return c.json({ status: 'unavailable' }, 503, { 'Retry-After': retryAfterSeconds });
}

/** Asks once for all probes that wait at the same time, and never longer than the time-out: a hanging question is not asked forever. */
function withinTime(ready: () => Promise<boolean>): () => Promise<boolean> {
  let pending: Promise<boolean> | undefined;
  return async () => {
    pending ??= ask(ready).finally(() => {
      pending = undefined;
    });
    return await pending;
  };
}

async function ask(ready: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, readyTimeoutMs, false);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
