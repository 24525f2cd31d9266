// Sessions against the end of access: after its commit no session is usable, whoever was first; and one subject is one account.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeHost, sender, type Host, type Opened } from '../http/host/host.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { deadlocks, newName } from './racing.ts';

const rounds = 25;

let service: StartedServer;
let workspace: TestWorkspace;
let host: Host;
let scim: Scim;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  host = await makeHost(service, workspace);
  scim = scimClient(service, (await workspace.connectionToken('okta')).token);
});
afterAll(async () => await service.stop());

async function someone(): Promise<{ id: string; userName: string }> {
  const userName = newName();
  return { id: ((await scim.post('/Users', newUser(userName))).body as { id: string }).id, userName };
}

const ends = [
  ['a deactivation', async (id: string) => await scim.patch(`/Users/${id}`, { op: 'replace', value: { active: false } })],
  ['a removal', async (id: string) => await scim.delete(`/Users/${id}`)],
] as const;

describe.each(ends)('%s', (_name, end) => {
  it('leaves no usable session behind, however many are opened at that moment', async () => {
    const before = await deadlocks(service);
    const statuses = new Set<number>();
    for (let round = 0; round < rounds; round += 1) {
      const { id, userName } = await someone();
      const body = { subject: { id: userName, email: userName, emailVerified: true }, workspace: workspace.slug };
      const [one, ended, two, three] = await Promise.all([host.open(body), end(id), host.open(body), host.open(body)]);
      expect(ended.status).toBeLessThan(300);
      const opened = [one, two, three].filter(({ status }) => status === 201).map(({ json }) => (json as Opened).sessionToken);
      for (const { status } of [one, two, three]) statuses.add(status);
      for (const token of opened) {
        expect(await host.introspect(token)).toEqual({ active: false });
        expect((await sender(service, token)('GET', '/team/members')).status).toBe(401);
      }
      expect(await service.query('select from user_session where membership_id = $1 and ended_at is null', [id])).toEqual([]);
    }
    expect([...statuses].every((status) => status === 201 || status === 403)).toBe(true);
    expect(await deadlocks(service)).toBe(before);
  });
});

it('two subjects that claim one e-mail at once: one of them gets it', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const { id, userName } = await someone();
    const claim = async (subject: string) => await host.open({ subject: { id: `${subject}-${userName}`, email: userName, emailVerified: true }, workspace: workspace.slug });
    const answers = await Promise.all([claim('one'), claim('two'), claim('three')]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', '403', '403']);
    const links = await service.query('select from account_subject s join membership m on m.organization_id = s.organization_id and m.account_id = s.account_id where m.id = $1', [id]);
    expect(links).toHaveLength(1);
  }
});

it('signing out everywhere against new sign-ins leaves only what came after it', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const { userName } = await someone();
    const first = await host.signIn(userName, userName, workspace.slug);
    const again = host.open({ subject: { id: userName }, workspace: workspace.slug });
    const out = await sender(service, first.sessionToken)('DELETE', '/account/sessions');
    expect(out.status).toBe(204);
    expect(await host.introspect(first.sessionToken)).toEqual({ active: false });
    expect((await again).status).toBe(201);
  }
});
