// Invitations that an identity provider or a script meets: whatever it does with them, rank and guards hold, and nobody rises by it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeRole } from '../../src/domain/commands/change-role.ts';
import type { RoleKey } from '../../src/domain/model/role.ts';
import { invite } from '../support/invite.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let idp: Scim;
let admin: Scim;
let people = 0;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  idp = scimClient(service, (await workspace.connectionToken()).token);
  const made = await idp.post('/Users', newUser('admin@review.example'));
  const { id } = made.body as { id: string };
  await changeRole(service.ports.store, workspace.operator, id, 'admin');
  admin = scimClient(service, (await workspace.personToken(id)).token);
});
afterAll(async () => await service.stop());

const address = () => `invited${(people += 1)}@review.example`;
const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };

async function standing(id: string): Promise<unknown> {
  const [row] = await service.query('select status, base_role, role, version from membership where id = $1', [id]);
  return row;
}

describe('an invited owner', () => {
  const waysDown: readonly (readonly [string, (id: string, mail: string) => PromiseLike<{ status: number }>])[] = [
    ['PATCH active=false', async (id) => await idp.patch(`/Users/${id}`, off)],
    ['POST active:false with the same e-mail', async (_id, mail) => await idp.post('/Users', newUser(mail, { active: false }))],
  ];
  it.each(waysDown)('does not become an active owner by %s and active=true of a connection', async (_way, deactivate) => {
    const mail = address();
    const id = await invite(service, workspace.tenant, mail, 'pending', 'owner');
    expect((await deactivate(id, mail)).status).toBeLessThan(300);
    expect((await idp.patch(`/Users/${id}`, on)).status).toBe(200);
    expect(await standing(id)).toMatchObject({ status: 'active', base_role: 'member', role: 'member' });
  });

  it('is out of reach for the script of an admin', async () => {
    for (const active of [true, false]) {
      const mail = address();
      const id = await invite(service, workspace.tenant, mail, 'pending', 'owner');
      const before = await standing(id);
      const answer = await admin.post('/Users', newUser(mail, { active }));
      expect(answer.headers['x-problem-code']).toBe('role-not-manageable');
      expect(answer.status).toBe(403);
      expect(await standing(id)).toEqual(before);
    }
  });
});

describe('the account owner', () => {
  it('invited to another workspace is not deactivated there by a POST', async () => {
    const owner = `owner@${workspace.slug}.example`;
    const second = await service.workspace({ organization: workspace.organization, owner: address() });
    const id = await invite(service, second.tenant, owner);
    const before = await standing(id);
    const answer = await scimClient(service, (await second.connectionToken()).token).post('/Users', newUser(owner, { active: false }));
    expect(answer.headers['x-problem-code']).toBe('account-owner-protected');
    expect(answer.status).toBe(409);
    expect(await standing(id)).toEqual(before);
  });

  it('rises in another workspace, and is not demoted there', async () => {
    const owner = `owner@${workspace.slug}.example`;
    const second = await service.workspace({ organization: workspace.organization, owner: address() });
    const made = await scimClient(service, (await second.connectionToken()).token).post('/Users', newUser(owner));
    const { id } = made.body as { id: string };
    const become = async (role: RoleKey) => (await changeRole(service.ports.store, second.operator, id, role)).ok;
    expect([await become('member'), await become('admin'), await become('member')]).toEqual([true, true, false]);
  });
});
