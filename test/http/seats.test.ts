// The seat table of domain.md §6 over the wire: for each row the count before and after, three ways, and what a full house answers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireInvitation } from '../../src/domain/commands/end-invitation.ts';
import { invite, type InvitationState } from '../support/invite.ts';
import { agreed, seatCounts } from '../support/seat-counts.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { tokenOf } from './admin/invitations.ts';
import { makeHost, sender } from './host/host.ts';

/** One workspace with its client. */
interface Place {
  readonly workspace: TestWorkspace;
  readonly scim: Scim;
}

/** Two workspaces of one organization; the owner in both takes one seat, which the counts below leave out. */
interface Stage {
  readonly organizationId: string;
  readonly a: Place;
  readonly b: Place;
  /** The same in both, so that a person is one. */
  readonly mail: string;
}

const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };

let service: StartedServer;
let people = 0;

beforeAll(async () => {
  service = await startForTest();
});
afterAll(async () => await service.stop());

async function setStage(seats?: number): Promise<Stage> {
  people += 1;
  const owner = `owner${people}@seats.example`;
  const one = await service.workspace({ owner, ...(seats === undefined ? {} : { seats }) });
  const other = await service.workspace({ owner, organization: one.organization });
  const place = async (workspace: TestWorkspace): Promise<Place> => ({ workspace, scim: scimClient(service, (await workspace.connectionToken()).token) });
  return { organizationId: one.tenant.organizationId, a: await place(one), b: await place(other), mail: `person${people}@seats.example` };
}

async function join({ scim }: Place, mail: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const made = await scim.post('/Users', newUser(mail, more));
  expect(made.status, made.text).toBe(201);
  return (made.body as { id: string }).id;
}

async function set({ scim }: Place, id: string, operation: unknown): Promise<void> {
  const done = await scim.patch(`/Users/${id}`, operation);
  expect(done.status, done.text).toBe(200);
}

async function leave({ scim }: Place, id: string): Promise<void> {
  const done = await scim.delete(`/Users/${id}`);
  expect(done.status, done.text).toBe(204);
}

async function invited({ workspace }: Place, mail: string, state?: InvitationState): Promise<string> {
  return await invite(service, workspace.tenant, mail, state);
}

const ownerOf = async ({ workspace }: Place) => sender(service, (await workspace.personToken(workspace.ownerId)).token);

interface Row {
  readonly why: string;
  readonly counts: readonly [number, number];
  /** Everything up to the count before; answers what happens then. */
  readonly play: (stage: Stage) => Promise<() => Promise<unknown>>;
}

