// The audit log through the team API: filters, pages, who sees which names, the export, the verification and the signed head.
import { compactVerify, createLocalJWKSet } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealWorkspace } from '../../../../src/persistence/audit/seal.ts';
import { auditList } from '../../../../src/persistence/reads/audit-select.ts';
import { recordsPage } from '../../../../src/persistence/reads/records-page.ts';
import { analyse, type PlanNode } from '../../../persistence/plan-node.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { expectProblem, person, pushed } from '../team.ts';
import { apiClient, type Api } from './api.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Api;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = await asPerson(workspace.ownerId);
});
afterAll(async () => await service.stop());

interface Event {
  readonly id: string;
  readonly seq: number | null;
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string | null };
  readonly target: { readonly id: string; readonly name: string | null } | null;
  readonly reason: string | null;
  readonly requestId: string;
}
interface List {
  readonly total: number;
  readonly items: readonly Event[];
  readonly nextCursor: string | null;
  readonly previousCursor: string | null;
}

const asPerson = async (id: string) => apiClient(service, (await workspace.personToken(id)).token);
const list = async (query = '', api = owner): Promise<List> => {
  const answer = await api('GET', `/audit${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json as List;
};
const seal = async () => await sealWorkspace(service.ports.database.pool, workspace.tenant.workspaceId, 1_000);

describe('the list', () => {
  it('is newest first, with names, words and ids, and filters by each of them', async () => {
    const id = await person(service, workspace);
    const pushedId = await pushed(service, workspace, 'ada@corp.example');
    const done = await owner('POST', `/team/members/${id}/deactivate`, { reason: '=cmd|x' });
    await owner('POST', `/team/members/${workspace.ownerId}/deactivate`);
    const all = await list();
    expect(all.items.map(({ at }) => at)).toEqual(all.items.map(({ at }) => at).toSorted().toReversed());
    expect(all.items[0]).toMatchObject({ action: 'team_membership_deactivate', outcome: 'denied', target: { id: workspace.ownerId } });
    expect(all.items[1]).toMatchObject({ action: 'team_membership_deactivate', outcome: 'success', actor: { kind: 'person', id: workspace.ownerId, name: expect.stringContaining('owner@') }, target: { id, name: expect.stringContaining('@team.example') }, reason: '=cmd|x', requestId: done.headers['x-request-id'], seq: null });
    const ids = async (query: string) => (await list(query)).items.map(({ action, outcome }) => `${action} ${outcome}`);
    expect(await ids(`?actor=${workspace.ownerId}`)).toEqual(['team_membership_deactivate denied', 'team_membership_deactivate success']);
    expect(await ids(`?target=${id}`)).toEqual(['team_membership_deactivate success', 'team_membership_provision success']);
    expect(await ids('?outcome=denied')).toEqual(['team_membership_deactivate denied']);
    expect(await ids('?action=team_membership_deactivate,token_create&outcome=success')).toContain('token_create success');
    const byConnection = (await list('?source=connection')).items;
    expect(byConnection).toMatchObject([{ action: 'team_membership_provision', actor: { kind: 'connection', name: 'okta' }, target: { id: pushedId } }]);
    expect(await ids(`?from=${encodeURIComponent(String(all.items[1]?.at))}`)).toHaveLength(2);
    expect((await list(`?to=${encodeURIComponent(String(all.items.at(-1)?.at))}`)).items).toEqual([]);
    expect(await ids('?batch=01900000-0000-7000-8000-000000000000')).toEqual([]);
    const ofMember = ((await owner('GET', `/team/members/${id}/audit`)).json as List).items;
    expect(ofMember.map(({ action }) => action)).toEqual(['team_membership_deactivate', 'team_membership_provision']);
  });

  it('has pages that walk to the end and back, each event once', async () => {
    for (let n = 0; n < 5; n += 1) await owner('POST', `/team/members/${await person(service, workspace)}/deactivate`);
    const whole = (await list('?limit=200')).items.map(({ id }) => id);
    const walked: string[] = [];
    let page = await list('?limit=3');
    const first = page;
    for (;;) {
      walked.push(...page.items.map(({ id }) => id));
      expect(page.total).toBe(whole.length);
      if (page.nextCursor === null) break;
      page = await list(`?limit=3&cursor=${page.nextCursor}`);
    }
    expect(walked).toEqual(whole);
    while (page.previousCursor !== null) page = await list(`?limit=3&cursor=${page.previousCursor}`);
    expect(page.items).toEqual(first.items);
    expectProblem(await owner('GET', `/audit?limit=3&outcome=denied&cursor=${first.nextCursor}`), { status: 400, code: 'invalidCursor' });
  });

  it('is for whoever may read it, of its own workspace', async () => {
    const member = await asPerson(await person(service, workspace));
    for (const path of ['/audit', '/audit/export', '/audit/verify', '/audit/head', `/team/members/${workspace.ownerId}/audit`]) expectProblem(await member('GET', path), { status: 403, code: 'permission-denied' });
    const other = await service.workspace();
    const stranger = apiClient(service, (await other.personToken(other.ownerId)).token);
    const seen = (await list('?limit=200', stranger)).items.map(({ id }) => id);
    const own = (await list('?limit=200')).items.map(({ id }) => id);
    expect(seen.some((id) => own.includes(id))).toBe(false);
    expect((await list(`?target=${workspace.ownerId}`, stranger)).items).toEqual([]);
  });

  it.each(['?actor=x', '?action=DROP', `?action=${Array.from({ length: 21 }, (_, n) => `a${'b'.repeat(n)}`).join(',')}`, '?outcome=maybe', '?source=cat', '?from=yesterday', '?from=2026-01-01', '?to=9999-01-01T00:00:00Z', '?limit=0', '?q=x'])('refuses %s', async (query) => {
    expect((await owner('GET', `/audit${query}`)).status).toBe(400);
  });
});

describe('the export', () => {
  it('holds every event that matches, as lines of JSON', async () => {
    for (let n = 0; n < 3; n += 1) await owner('POST', `/team/members/${await person(service, workspace)}/deactivate`, { reason: 'gone' });
    const answer = await owner('GET', '/audit/export?action=team_membership_deactivate');
    expect([answer.status, answer.headers['content-type'], answer.headers['content-disposition']]).toEqual([200, 'application/jsonl', 'attachment; filename="audit.jsonl"']);
    const lines = answer.text.trimEnd().split('\n').map((line) => JSON.parse(line) as Event);
    expect(lines).toEqual((await list('?action=team_membership_deactivate')).items);
  });

  it('holds more than one piece, and begins anew for the next', async () => {
    const { workspaceId } = workspace.tenant;
    await service.query(
      `insert into audit_event (workspace_id, id, at, action, outcome, actor_kind, request_id, metadata) select $1, gen_random_uuid(), now() - n * interval '1 second', 'group_update', 'success', 'system', 'r', '{}' from generate_series(1, 1203) n`,
      [workspaceId],
    );
    const lines = (await owner('GET', '/audit/export?action=group_update&format=csv')).text.trimEnd().split('\r\n');
    expect([lines.length, new Set(lines).size]).toEqual([1204, 1204]);
    expect((await list('?action=group_update')).total).toBe(1203);
  });

  it('as CSV is safe for spreadsheets', async () => {
    await owner('POST', `/team/members/${await person(service, workspace)}/deactivate`, { reason: '=HYPERLINK("http://evil","x"),1' });
    const answer = await owner('GET', '/audit/export?format=csv&action=team_membership_deactivate');
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    const [header, line] = answer.text.split('\r\n');
    expect(header).toBe('id,seq,at,action,outcome,actorKind,actorId,actorName,targetId,targetName,reason,metadata,requestId,batchId');
    expect(line).toContain(`"'=HYPERLINK(""http://evil"",""x""),1"`);
  });
});

describe('the chain', () => {
  it('verifies, and names the first event that was changed', async () => {
    await person(service, workspace);
    const before = (await owner('GET', '/audit/verify')).json as { unsealed: number };
    expect(before).toMatchObject({ intact: true, sealed: 0, fault: null, head: null });
    await seal();
    const events = (await list('?limit=200')).items;
    expect((await owner('GET', '/audit/verify')).json).toMatchObject({ intact: true, sealed: events.length, unsealed: 0, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const victim = events.find(({ seq }) => seq === 2);
    await service.query('alter table audit_event disable trigger append_only');
    await service.query(`update audit_event set request_id = 'forged' where id = $1`, [victim?.id]);
    await service.query('alter table audit_event enable trigger append_only');
    expect((await owner('GET', '/audit/verify')).json).toMatchObject({ intact: false, sealed: 1, fault: { seq: 2, why: 'edited-event', eventId: victim?.id } });
  });

  it('has a signed head that the published keys verify', async () => {
    await seal();
    const head = (await owner('GET', '/audit/head')).json as { seq: number; hash: string; jws: string };
    const keys = createLocalJWKSet(service.keys.jwks() as Parameters<typeof createLocalJWKSet>[0]);
    const { payload, protectedHeader } = await compactVerify(head.jws, keys);
    expect(protectedHeader.typ).toBe('usher-audit-head+json');
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ iss: expect.any(String), workspaceId: workspace.tenant.workspaceId, seq: head.seq, hash: head.hash, at: expect.any(String) });
    expect([head.seq > 0, (await list('?limit=1')).items[0]?.seq]).toEqual([true, head.seq]);
    const forged = head.jws.split('.').with(1, Buffer.from(JSON.stringify({ seq: 1 })).toString('base64url')).join('.');
    await expect(compactVerify(forged, keys)).rejects.toThrow(/signature/);
    // It is no token.
    expect((await apiClient(service, head.jws)('GET', '/audit')).status).toBe(401);
  });
});

it('filters use their indexes as the role of the server, however long the log is', async () => {
  const { workspaceId, organizationId } = workspace.tenant;
  await service.query(
    `insert into audit_event (workspace_id, id, at, action, outcome, actor_kind, actor_id, target_id, request_id, batch_id, metadata)
      select $1, gen_random_uuid(), now() - n * interval '1 minute', 'action_' || n % 50, 'success', 'person', ('00000000-0000-4000-8000-' || lpad((n % 500)::text, 12, '0'))::uuid,
        ('00000000-0000-4000-9000-' || lpad((n % 2000)::text, 12, '0'))::uuid, 'r', case when n % 1000 = 0 then '00000000-0000-4000-a000-000000000001'::uuid end, '{}' from generate_series(1, 6000) n`,
    [workspaceId],
  );
  await analyse(service.database);
  const client = await service.ports.database.pool.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('app.workspace', $1, true), set_config('app.organization', $2, true)`, [workspaceId, organizationId]);
    const filters = {
      audit_event_time: { from: new Date(Date.now() - 3_600_000).toISOString() },
      audit_event_actor: { actorId: '00000000-0000-4000-8000-000000000007' },
      audit_event_target: { targetId: '00000000-0000-4000-9000-000000000007' },
      audit_event_action: { actions: ['action_7'] },
      audit_event_batch: { batchId: '00000000-0000-4000-a000-000000000001' },
    };
    for (const [index, filter] of Object.entries(filters)) {
      const { rows } = recordsPage(auditList(workspaceId, filter), { limit: 50, offset: 0, walk: { from: undefined } });
      const explained = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (analyze, format json) ${rows.text}`, [...rows.values]);
      const nodes = flatten(explained.rows[0]?.['QUERY PLAN'][0].Plan);
      expect(nodes.map((node) => node['Index Name']), index).toContain(index);
      expect(Math.max(...nodes.map((node) => node['Rows Removed by Filter'] ?? 0)), index).toBeLessThan(200);
    }
    // A page in the middle begins at its place.
    const from = { direction: 'forward', inclusive: false, key: new Date(Date.now() - 180_000_000).toISOString(), id: '00000000-0000-4000-8000-000000000007' } as const;
    const { rows } = recordsPage(auditList(workspaceId, {}), { limit: 50, offset: 0, walk: { from } });
    const explained = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (analyze, format json) ${rows.text}`, [...rows.values]);
    expect(Math.max(...flatten(explained.rows[0]?.['QUERY PLAN'][0].Plan).map((node) => node['Rows Removed by Filter'] ?? 0))).toBeLessThan(200);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

function flatten(node: PlanNode | undefined): PlanNode[] {
  return node === undefined ? [] : [node, ...(node.Plans ?? []).flatMap(flatten)];
}
