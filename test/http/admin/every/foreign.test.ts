// Things of other tenants: each operation answers of them word for word what it answers of things that there never were, and leaves them alone.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../../support/fingerprint.ts';
import { sendRequest } from '../../../support/raw-http.ts';
import { scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { makeHost, sender } from '../../host/host.ts';
import { person } from '../team.ts';
import { expected, requestFor, served, type Ids, type Served } from './operations.ts';

/** Ids of what there is in a workspace, by what addresses call it. */
type Things = Readonly<Record<'member' | 'asleep' | 'removed' | 'group' | 'connection' | 'intent' | 'webhook' | 'key' | 'invitation' | 'session' | 'account' | 'workspace', string>>;

let service: StartedServer;
let victim: TestWorkspace;
let things: Things;

beforeAll(async () => {
  service = await startForTest();
  victim = await service.workspace();
  things = await everythingIn(victim);
});
afterAll(async () => await service.stop());

const idIn = ({ json }: { readonly json: unknown }) => (json as { id: string }).id;

async function everythingIn(workspace: TestWorkspace): Promise<Things> {
  const owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  const [member, removed] = [await person(service, workspace), await person(service, workspace)];
  await owner('DELETE', `/team/members/${removed}`);
  const scim = scimClient(service, (await workspace.connectionToken('okta')).token);
  const group = (await scim.post('/Groups', { displayName: 'Crew', members: [{ value: member }] })).body.id as string;
  expect((await scim.delete(`/Users/${workspace.ownerId}`)).status).toBe(409);
  const [{ connection_id: connection, id: intent } = {}] = await service.query('select id, connection_id from blocked_intent where workspace_id = $1', [workspace.tenant.workspaceId]);
  await owner('POST', '/team/roles', { key: 'custom', name: 'Custom', rank: 5 });
  await owner('PUT', '/resources/campaign/c-1', { owner: member });
  await owner('POST', `/team/members/${member}/deactivate`, { on: '2199-01-01' });
  const host = await makeHost(service, workspace);
  const { sessionId, accountId } = await host.signIn('owner', `owner@${workspace.slug}.example`, workspace.slug);
  return {
    member,
    asleep: await person(service, workspace, 'member', false),
    removed,
    group,
    connection: String(connection),
    intent: String(intent),
    webhook: idIn(await owner('POST', '/webhooks', { url: 'https://hooks.example.com/x' })),
    key: idIn(await owner('POST', '/team/keys', { name: 'nightly', scopes: ['admin.read'] })),
    invitation: idIn(await owner('POST', '/team/invitations', { email: `guest@${workspace.slug}.example` })),
    session: sessionId,
    account: accountId,
    workspace: workspace.slug,
  };
}

const nothing = (): Things => ({ ...Object.fromEntries(Object.keys(things).map((name) => [name, randomUUID()])), workspace: `w${randomUUID().slice(0, 8)}` }) as Things;

/** What the address of an operation names among these things. */
function idsFor({ id, template }: Served, from: Things, isHost: boolean): Ids {
  const names = [['/blocked-intents', from.intent], ['/connections', from.connection], ['/webhooks', from.webhook], ['/keys', from.key], ['/invitations', from.invitation], ['/sessions', from.session]] as const;
  const other = names.find(([part]) => template.includes(part))?.[1] ?? from.account;
  return { member: id === 'restoreMember' ? from.removed : from.member, asleep: from.asleep, group: from.group, other, ...(isHost ? { workspace: from.workspace } : {}) };
}

/** Without what differs from answer to answer. */
const wordsOf = (text: string) => text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID').replaceAll(/\bw\d*-?[0-9a-z]{6,8}\b/g, 'SLUG');

async function answers(token: string, isHost: boolean, operation: Served, from: Things): Promise<readonly [number, string]> {
  const { headers, ...request } = requestFor(operation, idsFor(operation, from, isHost));
  const { status, text } = await sendRequest(service.root, { ...request, headers: { ...headers, Authorization: `Bearer ${token}` } });
  return [status, wordsOf(text)];
}

/** Operations whose request names a thing. */
const naming = (door: 'admin' | 'host') =>
  served.filter((operation) => {
    const isHost = door === 'host';
    return expected.get(operation.id)?.doors.includes(door) === true && JSON.stringify(requestFor(operation, idsFor(operation, nothing(), isHost))) !== JSON.stringify(requestFor(operation, idsFor(operation, nothing(), isHost)));
  });

async function expectUnknown(token: string, door: 'admin' | 'host'): Promise<void> {
  const tried = naming(door);
  const before = await fingerprint(service);
  const told: unknown[] = [];
  const wanted: unknown[] = [];
  for (const operation of tried) {
    told.push([operation.id, ...(await answers(token, door === 'host', operation, things))]);
    wanted.push([operation.id, ...(await answers(token, door === 'host', operation, nothing()))]);
  }
  expect(told).toEqual(wanted);
  expect(changedTables(before, await fingerprint(service)).filter((table) => !table.startsWith('audit_'))).toEqual([]);
}

describe('what belongs to another tenant is unknown to', () => {
  const ownerOf = async (workspace: TestWorkspace) => (await workspace.personToken(workspace.ownerId)).token;

  it('the owner of another organization', { timeout: 60_000 }, async () => {
    await expectUnknown(await ownerOf(await service.workspace()), 'admin');
    expect(naming('admin').length).toBeGreaterThan(40);
  });

  it('the owner of another workspace of the same organization', { timeout: 60_000 }, async () => {
    await expectUnknown(await ownerOf(await service.workspace({ organization: victim.organization })), 'admin');
  });

  it('the host application of another organization', { timeout: 60_000 }, async () => {
    await expectUnknown((await makeHost(service, await service.workspace())).token, 'host');
    expect(naming('host').map(({ id }) => id)).toEqual(['listResources', 'readResource', 'registerResource', 'unregisterResource', 'endSession']);
  });

  it('nobody who is of the workspace', async () => {
    const token = await ownerOf(victim);
    const reads = naming('admin').filter(({ id }) => id.startsWith('read') && id !== 'readRequest');
    expect(reads.length).toBeGreaterThan(6);
    for (const operation of reads) {
      const [known, unknown] = [await answers(token, false, operation, things), await answers(token, false, operation, nothing())];
      expect([operation.id, known[0], unknown[0]], known[1]).toEqual([operation.id, 200, 404]);
    }
  });
});
