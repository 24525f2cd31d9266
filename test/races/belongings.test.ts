// Races of belongings and keys: whatever meets a departure, nobody who is gone owns a campaign, and no key outlives its revocation.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient, type Api } from '../http/admin/belongings.ts';
import { person } from '../http/admin/team.ts';
import { halfDone } from '../support/half-done.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { deadlocks } from './racing.ts';

const rounds = 25;

let service: StartedServer;
let workspace: TestWorkspace;
let api: Api;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  api = apiClient(service, (await workspace.personToken(workspace.ownerId)).token);
});
afterAll(async () => {
  await service.stop();
});

/** Campaigns whose owner is not an active member; counted past every rule. */
const orphans = async () =>
  await service.query(
    `select r.external_ref from owned_resource r join membership m on m.workspace_id = r.workspace_id and m.id = r.owner_id
     where r.kind = 'campaign' and (m.deleted_at is not null or m.status <> 'active')`,
  );
const put = async (ref: string, owner: string) => await api.send('PUT', `/resources/campaign/${ref}`, { owner });
const remove = async (id: string, body: object = {}) => await api.send('DELETE', `/team/members/${id}`, body);

describe('races', () => {
  it('a registration against the removal of its owner', async () => {
    const seen = new Set<number>();
    for (let round = 0; round < rounds; round += 1) {
      const id = await person(service, workspace);
      const [registered, removed] = await Promise.all([put(`r${round}`, id), remove(id)]);
      expect(removed.status).toBe(204);
      expect([201, 400]).toContain(registered.status);
      seen.add(registered.status);
    }
    expect(await orphans()).toEqual([]);
    expect(seen.size).toBe(2);
  });

  it('two removals, each of which gives to the other', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const [a, b] = [await person(service, workspace), await person(service, workspace)];
      await put(`a${round}`, a);
      await put(`b${round}`, b);
      const statuses = (await Promise.all([remove(a, { reassignTo: b }), remove(b, { reassignTo: a })])).map(({ status }) => status);
      expect(statuses.toSorted((one, other) => one - other)).toEqual([204, 400]);
    }
    expect(await orphans()).toEqual([]);
  });

  it('a reactivation against the removal of whoever had it in between, and against the host', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const [a, b, c] = [await person(service, workspace), await person(service, workspace), await person(service, workspace)];
      const ref = `back${round}`;
      await put(ref, a);
      await api.send('POST', `/team/members/${a}/deactivate`, { reassignTo: b });
      const [back, , moved] = await Promise.all([api.send('POST', `/team/members/${a}/reactivate`, {}), remove(b), put(ref, c)]);
      expect([back.status, moved.status]).toEqual([200, 200]);
      // The host's word, whether it came first and nothing was held any more, or last.
      expect((await api.resource('campaign', ref)).owner).toBe(c);
    }
    expect(await orphans()).toEqual([]);
    expect(await service.query('select from owned_resource r where r.takings <> (select count(*) from resource_taking t where t.resource_id = r.id and t.live)')).toEqual([]);
  });

  it('the first registrations of one resource', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const answers = await Promise.all([put(`one${round}`, workspace.ownerId), put(`one${round}`, workspace.ownerId), put(`one${round}`, 'system')]);
      expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 200, 201]);
    }
  });

  it('a key in use while it is revoked', async () => {
    for (let round = 0; round < rounds / 4; round += 1) {
      const key = await api.makeKey(['admin.read']);
      const user = apiClient(service, key.token);
      let revoked = false;
      const late: number[] = [];
      const using = Array.from({ length: 4 }, async () => {
        for (let n = 0; n < 8; n += 1) {
          const after = revoked;
          const { status } = await user.send('GET', '/team/members?limit=1');
          if (after) late.push(status);
        }
      });
      const done = api.send('DELETE', `/team/keys/${key.id}`).then(({ status }) => {
        revoked = true;
        return status;
      });
      await Promise.all(using);
      expect(await done).toBe(204);
      late.push((await user.send('GET', '/team/members?limit=1')).status);
      expect(new Set(late)).toEqual(new Set([401]));
    }
  });

  it('left nothing half done, and no two of them waited for each other', async () => {
    expect(await halfDone(service.query)).toEqual([]);
    expect(await deadlocks(service)).toBe(0);
  });
});
