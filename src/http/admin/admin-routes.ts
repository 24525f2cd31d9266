// The door of the team API: its endpoints and the way to them; may assume the request frame before it.
import type { Hono } from 'hono';
import type { Call } from '../../domain/model/caller.ts';
import { doorRoutes } from '../door.ts';
import { segmentsBehind, type Endpoint, type Found } from '../endpoint.ts';
import type { Verify } from '../auth/verify-token.ts';
import type { RequestEnv } from '../request-frame.ts';
import { adminPath } from './admin-path.ts';
import { adminEndpoints, type AdminContext } from './endpoints.ts';
import { doneOnce, type OnceOptions } from './idempotency/done-once.ts';
import { throughOwnDoor } from './operation.ts';

/** What the door needs beside what its areas work with. */
export interface AdminDoorOptions extends AdminContext, Pick<OnceOptions, 'answers' | 'answerSeal'> {
  readonly verify: Verify;
}

const nothingHere = `There is no such address in the team API. /openapi/admin describes all of them.`;

/** The app to be mounted at `adminPath`. */
export function adminRoutes({ verify, answers, answerSeal, ...context }: AdminDoorOptions): Hono<RequestEnv> {
  const admitted = async (call: Call) => await context.reads.admitted(throughOwnDoor(call));
  const once: OnceOptions = { answers, answerSeal, admitted, limitBytes: context.limitBytes };
  const endpoints = adminEndpoints(context).map((endpoint) => ({ endpoint: doneOnce(endpoint, once), names: endpoint.template.slice(adminPath.length + 1).split('/') }));
  return doorRoutes({
    door: 'admin',
    verify,
    admitted,
    find: (url) => findIn(endpoints, segmentsBehind(adminPath, url)),
    nothingHere,
  });
}

interface Named {
  readonly endpoint: Endpoint;
  readonly names: readonly string[];
}

const isOpen = (name: string) => name.startsWith(':');

/** The endpoint whose template has these segments; one that names a segment goes before one that leaves it open. */
function findIn(endpoints: readonly Named[], segments: readonly string[]): Found | undefined {
  const fitting = endpoints.filter(({ names }) => names.length === segments.length && names.every((name, at) => isOpen(name) || name === segments[at]));
  const [found] = fitting.toSorted((one, other) => one.names.filter(isOpen).length - other.names.filter(isOpen).length);
  if (found === undefined) return undefined;
  const ids = segments.filter((_, at) => isOpen(found.names[at] ?? ''));
  return { endpoint: found.endpoint, id: ids[0] ?? '', ids };
}
