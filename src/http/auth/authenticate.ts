// The middleware in front of every route that needs a caller: header → token → credential; may assume that the request frame ran before it.
import { createMiddleware } from 'hono/factory';
import type { Entrance } from '../../domain/model/caller.ts';
import type { CallEnv } from '../request-frame.ts';
import { readBearer } from './bearer.ts';
import type { Verify } from './verify-token.ts';

/** Sets `call`, with the door that it came in by; whether the credential still holds is the database's to say, in the same statement that reads the data. */
export function authenticate(verify: Verify, door: Entrance) {
  return createMiddleware<CallEnv>(async (c, next) => {
    c.set('door', door);
    const credential = await verify(readBearer(c.req.raw.headers));
    c.set('call', { credential, requestId: c.get('requestId'), door });
    c.set('tenantId', credential.tenant.workspaceId);
    await next();
  });
}
