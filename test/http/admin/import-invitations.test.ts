// Invitations from a CSV file: all of them or none, and every fault with its line.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { agreed, seatCounts } from '../../support/seat-counts.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { sender, type Send } from '../host/host.ts';
import { expectProblem, person, type ProblemBody } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Send;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
});
afterAll(async () => await service.stop());

const importAs = async (send: Send, csv: string, headers: Readonly<Record<string, string>> = {}) => await send('POST', '/team/invitations/import', csv, { 'Content-Type': 'text/csv', ...headers });
const seats = async () => await seatCounts(service, workspace.tenant.organizationId);

async function refusedWhole(csv: string, expected: { status: number; code: string; says?: RegExp }, headers?: Readonly<Record<string, string>>): Promise<ProblemBody> {
  const before = await fingerprint(service);
  const refused = await importAs(owner, csv, headers);
  expectProblem(refused, expected);
  expect(changedTables(before, await fingerprint(service))).toEqual([]);
  return refused.json as ProblemBody;
}

it('invites everybody with name and role, each with a mail of its own', async () => {
  const answer = await importAs(owner, '\ufeffName,EMAIL,role\r\n"Lovelace, Ada",ada@file.example,admin\r\n,bob@file.example,\r\n\r\nCid,cid@file.example,member\r\n');
  expect(answer.status, answer.text).toBe(201);
  const { invited, ids } = answer.json as { invited: number; ids: string[] };
  expect([invited, ids.length]).toEqual([3, 3]);
  const shown = (await owner('GET', '/team/invitations?sort=createdAt')).json as { items: { id: string; email: string; name: string | null; role: string; mail: string }[] };
  expect(shown.items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(shown.items.map(({ email, name, role, mail }) => [email, name, role, mail]).toSorted(([one], [other]) => String(one).localeCompare(String(other)))).toEqual([
    ['ada@file.example', 'Lovelace, Ada', 'admin', 'waiting'],
    ['bob@file.example', null, 'member', 'waiting'],
    ['cid@file.example', 'Cid', 'member', 'waiting'],
  ]);
  expect(await seats()).toEqual(agreed(4));
  const batches = await service.query(`select batch_id, count(*)::int as rows from audit_event where workspace_id = $1 and action = 'team_invitation_create' group by 1`, [workspace.tenant.workspaceId]);
  expect(batches).toEqual([{ batch_id: expect.any(String), rows: 3 }]);
});

describe('a file with faults is refused whole', () => {
  it('with the line of each fault', async () => {
    const body = await refusedWhole('email,role,name\nada@file.example,member,Ada\nnobody,member,\nbob@file.example,"No such",\n"x@file.example,y@file.example",,\ncid@file.example', { status: 400, code: 'invalid-value' });
    expect(body.blockers.map(({ detail }) => /^Line (\d+): the (\w+)|^Line (\d+): there is 1 field/.exec(detail)?.slice(1, 3))).toEqual([['3', 'email'], ['4', 'role'], ['5', 'email'], [undefined, undefined]]);
    expect(body.blockers.at(-1)?.detail).toMatch(/^Line 6: there is 1 field, and the header has 3/);
  });

  it('with those who are here, or named twice', async () => {
    await owner('POST', '/team/invitations', { email: 'ada@file.example' });
    const body = await refusedWhole('email\nnew@file.example\nADA@file.example\nbob@file.example\nNew@file.example', { status: 409, code: 'duplicate' });
    expect(body.blockers.map(({ code, detail }) => [code, detail.slice(0, 7)])).toEqual([['duplicate', 'Line 3:'], ['duplicate', 'Line 5:']]);
    expect(body.blockers[1]?.detail).toContain('first in line 2');
  });

  it('with roles that the workspace does not have', async () => {
    const body = await refusedWhole('email,role\na@file.example,nobody-knows\nb@file.example,member', { status: 400, code: 'invalid-value' });
    expect(body.blockers.map(({ detail }) => detail.slice(0, 7))).toEqual(['Line 2:']);
  });

  it('when there are too few seats for all', async () => {
    workspace = await service.workspace({ seats: 3 });
    owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
    const refused = await importAs(owner, 'email\na@file.example\nb@file.example\nc@file.example');
    expectProblem(refused, { status: 409, code: 'seat-limit-reached', says: /2 free, and 3 are needed/ });
    expect(await seats()).toEqual(agreed(1));
    expect((await importAs(owner, 'email\na@file.example\nb@file.example')).status).toBe(201);
    expect(await seats()).toEqual(agreed(3));
  });

  it('when somebody would rise above whoever imports', async () => {
    const admin = sender(service, (await workspace.personToken(await person(service, workspace, 'admin'))).token);
    const refused = await importAs(admin, 'email,role\na@file.example,member\nb@file.example,owner');
    expectProblem(refused, { status: 403, code: 'role-not-manageable' });
    expect(((refused.json as ProblemBody).blockers[0]?.detail ?? '').slice(0, 7)).toBe('Line 3:');
  });

  it.each([
    ['nothing', '', /first line must name/],
    ['a header alone', 'email\n', /names nobody/],
    ['an unknown column', 'email,admin\na@x.example,1', /names a column "admin"/],
    ['a column twice', 'email,email\na@x.example,b@x.example', /twice/],
    ['no column of addresses', 'name\nAda', /first line must name/],
    ['an open quote', 'email\n"ada@x.example', /double quote/],
  ])('%s', async (_what, csv, says) => {
    await refusedWhole(csv, { status: 400, code: csv.includes('"') ? 'invalidSyntax' : 'invalidValue', says });
  });

  it.each(['application/json', 'text/plain', 'text/csv; charset=latin1', ''])('of the type "%s"', async (type) => {
    await refusedWhole('email\na@x.example', { status: 415, code: 'unsupported-media-type' }, { 'Content-Type': type });
  });

  it('larger than a body may be', async () => {
    await refusedWhole(`email\n${'a@x.example\n'.repeat(120_000)}`, { status: 413, code: 'payload-too-large' });
  });
});

it('takes a thousand at once, and no more', async () => {
  const file = (count: number) => `email\n${Array.from({ length: count }, (_, at) => `p${at}@thousand.example`).join('\n')}`;
  await refusedWhole(file(1_001), { status: 400, code: 'invalidValue', says: /1001 people/ });
  const answer = await importAs(owner, file(1_000));
  expect([answer.status, (answer.json as { invited: number }).invited]).toEqual([201, 1_000]);
  expect(await seats()).toEqual(agreed(1_001));
}, 30_000);
