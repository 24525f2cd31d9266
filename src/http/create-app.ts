// Puts the doors, the health routes and the help pages behind the request frame; may assume that each door authenticates for itself.
import { Hono } from 'hono';
import { ScimError } from '../scim/errors.ts';
import { healthRoutes, type HealthOptions } from './health.ts';
import { problemRoutes } from './problems.ts';
import { requestFrame, type FrameOptions, type RequestEnv } from './request-frame.ts';

/** A door under its path, such as `/scim/v2`. */
export interface Door {
  readonly path: string;
  readonly app: Hono<RequestEnv>;
}

export interface AppOptions extends FrameOptions, HealthOptions {
  readonly doors: readonly Door[];
}

/** The whole HTTP surface. Failures that a door throws or does not know end in the one table of render-refusal.ts. */
export function createApp(options: AppOptions): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  app.use(requestFrame(options));
  app.route('/', healthRoutes(options));
  app.route('/', problemRoutes());
  for (const door of options.doors) app.route(door.path, door.app);
  app.notFound((c) => c.get('fail')(new ScimError(404, undefined, 'There is nothing at this address. Check the base address: that of SCIM ends in /scim/v2, that of the team API in /api/v1; /openapi/scim and /openapi/admin describe them.')));
  app.onError((error, c) => c.get('fail')(error));
  return app;
}
