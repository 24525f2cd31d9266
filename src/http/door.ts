// What every door does with a request: who sends it, which endpoint it means, which method; may assume the request frame before it.
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import type { Call, Entrance } from '../domain/model/caller.ts';
import type { Outcome } from '../domain/refusals.ts';
import { ScimError } from '../scim/errors.ts';
import { AuthFailure } from './auth/auth-failure.ts';
import { authenticate } from './auth/authenticate.ts';
import type { Verify } from './auth/verify-token.ts';
import { allowedMethods, type Endpoint, type Found } from './endpoint.ts';
import { requireCoding } from './limits/content-coding.ts';
import type { CallEnv, RequestEnv } from './request-frame.ts';

/** `find` answers the endpoint of an absolute address; `nothingHere` is what a caller reads where there is none. */
export interface DoorOptions {
  readonly door: Entrance;
  readonly verify: Verify;
  readonly admitted: (call: Call) => Promise<Outcome<undefined>>;
  readonly find: (url: string) => Found | undefined;
  readonly nothingHere: string;
  /** Looks at every request of a known caller and its answer. */
  readonly observe?: MiddlewareHandler<CallEnv> | undefined;
}

/** The app to be mounted at the path of the door. */
export function doorRoutes(options: DoorOptions): Hono<RequestEnv> {
  const app = new Hono<CallEnv>();
  app.use(authenticate(options.verify, options.door));
  if (options.observe !== undefined) app.use(options.observe);
  app.all('/*', async (c) => {
    try {
      return await dispatch(c, options);
    } catch (error) {
      if (!(error instanceof ScimError || error instanceof AuthFailure)) throw error;
      // What is refused before the database was asked must not tell a revoked token that it is anything but revoked.
      const admitted = await options.admitted(c.get('call'));
      return c.get('fail')(admitted.ok ? error : admitted.refusal, error instanceof MethodError ? { Allow: error.allow } : {});
    }
  });
  return new Hono<RequestEnv>().route('/', app);
}

/** A method that the endpoint does not know; the answer names those that it does. */
class MethodError extends ScimError {
  readonly allow: string;

  constructor(method: string, allow: string) {
    super(405, undefined, `This address does not know the method ${method}. Use ${allow}.`);
    this.allow = allow;
  }
}

async function dispatch(c: Context<CallEnv>, { door, find, nothingHere, admitted }: DoorOptions): Promise<Response> {
  const { kind } = c.get('call').credential;
  if (door === 'scim' && (kind === 'host' || kind === 'account')) throw new AuthFailure('insufficient_scope', 'The token is of an organization. SCIM wants the token of a connection or of a person.');
  const found = find(c.req.raw.url);
  if (found === undefined) throw new ScimError(404, undefined, nothingHere);
  requireCoding(c.req.raw.headers.get('accept-encoding'));
  const { endpoint, id, ids = [id] } = found;
  const { method } = c.req;
  c.set('route', endpoint.template);
  if (method === 'OPTIONS') return await answerOptions(c, admitted, endpoint);
  const step = endpoint.methods.get(method === 'HEAD' ? 'GET' : method);
  if (step === undefined) throw new MethodError(method, allowedMethods(endpoint));
  return await step(c, id, ids);
}

/** Behind the token like everything else. https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7 */
async function answerOptions(c: Context<CallEnv>, admitted: DoorOptions['admitted'], endpoint: Endpoint): Promise<Response> {
  const asked = await admitted(c.get('call'));
  return asked.ok ? new Response(null, { status: 204, headers: { Allow: allowedMethods(endpoint) } }) : c.get('fail')(asked.refusal);
}
