// The doors through which one act on one member can be asked for, and what each answers, brought to one form.
import { randomUUID } from 'node:crypto';
import type { RawAnswer } from '../../support/raw-http.ts';
import { newUser } from '../../support/started-server.ts';
import type { ProblemBody } from '../admin/team.ts';
import { bulkRequest, patchOp } from '../bulk-support.ts';
import type { Act } from './oracle.ts';
import type { Send } from './world.ts';

/** How one request ended. SCIM tells no blockers, and an operation inside a bulk request no code. */
export interface Ended {
  readonly status: number;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly blockers?: readonly string[] | undefined;
  readonly requestId: string;
}

export interface Door {
  readonly name: string;
  readonly act: Act;
  readonly of: 'scim' | 'scimBulk' | 'team' | 'batch' | 'booking';
  /** What the audit calls an attempt. */
  readonly action: string;
  /** `document` is the whole user as an identity provider would send it back; `dry` asks for a rehearsal, where the door knows one. */
  readonly ask: (send: Send, id: string, options: { readonly dry: boolean; readonly document: object }) => Promise<Ended>;
}

export const hasRehearsal = ({ of }: Door): boolean => of !== 'scimBulk' && of !== 'booking';

const users = '/scim/v2/Users';
const off = { op: 'replace', path: 'active', value: false };
const offWithoutPath = { op: 'Replace', value: { active: 'False' } };
const rehearsal = (dry: boolean): Record<string, string> => (dry ? { 'X-Usher-Dry-Run': 'true' } : {});
const mark = (): Record<string, string> => ({ 'X-Request-Id': randomUUID() });

function endOf({ status, headers, json }: RawAnswer): Ended {
  const body = json as Partial<ProblemBody> | undefined;
  const requestId = String(headers['x-request-id']);
  if (status < 300) return { status, requestId };
  return { status, code: String(headers['x-problem-code']), detail: body?.detail, blockers: body?.blockers?.map(({ code }) => code), requestId };
}

async function inBulk(send: Send, operation: object): Promise<Ended> {
  const answer = await send('POST', '/scim/v2/Bulk', bulkRequest([operation]), mark());
  if (answer.status !== 200) return endOf(answer);
  const [result] = (answer.json as { Operations: { status: string; response?: { detail: string } }[] }).Operations;
  return { status: Number(result?.status), detail: result?.response?.detail, requestId: String(answer.headers['x-request-id']) };
}

const scim = (name: string, act: Act, ask: (id: string, document: object) => readonly [string, string, object?]): Door => ({
  name,
  act,
  of: 'scim',
  action: `team_membership_${act.kind}`,
  ask: async (send, id, { dry, document }) => {
    const [method, path, body] = ask(id, document);
    return endOf(await send(method, path, body, { ...mark(), ...rehearsal(dry) }));
  },
});

const team = (name: string, act: Act, ask: (id: string) => readonly [string, string, object?], more: Partial<Door> = {}): Door => ({
  name,
  act,
  of: 'team',
  action: `team_membership_${act.kind === 'role' ? 'role_change' : act.kind}`,
  ask: async (send, id, { dry }) => {
    const [method, path, body] = ask(id);
    return endOf(await send(method, `/team${path}${dry ? '?dryRun=true' : ''}`, body, mark()));
  },
  ...more,
});

const bulk = (name: string, act: Act, operation: (id: string) => object): Door => ({
  name,
  act,
  of: 'scimBulk',
  action: `team_membership_${act.kind}`,
  ask: async (send, id) => await inBulk(send, operation(id)),
});

const [removal, deactivation] = [{ kind: 'remove' }, { kind: 'deactivate' }] as const;
const role = (to: 'owner' | 'admin' | 'member'): Act => ({ kind: 'role', to });

/** A day that is not over for two years. */
export const later = new Date(Date.now() + 700 * 86_400_000).toISOString().slice(0, 10);

export const doors: readonly Door[] = [
  scim('SCIM PATCH with a path', deactivation, (id) => ['PATCH', `${users}/${id}`, patchOp(off)]),
  scim('SCIM PATCH without a path', deactivation, (id) => ['PATCH', `${users}/${id}`, patchOp(offWithoutPath)]),
  scim('SCIM PUT', deactivation, (id, document) => ['PUT', `${users}/${id}`, { ...document, active: false }]),
  bulk('PATCH in /Bulk', deactivation, (id) => ({ method: 'PATCH', path: `/Users/${id}`, data: patchOp(off) })),
  team('team deactivate', deactivation, (id) => ['POST', `/members/${id}/deactivate`, {}]),
  team('team bulk-deactivate', deactivation, (id) => ['POST', '/members/bulk-deactivate', { ids: [id] }], { of: 'batch', action: 'team_membership_bulk_deactivate' }),
  team('team deactivate on a day', deactivation, (id) => ['POST', `/members/${id}/deactivate`, { on: later }], { of: 'booking', action: 'team_membership_deactivation_schedule' }),
  scim('SCIM DELETE', removal, (id) => ['DELETE', `${users}/${id}`]),
  bulk('DELETE in /Bulk', removal, (id) => ({ method: 'DELETE', path: `/Users/${id}` })),
  team('team DELETE', removal, (id) => ['DELETE', `/members/${id}`]),
  team('team bulk-remove', removal, (id) => ['POST', '/members/bulk-remove', { ids: [id] }], { of: 'batch', action: 'team_membership_bulk_remove' }),
  team('team role to admin', role('admin'), (id) => ['PATCH', `/members/${id}`, { role: 'admin' }]),
  team('team role to member', role('member'), (id) => ['PATCH', `/members/${id}`, { role: 'member' }]),
  team('team role to owner', role('owner'), (id) => ['PATCH', `/members/${id}`, { role: 'owner' }]),
];

const on = { op: 'replace', path: 'active', value: true };
const activation = (insists?: 'tell' | 'override'): Act => (insists === undefined ? { kind: 'reactivate' } : { kind: 'reactivate', insists });
const override = { override: true, reason: 'they are back' };

/** The doors by which access is given back. */
export const returns: readonly Door[] = [
  scim('SCIM PATCH with a path', activation(), (id) => ['PATCH', `${users}/${id}`, patchOp(on)]),
  scim('SCIM PATCH without a path', activation(), (id) => ['PATCH', `${users}/${id}`, patchOp({ op: 'Replace', value: { active: 'True' } })]),
  scim('SCIM PUT', activation(), (id, document) => ['PUT', `${users}/${id}`, { ...document, active: true }]),
  team('team reactivate', activation('tell'), (id) => ['POST', `/members/${id}/reactivate`, {}]),
  team('team reactivate with an override', activation('override'), (id) => ['POST', `/members/${id}/reactivate`, override]),
  team('team bulk-reactivate', activation('tell'), (id) => ['POST', '/members/bulk-reactivate', { ids: [id] }], { of: 'batch', action: 'team_membership_bulk_reactivate' }),
  team('team bulk-reactivate with an override', activation('override'), (id) => ['POST', '/members/bulk-reactivate', { ids: [id], ...override }], { of: 'batch', action: 'team_membership_bulk_reactivate' }),
];

/** The user as it stands, for a PUT; one that the reader cannot see is made up. */
export async function documentOf(send: Send, id: string): Promise<object> {
  const { status, json } = await send('GET', `${users}/${id}`);
  return status === 200 ? (json as object) : newUser('made.up@guards.example');
}