const table: readonly Row[] = [
  { why: 'removed, in no other workspace', counts: [1, 0], play: async ({ a, mail }) => leaving(a, await join(a, mail)) },
  {
    why: 'removed from A, still in B',
    counts: [1, 1],
    play: async ({ a, b, mail }) => {
      await join(b, mail);
      return leaving(a, await join(a, mail));
    },
  },
  {
    why: 'removed from all',
    counts: [1, 0],
    play: async ({ a, b, mail }) => {
      const [here, there] = [await join(a, mail), await join(b, mail)];
      return async () => {
        await leave(a, here);
        await leave(b, there);
      };
    },
  },
  { why: 'deactivated', counts: [1, 1], play: async ({ a, mail }) => setting(a, await join(a, mail), off) },
  { why: 'pending invitation revoked', counts: [1, 0], play: async ({ a, mail }) => leaving(a, await invited(a, mail)) },
  {
    why: 'removed from A, deactivated in B',
    counts: [1, 1],
    play: async ({ a, b, mail }) => {
      await set(b, await join(b, mail), off);
      return leaving(a, await join(a, mail));
    },
  },
  {
    why: 'removed from A, pending invitation in B',
    counts: [1, 1],
    play: async ({ a, b, mail }) => {
      await invited(b, mail);
      return leaving(a, await join(a, mail));
    },
  },
  {
    why: 'removed from A, only an expired invitation in B',
    counts: [1, 0],
    play: async ({ a, b, mail }) => {
      await invited(b, mail, 'expired');
      return leaving(a, await join(a, mail));
    },
  },
  { why: 'active=false on a never-accepted invitation', counts: [1, 0], play: async ({ a, mail }) => setting(a, await invited(a, mail), off) },
  {
    why: 'reactivate',
    counts: [1, 1],
    play: async ({ a, mail }) => {
      const id = await join(a, mail);
      await set(a, id, off);
      return setting(a, id, on);
    },
  },
  {
    why: 'deactivated, then removed',
    counts: [1, 0],
    play: async ({ a, mail }) => {
      const id = await join(a, mail);
      await set(a, id, off);
      return leaving(a, id);
    },
  },
  {
    why: 'invited to B while active in A',
    counts: [1, 1],
    play: async ({ a, b, mail }) => {
      await join(a, mail);
      return async () => await invited(b, mail);
    },
  },
  {
    why: 'accept: the identity provider takes the invitation over',
    counts: [1, 1],
    play: async ({ a, mail }) => {
      await invited(a, mail);
      return async () => await join(a, mail);
    },
  },
  { why: 'POST active:false', counts: [0, 0], play: async ({ a, mail }) => async () => await join(a, mail, { active: false }) },
  { why: 'its first active=true', counts: [0, 1], play: async ({ a, mail }) => setting(a, await join(a, mail, { active: false }), on) },
  { why: 'POST active:false, then removed', counts: [0, 0], play: async ({ a, mail }) => leaving(a, await join(a, mail, { active: false })) },
  { why: 'POST active:false here, active there', counts: [0, 1], play: async ({ a, b, mail }) => ((await join(a, mail, { active: false })), async () => await join(b, mail)) },
  {
    why: 'back again after a removal, as the same person under a new id',
    counts: [0, 1],
    play: async ({ a, mail }) => {
      await leave(a, await join(a, mail));
      return async () => await join(a, mail);
    },
  },
  {
    why: 'an expired invitation taken over',
    counts: [0, 1],
    play: async ({ a, mail }) => {
      await invited(a, mail, 'expired');
      return async () => await join(a, mail);
    },
  },
  {
    why: 'invitation expires',
    counts: [1, 0],
    play: async ({ a, mail }) => {
      const membershipId = await invited(a, mail);
      return async () => {
        const [row] = await service.query(`update invitation set expires_at = now() - interval '1 second' where membership_id = $1 returning id`, [membershipId]);
        const call = { credential: { kind: 'system', tenant: a.workspace.tenant }, requestId: 'expiry' } as const;
        expect(await expireInvitation(service.ports.store, call, String(row?.['id']))).toEqual({ ok: true, value: true });
      };
    },
  },
  {
    why: 'accept, by the invited person',
    counts: [1, 1],
    play: async ({ a, mail }) => {
      const made = await (await ownerOf(a))('POST', '/team/invitations', { email: mail });
      const token = await tokenOf(service, (made.json as { id: string }).id);
      const { sessionToken } = await (await makeHost(service, a.workspace)).signIn(mail, mail);
      return async () => expect((await sender(service, sessionToken)('POST', '/account/invitations/accept', { token })).status).toBe(200);
    },
  },
  {
    why: 'bulk removal of 3, one also in B',
    counts: [3, 1],
    play: async ({ a, b, mail }) => {
      await join(b, mail);
      const ids = [await join(a, mail), await join(a, `second.${mail}`), await invited(a, `third.${mail}`)];
      const owner = await ownerOf(a);
      return async () => expect((await owner('POST', '/team/members/bulk-remove', { ids })).json).toEqual({ changed: 3, unchanged: 0 });
    },
  },
  ...([[0, 1], [1, 1]] as const).map((counts) => ({
    why: counts[0] === 0 ? 'restore' : 'restore of somebody still in B',
    counts,
    play: async ({ a, b, mail }: Stage) => {
      const id = await join(a, mail);
      await leave(a, id);
      if (counts[0] === 1) await join(b, mail);
      const owner = await ownerOf(a);
      return async () => await owner('POST', `/team/members/${id}/restore`);
    },
  })),
  {
    why: 'invitation revoked by active=false, then activated',
    counts: [0, 1],
    play: async ({ a, mail }) => {
      const id = await invited(a, mail);
      await set(a, id, off);
      return setting(a, id, on);
    },
  },
];

function leaving(place: Place, id: string): () => Promise<void> {
  return async () => await leave(place, id);
}

function setting(place: Place, id: string, operation: unknown): () => Promise<void> {
  return async () => await set(place, id, operation);
}

