// The app with doors of the test's own, a log that is kept in memory, and no database behind it.
import { Hono } from 'hono';
import { createApp, type AppOptions } from '../../src/http/create-app.ts';
import { createLogger, type Logger } from '../../src/http/log.ts';
import type { RequestEnv } from '../../src/http/request-frame.ts';

export interface TestApp {
  readonly app: Hono<RequestEnv>;
  readonly logger: Logger;
  /** Entries of the log, oldest first. */
  readonly log: () => Record<string, unknown>[];
  /** The log as it was written. */
  readonly lines: string[];
}

/** `door` is mounted at /door. */
export async function testApp(door: Hono<RequestEnv> = new Hono(), options: Partial<AppOptions> = {}): Promise<TestApp> {
  const lines: string[] = [];
  const logger = await createLogger({ level: 'trace', pretty: false, destination: { write: (line) => void lines.push(line) } });
  const app = createApp({
    logger,
    baseUrl: 'https://scim.example',
    isUnavailable: () => false,
    ready: async () => true,
    jwks: () => ({ keys: [] }),
    doors: [{ path: '/door', app: door }],
    ...options,
  });
  return { app, logger, lines, log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
