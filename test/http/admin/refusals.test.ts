// The refusals of domain.md §7 at both doors: status, code, the words that the administrator reads, and one row of the audit for each that stood against authority, a guard or the seats.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendRequest, type RawAnswer } from '../../support/raw-http.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem, person, teamClient, type Team } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Team;
let okta: Scim;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  // The account owner is at home somewhere else.
  const home = await service.workspace();
  await enter(await service.workspace({ organization: home.organization }));
});
afterAll(async () => await service.stop());

async function enter(place: TestWorkspace): Promise<void> {
  workspace = place;
  owner = await as(place.ownerId);
  okta = scimClient(service, (await place.connectionToken()).token);
}

const tokenOf = async (id: string): Promise<string> => (await workspace.personToken(id)).token;
const as = async (id: string): Promise<Team> => teamClient(service, await tokenOf(id));
const scimAs = async (id: string): Promise<Scim> => scimClient(service, await tokenOf(id));
const name = async (id: string): Promise<string> => String((await service.query('select user_name from membership where id = $1', [id]))[0]?.['user_name']);
const api = async (method: string, path: string, body?: unknown): Promise<RawAnswer> =>
  await sendRequest(service.root, { method, path: `/api/v1${path}`, headers: { Authorization: `Bearer ${await tokenOf(workspace.ownerId)}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** A member whose role may look at members and nothing else. */
async function onlooker(): Promise<string> {
  await api('POST', '/team/roles', { key: 'onlooker', name: 'Onlooker', rank: 70, permissions: ['members.read'] });
  return await person(service, workspace, 'onlooker');
}

type AtScim = Awaited<ReturnType<Scim['get']>>;

/** How a refusal has to look, `who` being in its words. */
interface Expected {
  readonly code: string;
  readonly scim?: { readonly status: number; readonly type?: string };
  readonly admin?: number;
  readonly says: RegExp;
  readonly who?: string;
  readonly denied: 0 | 1;
}

interface Row {
  readonly why: string;
  readonly refused: () => Promise<Expected & { readonly atScim?: () => PromiseLike<AtScim>; readonly atAdmin?: () => Promise<RawAnswer> }>;
}

const rows: readonly Row[] = [
  {
    why: 'the last owner',
    refused: async () => {
      const id = workspace.ownerId;
      const [row] = await service.query('select name from workspace where id = $1', [workspace.tenant.workspaceId]);
      const says = new RegExp(`^Cannot (remove|demote) last owner: ${await name(id)} is the only active owner of ${String(row?.['name'])}\\. Transfer ownership, then retry\\.$`);
      return { code: 'last-owner', scim: { status: 409 }, admin: 409, says, denied: 1, atScim: () => okta.delete(`/Users/${id}`), atAdmin: async () => await owner.send('PATCH', `/${id}`, { role: 'member' }) };
    },
  },
  {
    why: 'the account owner',
    refused: async () => {
      await enter(await service.workspace());
      const [id, second] = [workspace.ownerId, await as(await person(service, workspace, 'owner'))];
      const says = /^Cannot remove .+: the account owner of .+ is protected\. Pass the account ownership on, then retry\.$/;
      return { code: 'account-owner-protected', scim: { status: 409 }, admin: 409, says, who: await name(id), denied: 1, atScim: () => okta.delete(`/Users/${id}`), atAdmin: async () => await second.send('DELETE', `/${id}`) };
    },
  },
  {
    why: 'oneself',
    refused: async () => {
      const id = await person(service, workspace, 'admin');
      const [scim, team] = [await scimAs(id), await as(id)];
      const says = /^You can't remove yourself\. Ask another admin, or transfer ownership and let them remove you\.$/;
      return { code: 'self-removal', scim: { status: 403 }, admin: 403, says, denied: 1, atScim: () => scim.delete(`/Users/${id}`), atAdmin: async () => await team.send('DELETE', `/${id}`) };
    },
  },
  {
    why: 'somebody of a higher rank',
    refused: async () => {
      const [admin, id] = [await person(service, workspace, 'admin'), workspace.ownerId];
      const [scim, team] = [await scimAs(admin), await as(admin)];
      return { code: 'role-not-manageable', scim: { status: 403 }, admin: 403, says: /^You cannot manage .+: the role owner is above yours\. Ask an owner\.$/, who: await name(id), denied: 1, atScim: () => scim.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false }), atAdmin: async () => await team.send('POST', `/${id}/deactivate`) };
    },
  },
  {
    why: 'somebody out of sight',
    refused: async () => {
      const [self, id] = [await person(service, workspace), await person(service, workspace)];
      const [scim, team] = [await scimAs(self), await as(self)];
      return { code: 'not-found', scim: { status: 404 }, admin: 404, says: /^There is no user [0-9a-f-]+ in this workspace\. It may have been removed: look it up by userName\.$/, denied: 0, atScim: () => scim.delete(`/Users/${id}`), atAdmin: async () => await team.send('DELETE', `/${id}`) };
    },
  },
  {
    why: 'an act without its permission',
    refused: async () => {
      const [self, id] = [await onlooker(), await person(service, workspace)];
      const [scim, team] = [await scimAs(self), await as(self)];
      return { code: 'permission-denied', scim: { status: 403 }, admin: 403, says: /lacks the permission members\.remove\. Ask an admin or an owner\.$/, denied: 1, atScim: () => scim.delete(`/Users/${id}`), atAdmin: async () => await team.send('DELETE', `/${id}`) };
    },
  },
  {
    why: 'a removal before the deactivation',
    refused: async () => {
      await api('PATCH', '/workspace', { policy: { removalRequiresDeactivation: true } });
      const id = await person(service, workspace);
      return { code: 'deactivate-first', admin: 409, says: /^Cannot remove .+ yet: .+\. Deactivate first, then remove\.$/, who: await name(id), denied: 1, atAdmin: async () => await owner.send('DELETE', `/${id}`) };
    },
  },
  ...(['unknown', 'of another tenant', 'removed'] as const).map((what) => ({
    why: `a member who is ${what}`,
    refused: async () => {
      const id = what === 'unknown' ? '0190aaaa-0000-7000-8000-000000000001' : await person(service, what === 'removed' ? workspace : await service.workspace());
      if (what === 'removed') await owner.send('DELETE', `/${id}`);
      return { code: 'not-found', scim: { status: 404 }, admin: 404, says: new RegExp(`^There is no user ${id} in this workspace\\. .+\\.$`), denied: 0 as const, atScim: () => okta.delete(`/Users/${id}`), atAdmin: async () => await owner.send('POST', `/${id}/deactivate`) };
    },
  })),
  {
    why: 'a userName that is taken',
    refused: async () => {
      const taken = await name(await person(service, workspace));
      return { code: 'duplicate', scim: { status: 409, type: 'uniqueness' }, admin: 409, says: /(belongs to another user of this workspace|is a member of this workspace already)\./, who: taken, denied: 0, atScim: () => okta.post('/Users', newUser(taken)), atAdmin: async () => await api('POST', '/team/invitations', { email: taken }) };
    },
  },
  {
    why: 'an externalId that is taken',
    refused: async () => {
      await okta.post('/Users', newUser('first@external.example', { externalId: 'e-1' }));
      return { code: 'duplicate', scim: { status: 409, type: 'uniqueness' }, says: /^The externalId "e-1" belongs to another user of this connection\. .+\.$/, denied: 0, atScim: () => okta.post('/Users', newUser('second@external.example', { externalId: 'e-1' })) };
    },
  },
  {
    why: 'nobody, for want of a seat',
    refused: async () => {
      await enter(await service.workspace({ seats: 1 }));
      return { code: 'seat-limit-reached', scim: { status: 403 }, admin: 409, says: /^No seat left: .+ uses all 1 of its seats\. Free a seat by removing a member, or raise the limit, then retry\.$/, denied: 1, atScim: () => okta.post('/Users', newUser('late@seat.example')), atAdmin: async () => await api('POST', '/team/invitations', { email: 'late@seat.example' }) };
    },
  },
  {
    why: 'whom the identity provider holds back',
    refused: async () => {
      const { id } = (await okta.post('/Users', newUser('held@idp.example'))).body as { id: string };
      await okta.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
      return { code: 'managed-by-idp', admin: 409, says: /^held@idp\.example is kept deactivated by the identity provider\. .+ an owner may override it with a reason\.$/, denied: 1, atAdmin: async () => await owner.send('POST', `/${id}/reactivate`) };
    },
  },
  {
    why: 'another version',
    refused: async () => {
      const id = await person(service, workspace);
      return { code: 'version-mismatch', scim: { status: 412 }, admin: 412, says: /^The resource has changed since .+ send the new version\.$/, denied: 0, atScim: () => okta.delete(`/Users/${id}`).set('If-Match', 'W/"9"'), atAdmin: async () => await owner.send('DELETE', `/${id}`, undefined, { 'If-Match': 'W/"9"' }) };
    },
  },
  {
    why: 'some of many',
    refused: async () => {
      const id = await person(service, workspace);
      return { code: 'bulk-blocked', admin: 409, says: /^Cannot remove these 2 members together: .+ Nothing was changed\. .+\.$/, denied: 1, atAdmin: async () => await owner.send('POST', '/bulk-remove', { ids: [id, workspace.ownerId] }) };
    },
  },
  {
    why: 'a token of somebody deactivated',
    refused: async () => {
      const id = await person(service, workspace, 'admin');
      const [scim, team] = [await scimAs(id), await as(id)];
      await owner.send('POST', `/${id}/deactivate`);
      return { code: 'membership-deactivated', scim: { status: 401 }, admin: 401, says: /^The membership of this token is deactivated\. .+\.$/, denied: 0, atScim: () => scim.get(`/Users/${id}`), atAdmin: async () => await team.send('GET', '') };
    },
  },
];

const denied = async (): Promise<number> => Number((await service.query(`select count(*)::int as n from audit_event where workspace_id = $1 and outcome = 'denied'`, [workspace.tenant.workspaceId]))[0]?.['n']);

function expectAtScim({ status, headers, body }: AtScim, { code, scim, says }: Expected): void {
  const { schemas, status: said, scimType, detail, ...more } = body as Record<string, unknown>;
  expect([status, scimType, headers['x-problem-code']], JSON.stringify(body)).toEqual([scim?.status, scim?.type, code]);
  expect([schemas, said, more]).toEqual([['urn:ietf:params:scim:api:messages:2.0:Error'], String(status), {}]);
  expect(detail).toMatch(says);
  expect(headers['content-type']).toMatch(/^application\/scim\+json/);
  expect(headers['link']).toMatch(new RegExp(`/problems/${code}>; rel="help"$`));
  expect(headers['x-request-id']).toMatch(/^[\w-]{8,}$/);
}

describe('it is refused to touch', () => {
  it.each(rows)('$why', async ({ refused }) => {
    const row = await refused();
    const { atScim, atAdmin, who = '' } = row;
    for (const door of [atScim, atAdmin]) {
      if (door === undefined) continue;
      const before = await denied();
      const answer = await door();
      if ('json' in answer) expectProblem(answer, { status: row.admin ?? 0, code: row.code, says: row.says });
      else expectAtScim(answer, row);
      expect('json' in answer ? answer.text : JSON.stringify(answer.body)).toContain(who);
      expect((await denied()) - before).toBe(row.denied);
    }
  });
});
