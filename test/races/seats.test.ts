// Seats when several workspaces of an organization seat and unseat at once: no person counts twice, none for ever, and never more than the limit.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreed, seatCounts } from '../support/seat-counts.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';
import { addMember, deadlocks, letLoose, newName, outcomes, verdictOf } from './racing.ts';

let service: StartedServer;

beforeAll(async () => {
  service = await startForTest();
});
afterAll(async () => await service.stop());

/** Two workspaces of one organization, one owner in both, with clients for them. */
async function twoWorkspaces(seats?: number): Promise<{ readonly organizationId: string; readonly idps: readonly [Scim, Scim] }> {
  const owner = newName();
  const one = await service.workspace(seats === undefined ? { owner } : { owner, seats });
  const other = await service.workspace({ owner, organization: one.organization });
  const client = async (workspace: typeof one) => scimClient(service, (await workspace.connectionToken()).token);
  return { organizationId: one.tenant.organizationId, idps: [await client(one), await client(other)] };
}

const idOf = ({ body }: { readonly body: unknown }) => (body as { id: string }).id;

describe('one person in two workspaces at once', () => {
  it('takes one account and one seat, and gives the seat back once', async () => {
    const { organizationId, idps } = await twoWorkspaces();
    for (let round = 0; round < 60; round += 1) {
      const userName = newName();
      const made = await Promise.all(idps.map((idp) => idp.post('/Users', newUser(userName))));
      expect(made.map(({ status }) => status)).toEqual([201, 201]);
      const accounts = await service.query('select count(*)::int as count from user_account where organization_id = $1 and email_key = $2', [organizationId, userName]);
      expect(accounts).toEqual([{ count: 1 }]);
      expect(await seatCounts(service, organizationId)).toEqual(agreed(2));
      const gone = await letLoose(...idps.map((idp, at) => idp.delete(`/Users/${idOf(made[at] ?? { body: {} })}`)));
      expect(outcomes(gone)).toBe('204, 204');
      expect(await seatCounts(service, organizationId)).toEqual(agreed(1));
    }
  });

  it('is counted right when removed here and seated there', async () => {
    const { organizationId, idps } = await twoWorkspaces();
    const userName = newName();
    let [here, there] = idps;
    let id = idOf(await here.post('/Users', newUser(userName)));
    for (let round = 0; round < 60; round += 1) {
      const [gone, made] = await Promise.all([here.delete(`/Users/${id}`), there.post('/Users', newUser(userName))]);
      expect([gone.status, made.status]).toEqual([204, 201]);
      expect(await seatCounts(service, organizationId)).toEqual(agreed(2));
      [here, there] = [there, here];
      id = idOf(made);
    }
  });
});

describe('a limit of seats', () => {
  it('holds against twenty newcomers at once, from both workspaces', async () => {
    const { organizationId, idps } = await twoWorkspaces(6);
    for (let round = 0; round < 6; round += 1) {
      const made = await Promise.all(Array.from({ length: 20 }, (_, at) => (idps[at % 2] ?? idps[0]).post('/Users', newUser(newName()))));
      expect(outcomes(made.map(verdictOf))).toBe([...Array(5).fill('201'), ...Array(15).fill('403 seat-limit-reached')].join(', '));
      expect(await seatCounts(service, organizationId)).toEqual(agreed(6));
      const seated = made.map((answer, at) => ({ answer, idp: idps[at % 2] ?? idps[0] })).filter(({ answer }) => answer.status === 201);
      await Promise.all(seated.map(({ answer, idp }) => idp.delete(`/Users/${idOf(answer)}`)));
      expect(await seatCounts(service, organizationId)).toEqual(agreed(1));
    }
  });

  it('gives the last seat to one of three, a first activation among them', async () => {
    const { organizationId, idps } = await twoWorkspaces(2);
    const wins = [0, 0, 0];
    for (let round = 0; round < 50; round += 1) {
      const waiting = await addMember(idps[0], { active: false });
      const answers = await Promise.all([
        idps[0].post('/Users', newUser(newName())),
        idps[1].post('/Users', newUser(newName())),
        idps[0].patch(`/Users/${waiting}`, { op: 'replace', path: 'active', value: true }),
      ]);
      const won = answers.findIndex(({ status }) => status < 300);
      expect(outcomes(answers.map(verdictOf))).toBe(`${won === 2 ? 200 : 201}, 403 seat-limit-reached, 403 seat-limit-reached`);
      expect(await seatCounts(service, organizationId)).toEqual(agreed(2));
      wins[won] = (wins[won] ?? 0) + 1;
      const [winner, idp] = [answers[won], idps[won === 1 ? 1 : 0]];
      if (winner !== undefined) await idp.delete(`/Users/${idOf(winner)}`);
      if (won !== 2) await idps[0].delete(`/Users/${waiting}`);
    }
    expect(await seatCounts(service, organizationId)).toEqual(agreed(1));
    expect(wins.filter((count) => count > 0).length).toBeGreaterThan(1);
  });
});

it('nobody had to wait for a deadlock to be broken', async () => {
  expect(await deadlocks(service)).toBe(0);
});
