// The host application registers what members own, in any workspace of its organization that it names and in no other.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem, person } from '../admin/team.ts';
import { makeHost, sender, type Host } from './host.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let host: Host;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  host = await makeHost(service, workspace);
});
afterAll(async () => await service.stop());

const put = async (ref: string, place: string | undefined, owner: string) => await host.send('PUT', `/resources/campaign/${ref}${place === undefined ? '' : `?workspace=${place}`}`, { owner });

describe('the host', () => {
  it('registers, lists and takes out in the workspace that it names by slug or id', async () => {
    const other = await service.workspace({ organization: workspace.organization });
    expect((await put('a', workspace.slug, workspace.ownerId)).status).toBe(201);
    expect((await put('a', other.tenant.workspaceId.toUpperCase(), other.ownerId)).status).toBe(201);
    const list = async (place: string) => ((await host.send('GET', `/resources?workspace=${place}`)).json as { items: { owner: string }[] }).items.map(({ owner }) => owner);
    expect([await list(workspace.slug), await list(other.slug)]).toEqual([[workspace.ownerId], [other.ownerId]]);
    expect((await host.send('GET', `/resources/campaign/a?workspace=${other.slug}`)).json).toMatchObject({ owner: other.ownerId, heldFor: null });
    expect((await host.send('DELETE', `/resources/campaign/a?workspace=${other.slug}`)).status).toBe(204);
    expect([await list(workspace.slug), await list(other.slug)]).toEqual([[workspace.ownerId], []]);
    const rows = await service.query(`select actor_kind, actor_id from audit_event where action = 'resource_register' and workspace_id = $1`, [workspace.tenant.workspaceId]);
    expect(rows).toEqual([{ actor_kind: 'host', actor_id: host.login.id }]);
  });

  it('must name it, and finds none of another organization', async () => {
    const foreign = await service.workspace();
    expect((await put('a', undefined, 'system')).status).toBe(400);
    for (const place of [foreign.slug, foreign.tenant.workspaceId, 'nowhere']) expectProblem(await put('a', place, 'system'), { status: 404, code: 'not-found' });
    expectProblem(await put('a', workspace.slug, foreign.ownerId), { status: 400, code: 'invalid-value' });
    expect((await service.query('select from owned_resource where workspace_id = $1', [foreign.tenant.workspaceId])).length).toBe(0);
  });

  it('walks a list of one workspace with a cursor that fits no other', async () => {
    const other = await service.workspace({ organization: workspace.organization });
    for (const ref of ['a', 'b', 'c']) await put(ref, workspace.slug, 'system');
    const first = (await host.send('GET', `/resources?workspace=${workspace.slug}&limit=2`)).json as { nextCursor: string };
    const cursor = encodeURIComponent(first.nextCursor);
    expect(((await host.send('GET', `/resources?workspace=${workspace.slug}&limit=2&cursor=${cursor}`)).json as { items: object[] }).items).toHaveLength(1);
    expectProblem(await host.send('GET', `/resources?workspace=${other.slug}&limit=2&cursor=${cursor}`), { status: 400, code: 'invalidCursor' });
  });

  it('learns by the audit\'s event what a departure moved, and lists it by its handover', async () => {
    const [leaver, receiver] = [await person(service, workspace), await person(service, workspace)];
    for (const ref of ['a', 'b']) await put(ref, workspace.slug, leaver);
    const admin = sender(service, (await workspace.personToken(workspace.ownerId)).token);
    expect((await admin('DELETE', `/team/members/${leaver}`, { reassignTo: receiver })).status).toBe(204);
    const [event] = await service.query(
      `select e.metadata from outbox_event o join audit_event e on e.workspace_id = o.workspace_id and e.id = o.audit_id where o.workspace_id = $1 and o.topic = 'audit.resource_reattribute'`,
      [workspace.tenant.workspaceId],
    );
    const told = JSON.parse(String(event?.['metadata'])) as { handover: string; to: string; count: number };
    expect([told.to, told.count]).toEqual([receiver, 2]);
    const moved = (await host.send('GET', `/resources?workspace=${workspace.slug}&handover=${told.handover}`)).json as { items: { externalRef: string; owner: string }[] };
    expect(moved.items.map(({ externalRef, owner }) => [externalRef, owner])).toEqual([['a', receiver], ['b', receiver]]);
  });
});
