// Changes of the same people at the same moment: each request either has its whole effect or says why not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeToken } from '../../src/domain/commands/credentials.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { actAs, addMember, deadlocks, giveRole, letLoose, newName, outcomes } from './racing.ts';

const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };
const title = (value: string) => ({ op: 'replace', path: 'title', value });

let service: StartedServer;
let workspace: TestWorkspace;
let idp: Scim;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  idp = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

async function times(count: number, round: (at: number) => Promise<string>): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let at = 0; at < count; at += 1) {
    const outcome = await round(at);
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }
  return seen;
}

const rowsOf = async (text: string, ...values: string[]) => await service.query(text, [workspace.tenant.workspaceId, ...values]);
const audited = async (id: string, action: string) =>
  (await rowsOf(`select from audit_event where workspace_id = $1 and target_id = $2 and action = $3 and outcome = 'success'`, id, action)).length;

describe('one member', () => {
  it('is deactivated and given a title at once: both take effect', async () => {
    const id = await addMember(idp);
    const seen = await times(60, async (at) => {
      const verdicts = await letLoose(idp.patch(`/Users/${id}`, off), idp.patch(`/Users/${id}`, title(`t${at}`)));
      const now = (await idp.get(`/Users/${id}`)).body as { active: boolean; title: string; meta: { version: string } };
      expect([now.active, now.title, now.meta.version]).toEqual([false, `t${at}`, `W/"${1 + 3 * at + 2}"`]);
      await idp.patch(`/Users/${id}`, on);
      return outcomes(verdicts);
    });
    expect(seen).toEqual({ '200, 200': 60 });
    expect(await audited(id, 'team_membership_deactivate')).toBe(60);
  });

  it('is removed twice at once: once with all effects', async () => {
    const seen = await times(50, async () => {
      const id = await addMember(idp);
      const verdicts = await letLoose(idp.delete(`/Users/${id}`), idp.delete(`/Users/${id}`), idp.patch(`/Users/${id}`, title('late')));
      expect(await audited(id, 'team_membership_remove')).toBe(1);
      expect(await rowsOf(`select from mail_message where workspace_id = $1 and recipient_id = $2 and template = 'membership_removed'`, id)).toHaveLength(1);
      return outcomes(verdicts);
    });
    expect(Object.keys(seen).every((outcome) => ['200, 204, 404 not-found', '204, 404 not-found, 404 not-found'].includes(outcome)), JSON.stringify(seen)).toBe(true);
  });

  it('is deactivated by two connections at once: one ends the access, the other adds its hold', async () => {
    const other = scimClient(service, (await workspace.connectionToken('entra')).token);
    const seen = await times(50, async () => {
      const id = await addMember(idp);
      const verdicts = await letLoose(idp.patch(`/Users/${id}`, off), other.patch(`/Users/${id}`, off));
      expect([await audited(id, 'team_membership_deactivate'), await audited(id, 'team_membership_hold_add')]).toEqual([1, 1]);
      expect(await rowsOf('select from membership_hold where workspace_id = $1 and membership_id = $2', id)).toHaveLength(2);
      return outcomes(verdicts);
    });
    expect(seen).toEqual({ '200, 200': 50 });
  });
});

describe('one name', () => {
  it('is given to one of four who come at once, whatever its case and whether the person is known', async () => {
    const seen = await times(50, async (at) => {
      const userName = newName();
      const spellings = [userName, userName.toUpperCase(), userName, userName];
      if (at % 2 === 1) await idp.delete(`/Users/${((await idp.post('/Users', newUser(userName))).body as { id: string }).id}`);
      const verdicts = await letLoose(...spellings.map((name) => idp.post('/Users', newUser(name))));
      expect(await rowsOf('select from membership where workspace_id = $1 and user_name_key = $2 and deleted_at is null', userName)).toHaveLength(1);
      return outcomes(verdicts);
    });
    expect(seen).toEqual({ '201, 409 duplicate, 409 duplicate, 409 duplicate': 50 });
  });

  it('of a mailbox that several share at once: one account has its key, the others none', async () => {
    const seen = await times(50, async () => {
      const mailbox = newName();
      const shared = { emails: [{ value: mailbox, primary: true }] };
      const verdicts = await letLoose(...[1, 2, 3].map(() => idp.post('/Users', newUser(newName(), shared))));
      const accounts = await rowsOf(
        `select a.email_key from membership m join membership_email e on e.workspace_id = m.workspace_id and e.membership_id = m.id
          join user_account a on a.organization_id = m.organization_id and a.id = m.account_id where m.workspace_id = $1 and e.value_key = $2 order by 1`,
        mailbox,
      );
      expect(accounts.map((row) => row['email_key'])).toEqual([mailbox, null, null]);
      return outcomes(verdicts);
    });
    expect(seen).toEqual({ '201, 201, 201': 50 });
  });
});