describe('seats', () => {
  it.each(table)('$why: $counts', async ({ counts, play }) => {
    const stage = await setStage();
    const act = await play(stage);
    expect(await seatCounts(service, stage.organizationId)).toEqual(agreed(1 + counts[0]));
    await act();
    expect(await seatCounts(service, stage.organizationId)).toEqual(agreed(1 + counts[1]));
  });

  it.each(['taken over', 'removed', 'deactivated'] as const)('of an invitation that lapsed and was not yet swept are right after it is %s', async (how) => {
    const { a, mail, organizationId } = await setStage();
    const id = await invited(a, mail, 'lapsed');
    if (how === 'taken over') await join(a, mail);
    else if (how === 'removed') await leave(a, id);
    else await set(a, id, off);
    expect(await seatCounts(service, organizationId)).toEqual(agreed(how === 'taken over' ? 2 : 1));
  });

  it('say in the membership who holds one', async () => {
    const { a, mail } = await setStage();
    const urn = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';
    const id = await join(a, mail, { active: false });
    const held = async () => ((await a.scim.get(`/Users/${id}?attributes=${urn}:seatHeld`)).body as Record<string, { seatHeld: boolean }>)[urn]?.seatHeld;
    expect(await held()).toBe(false);
    await set(a, id, on);
    expect(await held()).toBe(true);
    await set(a, id, off);
    expect(await held()).toBe(true);
  });
});

describe('when no seat is left', () => {
  const refused = (answer: { status: number; headers: Record<string, string>; body: unknown }) => {
    const { scimType, detail } = answer.body as { scimType?: string; detail: string };
    expect([answer.status, scimType, answer.headers['x-problem-code']]).toEqual([403, undefined, 'seat-limit-reached']);
    expect(detail).toMatch(/uses all 2 of its seats\. .+ then retry\.$/);
  };

  it('a newcomer is refused with 403, which is not "already exists", and nothing of them stays', async () => {
    const { a, b, mail, organizationId } = await setStage(2);
    await join(a, mail);
    const accounts = async () => await service.query('select count(*)::int as accounts from user_account where organization_id = $1', [organizationId]);
    const before = await accounts();
    refused(await b.scim.post('/Users', newUser('late@seats.example')));
    expect(await accounts()).toEqual(before);
    expect(await seatCounts(service, organizationId)).toEqual(agreed(2));
    expect((await b.scim.get(`/Users?filter=${encodeURIComponent('userName eq "late@seats.example"')}`)).body).toMatchObject({ totalResults: 0 });
  });

  it('somebody who has one already is welcome in another workspace', async () => {
    const { a, b, mail, organizationId } = await setStage(2);
    await join(a, mail);
    await join(b, mail);
    expect(await seatCounts(service, organizationId)).toEqual(agreed(2));
  });

  it('a person provisioned inactive waits outside, and stays inactive when the first activation is refused', async () => {
    const { a, b, mail, organizationId } = await setStage(2);
    const waiting = await join(a, 'waiting@seats.example', { active: false });
    const seated = await join(b, mail);
    const version = ((await a.scim.get(`/Users/${waiting}`)).body as { meta: { version: string } }).meta.version;
    refused(await a.scim.patch(`/Users/${waiting}`, on));
    refused(await a.scim.patch(`/Users/${waiting}`, { op: 'Replace', value: { active: 'True' } }));
    refused(await a.scim.put(`/Users/${waiting}`, newUser('waiting@seats.example', { active: true })));
    expect((await a.scim.get(`/Users/${waiting}`)).body).toMatchObject({ active: false, meta: { version } });
    expect(await seatCounts(service, organizationId)).toEqual(agreed(2));
    await leave(b, seated);
    await set(a, waiting, on);
    expect(await seatCounts(service, organizationId)).toEqual(agreed(2));
  });

  it('a deactivated person comes back: the seat was never given away', async () => {
    const { a, b, mail } = await setStage(2);
    const id = await join(a, mail);
    await set(a, id, off);
    refused(await b.scim.post('/Users', newUser('late@seats.example')));
    await set(a, id, on);
  });

  it('the refusal is audited once, with the rule and without a name', async () => {
    const { a, mail } = await setStage(2);
    await join(a, mail);
    refused(await a.scim.post('/Users', newUser('late@seats.example')));
    const rows = await service.query(`select action, outcome, target_id, metadata from audit_event where workspace_id = $1 and outcome <> 'success'`, [a.workspace.tenant.workspaceId]);
    expect(rows).toEqual([{ action: 'team_membership_provision', outcome: 'denied', target_id: null, metadata: '{"rules":["seat-limit-reached"]}' }]);
  });
});
