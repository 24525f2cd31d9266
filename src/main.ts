// Starts the server: settings, storage, the listening socket and the application, and ends them in the opposite order.
import { loadSettings, type Settings } from '../config/settings.ts';
import { composeJobs } from './compose-jobs.ts';
import { composeApp, composeSealer, composeStarting } from './compose.ts';
import { openPorts, type Ports } from './compose-ports.ts';
import { explainError } from './cli/explain-error.ts';
import { greeting } from './cli/greeting.ts';
import { loadResourceTypes } from './cli/load-resource-types.ts';
import { openStorage, type Storage } from './cli/open-storage.ts';
import { openSigningKeys } from './cli/own-issuer.ts';
import { setUpWorkspace } from './cli/set-up-workspace.ts';
import { freezePrototypes } from './http/limits/freeze-prototypes.ts';
import { createLogger, type Logger } from './http/log.ts';
import { scimPath } from './http/scim/endpoint.ts';
import { serve, type Served } from './http/server.ts';
import type { RunningJobs } from './jobs/run-jobs.ts';
import type { Sealer } from './jobs/sealer.ts';

/** The process: `undo` ends what was started, the newest user first. */
interface Running {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly undo: (() => Promise<void>)[];
}

const demo = { organization: 'Demo', slug: 'demo', owner: 'owner@demo.example', ownerName: 'Dana Demo' };

/** How long requests of connections wait to be written down. */
const logEveryMs = 1_000;

/** What the last steps of a shutdown may take beyond the grace for requests. */
const lastStepsSeconds = 1.5;

async function start(running: Running): Promise<void> {
  const { settings, logger, undo } = running;
  const types = loadResourceTypes(settings);
  const late: { app: Served; sealer?: Sealer; jobs?: RunningJobs } = { app: composeStarting(settings, logger) };
  const listening = await serve({ fetch: async (request, bindings) => await late.app.fetch(request, bindings) }, { host: settings.host, port: settings.port, logger });
  undo.unshift(async () => await listening.stop(settings.shutdownGraceSeconds));
  const baseUrl = settings.publicBaseUrl ?? listening.url;
  const say = (message: string) => logger.info({}, message);
  const storage = await openStorage(settings, 'server', { onProgress: say, onDatabaseLine: (line) => logger.debug({}, line) });
  undo.splice(1, 0, storage.stop);
  void storage.ended.then(() => stop(running, 'PostgreSQL ended by itself; start again, it recovers', 1));
  const keys = await openSigningKeys(settings);
  const ports = await openPorts(settings, storage.runtime, {
    baseUrl: `${baseUrl}${scimPath}`,
    committed: (workspaceId, organizationId) => {
      late.sealer?.poke(workspaceId, organizationId);
      late.jobs?.committed(workspaceId);
    },
  });
  late.sealer = composeSealer(ports, logger);
  late.jobs = composeJobs(ports, { settings, keys, baseUrl, log: logger });
  undo.splice(1, 0, ports.requestLog.start(logEveryMs), late.jobs.stop, late.sealer.stop, ports.database.close);
  if (storage.kind === 'embedded') await setUpDemo(storage, ports, say);
  late.app = composeApp(settings, ports, keys, logger, baseUrl, types);
  process.stdout.write(greeting(listening.url, `${baseUrl}${scimPath}`, await storage.hasWorkspaces()));
}

async function setUpDemo(storage: Storage, ports: Ports, say: (message: string) => void): Promise<void> {
  if (await storage.hasWorkspaces()) return;
  const created = await setUpWorkspace(ports, demo);
  if (created.ok) say(`Created the workspace ${demo.slug} of the organization ${demo.organization}, owned by ${demo.owner}.`);
  else say(`The demo workspace was not created: ${created.refusal.detail}`);
}

let stopping = false;

/** Ends everything once; a second signal changes nothing. */
async function stop({ settings, logger, undo }: Running, why: string, code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  logger[code === 0 ? 'info' : 'error']({}, why);
  const [answerRequests, ...rest] = undo;
  await inTime(answerRequests, settings.shutdownGraceSeconds + 0.2, logger);
  // PostgreSQL, the last of them, writes down what it holds in memory and may need most of the time.
  const end = performance.now() + lastStepsSeconds * 1000;
  for (const step of rest) await inTime(step, Math.max(0.1, (end - performance.now()) / 1000), logger);
  process.exit(code);
}

/** A step that hangs must not keep the process; the watchdog of PostgreSQL ends what is left. */
async function inTime(step: (() => Promise<void>) | undefined, seconds: number, logger: Logger): Promise<void> {
  const late = new Promise<void>((_, reject) => {
    setTimeout(() => reject(new Error(`it was not done after ${seconds.toFixed(1)} s`)), seconds * 1000).unref();
  });
  await Promise.race([step?.(), late]).catch((error: unknown) => logger.error({ error }, 'a step of the shutdown failed'));
}

async function main(): Promise<void> {
  const settings = loadSettings();
  const logger = await createLogger({ level: settings.logLevel, pretty: process.stdout.isTTY });
  freezePrototypes();
  const running: Running = { settings, logger, undo: [] };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(running, `${signal}: stopping`, 0));
  process.on('disconnect', () => void stop(running, 'the launcher is gone: stopping', 0));
  try {
    await start(running);
  } catch (error) {
    if (stopping) return;
    stopping = true;
    process.stderr.write(`usher: ${explainError(error)}\n`);
    for (const step of running.undo) await inTime(step, lastStepsSeconds, logger);
    process.exit(1);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`usher: ${explainError(error)}\n`);
  process.exit(1);
}