describe('two admins', () => {
  const armed = async (): Promise<{ ids: [string, string]; clients: [Scim, Scim] }> => {
    const ids: [string, string] = [await addMember(idp), await addMember(idp)];
    for (const id of ids) await giveRole(service, workspace, id, 'admin');
    return { ids, clients: [await actAs(service, workspace, ids[0]), await actAs(service, workspace, ids[1])] };
  };

  it('deactivate each other: one succeeds, the other is nobody any more', async () => {
    const { ids } = await armed();
    const seen = await times(50, async () => {
      const clients = [await actAs(service, workspace, ids[0]), await actAs(service, workspace, ids[1])] as const;
      const verdicts = await letLoose(clients[0].patch(`/Users/${ids[1]}`, off), clients[1].patch(`/Users/${ids[0]}`, off));
      const active = await rowsOf(`select id from membership where workspace_id = $1 and id = any($2::uuid[]) and status = 'active'`, `{${ids.join(',')}}`);
      expect(active).toHaveLength(1);
      const [winner, loser] = active[0]?.['id'] === ids[0] ? [clients[0], ids[1]] : [clients[1], ids[0]];
      await winner.patch(`/Users/${loser}`, on);
      return outcomes(verdicts);
    });
    expect(seen).toEqual({ '200, 401 membership-deactivated': 50 });
  });

  it('seat namesakes of each other without waiting for each other', async () => {
    const { ids, clients } = await armed();
    const mails = await Promise.all(ids.map(async (id) => ((await idp.get(`/Users/${id}`)).body as { userName: string }).userName));
    const seen = await times(50, async () => {
      const bodies = [mails[1], mails[0]].map((mail) => newUser(newName(), { emails: [{ value: mail, primary: true }] }));
      return outcomes(await letLoose(clients[0].post('/Users', bodies[0]), clients[1].post('/Users', bodies[1])));
    });
    expect(seen).toEqual({ '201, 201': 50 });
  });
});

describe('a token', () => {
  it('that is revoked under way works or does not, and after that never again', async () => {
    const id = await addMember(idp);
    let changes = 0;
    const seen = await times(50, async (at) => {
      const { token, record } = await workspace.connectionToken('rotating');
      const client = scimClient(service, token);
      const [verdicts, revoked] = await Promise.all([
        letLoose(...['a', 'b', 'c'].map((letter) => client.patch(`/Users/${id}`, title(`${letter}${at}`)))),
        revokeToken(service.ports.store, workspace.operator, record.id),
      ]);
      expect(revoked.ok).toBe(true);
      changes += verdicts.filter(({ status }) => status === 200).length;
      expect((await idp.get(`/Users/${id}`)).body).toMatchObject({ meta: { version: `W/"${1 + changes}"` } });
      expect(outcomes(await letLoose(client.patch(`/Users/${id}`, title('after')), client.get(`/Users/${id}`)))).toBe('401 credential-invalid, 401 credential-invalid');
      return [...new Set(verdicts.map(({ status, code }) => `${status} ${code ?? ''}`))].toSorted().join(', ');
    });
    expect(Object.keys(seen).every((outcome) => ['200 ', '401 credential-invalid', '200 , 401 credential-invalid'].includes(outcome)), JSON.stringify(seen)).toBe(true);
  });
});

it('nobody had to wait for a deadlock to be broken', async () => {
  expect(await deadlocks(service)).toBe(0);
});
