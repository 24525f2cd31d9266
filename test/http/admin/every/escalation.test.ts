// Ways to more than one has: through connections and their tokens, through answers kept for other tokens of oneself, through keys that only write.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../../support/fingerprint.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { makeHost, sender, type Send } from '../../host/host.ts';
import { expectProblem, person, pushed } from '../team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Send;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
});
afterAll(async () => await service.stop());

const as = async (role: string): Promise<Send> => sender(service, (await workspace.personToken(await person(service, workspace, role))).token);
const idIn = (answer: { readonly json: unknown }) => (answer.json as { id: string }).id;

describe('nobody gets a role through a connection that they could not give', () => {
  const above = { status: 403, code: 'role-not-manageable', says: /gives people the role (admin|owner)/ } as const;
  const admins = { maxRole: 'admin', defaultRole: 'admin' };

  it.each([
    ['integrator', admins],
    ['integrator', { maxRole: 'admin' }],
    ['integrator', { ownerFromGroups: true }],
    ['admin', { ownerFromGroups: true }],
    ['admin', { ...admins, ownerFromGroups: true }],
  ])('%s: %j', async (role, policy) => {
    await owner('POST', '/team/roles', { key: 'integrator', name: 'Integrator', rank: 79, permissions: ['members.read', 'connections.write'] });
    const [mine, theirs] = [await owner('POST', '/connections', { label: 'theirs', policy }), await owner('POST', '/connections', { label: 'plain' })];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    const attacker = await as(role);
    const before = await fingerprint(service);
    expectProblem(await attacker('POST', '/connections', { label: 'mine', policy }), above);
    expectProblem(await attacker('PATCH', `/connections/${idIn(theirs)}`, { policy }), above);
    expectProblem(await attacker('POST', `/connections/${idIn(mine)}/tokens`, {}), above);
    expect(changedTables(before, await fingerprint(service)).filter((table) => !table.startsWith('audit_'))).toEqual([]);
    expect((await attacker('POST', `/connections/${idIn(theirs)}/tokens`, {})).status).toBe(201);
    expect((await attacker('PATCH', `/connections/${idIn(mine)}`, { label: 'renamed', policy: { dialect: 'strict' } })).status).toBe(200);
    expect((await attacker('PATCH', `/connections/${idIn(mine)}`, { policy: { maxRole: 'member', defaultRole: 'member', ownerFromGroups: false } })).status).toBe(200);
    expectProblem(await attacker('PATCH', `/connections/${idIn(mine)}`, { policy }), above);
  });

  it('an admin lets one make admins, and an owner owners', async () => {
    const made = await (await as('admin'))('POST', '/connections', { label: 'okta', policy: admins });
    expect(made.status, made.text).toBe(201);
    expect((await owner('PATCH', `/connections/${idIn(made)}`, { policy: { ownerFromGroups: true } })).status).toBe(200);
    expect((await owner('POST', `/connections/${idIn(made)}/tokens`, {})).status).toBe(201);
  });
});

describe('an answer that is kept', () => {
  it('is given to no token of the same person that has other scopes', async () => {
    const make = async (send: Send) => await send('POST', '/team/keys', { name: 'nightly', scopes: ['admin.read', 'admin.write'] }, { 'Idempotency-Key': 'the-same' });
    const first = await make(owner);
    expect(first.status, first.text).toBe(201);
    const weak = async (...scopes: readonly string[]) => sender(service, ((await owner('POST', '/team/keys', { name: 'weak', scopes })).json as { token: string }).token);
    for (const send of [await weak('admin.read', 'scim.write'), await weak('admin.read', 'admin.write'), await weak('scim.read', 'scim.write', 'admin.read', 'admin.write')]) {
      const answer = await make(send);
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
      expect(answer.text).not.toContain('eyJ');
    }
    const again = await make(sender(service, (await workspace.personToken(workspace.ownerId)).token));
    expect([again.status, again.headers['idempotency-replayed'], again.text]).toEqual([201, 'true', first.text]);
  });
});

describe('a key that may write and not read', () => {
  it('is refused before anything is done, or told what it has done', async () => {
    const send = sender(service, ((await owner('POST', '/team/keys', { name: 'writes', scopes: ['admin.write'] })).json as { token: string }).token);
    const target = await person(service, workspace);
    const invited = idIn(await owner('POST', '/team/invitations', { email: `one@${workspace.slug}.example` }));
    const connection = idIn(await owner('POST', '/connections', { label: 'okta' }));
    const hook = idIn(await owner('POST', '/webhooks', { url: 'https://hooks.example.com/x' }));
    const acts: readonly (readonly [string, string, unknown?])[] = [
      ['POST', '/team/invitations', { email: `two@${workspace.slug}.example` }],
      ['POST', `/team/invitations/${invited}/resend`],
      ['POST', `/team/invitations/${invited}/link`],
      ['POST', '/connections', { label: 'entra' }],
      ['PATCH', `/connections/${connection}`, { label: 'renamed' }],
      ['POST', `/connections/${connection}/pause`],
      ['POST', '/webhooks', { url: 'https://hooks.example.com/y' }],
      ['PATCH', `/webhooks/${hook}`, { description: 'Other' }],
      ['POST', `/webhooks/${hook}/rotate-secret`],
      ['POST', '/team/roles', { key: 'made', name: 'Made', rank: 1 }],
      ['PATCH', '/team/roles/made', { name: 'Changed' }],
      ['PATCH', '/workspace', { name: 'Other' }],
      ['PATCH', '/organization', { seatLimit: 1_000 }],
      ['PUT', '/team/successor', { member: target }],
      ['PATCH', `/team/members/${target}`, { role: 'admin' }],
      ['POST', `/team/members/${target}/deactivate`, { on: '2199-01-01' }],
      ['POST', `/team/members/${target}/deactivate`],
      ['POST', `/team/members/${target}/reactivate`],
      ['POST', '/team/members/bulk-remove', { ids: [target] }],
      ['POST', `/team/members/${target}/restore`],
      ['PUT', '/resources/campaign/c-1', { owner: target }],
      ['POST', '/team/keys', { name: 'another', scopes: ['admin.write'] }],
      ['POST', '/team/ownership-transfer', { to: target }],
    ];
    for (const [method, path, body] of acts) {
      const before = await fingerprint(service);
      const { status, text } = await send(method, path, body);
      const changed = changedTables(before, await fingerprint(service)).filter((table) => !table.startsWith('audit_') && table !== 'api_key');
      expect([method, path, status, status >= 400 ? changed : []], text).toEqual([method, path, status, []]);
    }
  });
});

describe('a connection that is gone', () => {
  it('vouches for nobody, whatever it has vouched for before', async () => {
    const email = `linked@${workspace.slug}.example`;
    await pushed(service, workspace, email, { externalId: 'linked' });
    const [{ id: connection } = {}] = await service.query('select id from idp_connection where workspace_id = $1', [workspace.tenant.workspaceId]);
    const host = await makeHost(service, workspace);
    const open = async () => await host.open({ workspace: workspace.slug, subject: { id: 'linked', email, emailVerified: true }, connection });
    expect((await open()).status).toBe(201);
    expect((await owner('DELETE', `/connections/${String(connection)}`)).status).toBe(204);
    expectProblem(await open(), { status: 403, code: 'connection-elsewhere' });
  });
});
