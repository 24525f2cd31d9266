// The settings of the workspace and of its organization.
import type { Context } from 'hono';
import { z } from 'zod';
import { changeOrganization, changeWorkspace } from '../../../domain/commands/change-settings.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { OrganizationView, SettingsReads, WorkspaceView } from '../../../domain/records.ts';
import type { Outcome } from '../../../domain/refusals.ts';
import { weakEtag } from '../../../scim/etag.ts';
import { judgeRead, readPreconditions } from '../../preconditions.ts';
import type { CallEnv } from '../../request-frame.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { expectedIn } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { lineOf } from '../shapes.ts';

/** What the endpoints work with. */
export interface SettingsContext {
  readonly store: CommandStore;
  readonly settings: SettingsReads;
  readonly limitBytes: number;
}

const longestName = 200;
const mostSeats = 1_000_000;

const policy = z.object({ removalRequiresDeactivation: z.boolean() });
const workspaceShape = z.object({ id: z.guid(), slug: z.string(), name: z.string(), timeZone: z.string(), policy, version: z.int().min(1) }).meta({ id: 'Workspace' });
const organizationShape = z.object({ id: z.guid(), name: z.string(), seatLimit: z.int().nullable(), accountOwnerId: z.guid(), version: z.int().min(1) }).meta({ id: 'Organization' });

const workspaceFields = z.strictObject({
  name: lineOf(longestName).optional(),
  timeZone: z.string('must be a string').regex(/^[A-Za-z][A-Za-z0-9_+-]{0,31}(\/[A-Za-z0-9_+-]{1,31}){0,2}$/u, 'must be a name of the IANA time zone database, such as Europe/Berlin').optional(),
  policy: z.strictObject({ removalRequiresDeactivation: z.boolean('must be true or false').optional() }).optional(),
});
const organizationFields = z.strictObject({
  name: lineOf(longestName).optional(),
  seatLimit: z.int('must be a whole number, or null for any number').min(0, 'must not be below 0').max(mostSeats, `must be at most ${mostSeats}`).nullable().optional(),
});

/** The addresses. */
export function settingsEndpoints(context: SettingsContext): AdminEndpoint[] {
  return [
    endpointAt(`${adminPath}/workspace`, { GET: readWorkspace(context), PATCH: patchWorkspace(context) }),
    endpointAt(`${adminPath}/organization`, { GET: readOrganization(context), PATCH: patchOrganization(context) }),
  ];
}

function about(id: string, summary: string, shape: z.ZodType, problems: Told['problems'] = []): Told {
  return { id, tag: 'Settings', summary, answers: { 200: { description: 'The settings as they are now.', shape } }, problems };
}

function readWorkspace({ settings }: SettingsContext): Operation {
  return operation(about('readWorkspace', 'Read the settings of the workspace', workspaceShape), async ({ c, call }) => show(c, await settings.workspace(call), showWorkspace));
}

function readOrganization({ settings }: SettingsContext): Operation {
  return operation(about('readOrganization', 'Read the settings of the organization', organizationShape, ['permission-denied']), async ({ c, call }) => show(c, await settings.organization(call), showOrganization));
}

function patchWorkspace({ store, settings, limitBytes }: SettingsContext): Operation {
  const told = about('changeWorkspace', 'Change the settings of the workspace', workspaceShape, ['permission-denied', 'version-mismatch']);
  return operation({ ...told, body: { shape: workspaceFields, limitBytes } }, async ({ c, call, body: { name, timeZone, policy: wanted } }) => {
    const set = { ...(name === undefined ? {} : { name }), ...(timeZone === undefined ? {} : { timeZone }), ...(wanted?.removalRequiresDeactivation === undefined ? {} : { policy: { removalRequiresDeactivation: wanted.removalRequiresDeactivation } }) };
    const done = await changeWorkspace(store, call, set, expectedIn(c));
    return done.ok ? answer(c, await settings.workspace(call), showWorkspace) : c.get('fail')(done.refusal);
  });
}

function patchOrganization({ store, settings, limitBytes }: SettingsContext): Operation {
  const told = about('changeOrganization', 'Change the settings of the organization', organizationShape, ['permission-denied', 'duplicate', 'version-mismatch']);
  return operation({ ...told, body: { shape: organizationFields, limitBytes } }, async ({ c, call, body: { name, seatLimit } }) => {
    const set = { ...(name === undefined ? {} : { name }), ...(seatLimit === undefined ? {} : { seatLimit }) };
    const done = await changeOrganization(store, call, set, expectedIn(c));
    return done.ok ? answer(c, await settings.organization(call), showOrganization) : c.get('fail')(done.refusal);
  });
}

type Versioned = { readonly version: number };

function show<V extends Versioned>(c: Context<CallEnv>, found: Outcome<V>, shown: (view: V) => object): Response {
  const conditions = readPreconditions(c.req.raw.headers);
  if (!found.ok || conditions === undefined) return answer(c, found, shown);
  const etag = weakEtag(found.value.version);
  const verdict = judgeRead(conditions, etag);
  if (verdict === 'unchanged') return new Response(null, { status: 304, headers: { ETag: etag } });
  return verdict === undefined ? answer(c, found, shown) : c.get('fail')(verdict);
}

function answer<V extends Versioned>(c: Context<CallEnv>, found: Outcome<V>, shown: (view: V) => object): Response {
  return found.ok ? answerJson(shown(found.value), { ETag: weakEtag(found.value.version) }) : c.get('fail')(found.refusal);
}

function showWorkspace({ id, slug, name, timeZone, policy: { removalRequiresDeactivation }, version }: WorkspaceView): object {
  return { id, slug, name, timeZone, policy: { removalRequiresDeactivation }, version };
}

function showOrganization({ id, name, seatLimit, accountOwnerId, version }: OrganizationView): object {
  return { id, name, seatLimit: seatLimit ?? null, accountOwnerId, version };
}
