// Invitations when several people act on one at the same moment: one of them wins, the link dies once, and no seat is lost or counted twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireInvitation } from '../../src/domain/commands/end-invitation.ts';
import type { Call } from '../../src/domain/model/caller.ts';
import { tokenOf, type ShownInvitation } from '../http/admin/invitations.ts';
import { makeHost, sender, type Host, type Send } from '../http/host/host.ts';
import { agreed, seatCounts } from '../support/seat-counts.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { deadlocks, newName } from './racing.ts';

const rounds = 20;

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Send;
let host: Host;
let idp: Scim;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  host = await makeHost(service, workspace);
  idp = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

interface Guest {
  readonly email: string;
  readonly invitation: ShownInvitation;
  readonly token: string;
  readonly send: Send;
}

async function guest(): Promise<Guest> {
  const email = newName();
  const made = await owner('POST', '/team/invitations', { email });
  expect(made.status, made.text).toBe(201);
  const invitation = made.json as ShownInvitation;
  const [token, signedIn] = [await tokenOf(service, invitation.id), await host.signIn(`s ${email}`, email)];
  return { email, invitation, token, send: sender(service, signedIn.sessionToken) };
}

const answer = async ({ send, token }: Guest, what: 'accept' | 'decline') => (await send('POST', `/account/invitations/${what}`, { token })).status;
const act = async ({ invitation }: Guest, path: string) => (await owner('POST', `/team/invitations/${invitation.id}/${path}`)).status;
const system = (): Call => ({ credential: { kind: 'system', tenant: workspace.tenant }, requestId: 'race' });
const endings = async (memberId: string) =>
  (await service.query(`select action from audit_event where target_id = $1 and outcome = 'success' and action <> 'team_invitation_create' order by id`, [memberId])).map(({ action }) => String(action));
const statusOf = async ({ invitation }: Guest) => (await service.query('select status from invitation where id = $1', [invitation.id]))[0]?.['status'];

/** Plays rounds; each answers what came of it, and afterwards the member is cleared away and the seats agree on the owner alone. */
async function play(round: (invited: Guest, at: number) => Promise<string>): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let at = 0; at < rounds; at += 1) {
    const invited = await guest();
    const outcome = await round(invited, at);
    seen[outcome] = (seen[outcome] ?? 0) + 1;
    for (const { id } of await service.query('select id from membership where workspace_id = $1 and deleted_at is null and id <> $2', [workspace.tenant.workspaceId, workspace.ownerId])) {
      await owner('DELETE', `/team/members/${String(id)}`);
    }
    expect(await seatCounts(service, workspace.tenant.organizationId)).toEqual(agreed(1));
  }
  return seen;
}

describe('one invitation', () => {
  it('is accepted or revoked, never both', async () => {
    const seen = await play(async (invited) => {
      const [accepted, revoked] = await Promise.all([answer(invited, 'accept'), act(invited, 'revoke')]);
      expect(await endings(invited.invitation.memberId)).toEqual([accepted === 200 ? 'team_invitation_accept' : 'team_invitation_revoke']);
      return `${accepted} ${revoked} ${String(await statusOf(invited))}`;
    });
    expect(Object.keys(seen).filter((outcome) => !['200 410 accepted', '410 204 revoked'].includes(outcome)), JSON.stringify(seen)).toEqual([]);
  });

  it('is accepted once of three times', async () => {
    const seen = await play(async (invited) => {
      const answers = await Promise.all([1, 2, 3].map(async () => await answer(invited, 'accept')));
      expect(await endings(invited.invitation.memberId)).toEqual(['team_invitation_accept']);
      return answers.map(String).toSorted().join(' ');
    });
    expect(seen).toEqual({ '200 410 410': rounds });
  });

  it('is accepted or declined, never both', async () => {
    const seen = await play(async (invited) => {
      const answers = await Promise.all([answer(invited, 'accept'), answer(invited, 'decline')]);
      expect(await endings(invited.invitation.memberId)).toHaveLength(1);
      return answers.map(String).toSorted().join(' ');
    });
    expect(seen).toEqual({ '200 410': rounds });
  });

  it('that runs out now is not accepted any more, whatever the job does at this moment', async () => {
    const seen = await play(async (invited) => {
      await service.query(`update invitation set expires_at = clock_timestamp() where id = $1`, [invited.invitation.id]);
      const [accepted, expired, again] = await Promise.all([
        answer(invited, 'accept'),
        expireInvitation(service.ports.store, system(), invited.invitation.id),
        expireInvitation(service.ports.store, system(), invited.invitation.id),
      ]);
      expect([expired, again].filter((done) => done.ok && done.value)).toHaveLength(1);
      expect(await endings(invited.invitation.memberId)).toEqual(['team_invitation_expire']);
      return String(accepted);
    });
    expect(seen).toEqual({ 410: rounds });
  });

  it('is accepted or taken over by an identity provider: one seat, one membership', async () => {
    const seen = await play(async (invited) => {
      const [accepted, pushed] = await Promise.all([answer(invited, 'accept'), idp.post('/Users', newUser(invited.email))]);
      const live = await service.query('select status from membership where workspace_id = $1 and deleted_at is null and user_name = $2', [workspace.tenant.workspaceId, invited.email]);
      expect(live).toEqual([{ status: 'active' }]);
      expect(await seatCounts(service, workspace.tenant.organizationId)).toEqual(agreed(2));
      return `${accepted} ${pushed.status}`;
    });
    expect(Object.keys(seen).filter((outcome) => !['200 409', '410 201'].includes(outcome)), JSON.stringify(seen)).toEqual([]);
  });

  it('is sent again twice at once: one link lives', async () => {
    const seen = await play(async (invited) => {
      const answers = await Promise.all([act(invited, 'resend'), act(invited, 'link')]);
      const live = await service.query(`select from invitation where membership_id = $1 and status = 'pending'`, [invited.invitation.memberId]);
      expect(live).toHaveLength(1);
      return answers.map(String).toSorted().join(' ');
    });
    expect(seen).toEqual({ '201 410': rounds });
  });
});

it('one address is invited once by four at once', async () => {
  for (let at = 0; at < 10; at += 1) {
    const email = newName();
    const made = await Promise.all([1, 2, 3, 4].map(async () => await owner('POST', '/team/invitations', { email: email.toUpperCase() })));
    expect(made.map(({ status }) => String(status)).toSorted()).toEqual(['201', '409', '409', '409']);
  }
  expect(await seatCounts(service, workspace.tenant.organizationId)).toEqual(agreed(11));
});

it('nobody had to wait for a deadlock to be broken', async () => {
  expect(await deadlocks(service)).toBe(0);
});
