// The export of the members: the same filters as the list, whole, of one moment, and harmless in a spreadsheet.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem, person, teamClient, type Team } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Team;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  owner = teamClient(service, (await workspace.personToken(workspace.ownerId)).token);
  const okta = scimClient(service, (await workspace.connectionToken()).token);
  const names = ['=HYPERLINK("http://evil.example")', '+1', '-2', '@SUM(A1)', '\u00e9t\u00e9', 'comma, "quote"', ' space '];
  for (const [at, displayName] of names.entries()) {
    await okta.post('/Users', newUser(`u${at}@export.example`, { displayName, name: { familyName: at === 0 ? '\tTab' : undefined } })).expect(201);
  }
});
afterAll(async () => await service.stop());

/** Reads CSV as RFC 4180 says. */
function parse(text: string): string[][] {
  const rows = text.split('\r\n');
  expect(rows.pop()).toBe('');
  return rows.map((row) => [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''));
}

describe('CSV', () => {
  it('has a line for each member, and nothing that a spreadsheet computes', async () => {
    const answer = await owner.send('GET', '/export?format=csv&sort=userName');
    expect([answer.status, answer.headers['content-type'], answer.headers['content-disposition']]).toEqual([200, 'text/csv; charset=utf-8; header=present', 'attachment; filename="members.csv"']);
    const [head, ...rows] = parse(answer.text);
    expect(head?.slice(0, 6)).toEqual(['id', 'userName', 'displayName', 'givenName', 'familyName', 'email']);
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => head?.length));
    const shown = rows.filter((row) => row[1]?.startsWith('u')).map((row) => row[2]);
    expect(shown).toEqual([`'=HYPERLINK("http://evil.example")`, `'+1`, `'-2`, `'@SUM(A1)`, 'été', 'comma, "quote"', ' space ']);
    expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(rows.length).toBe((await owner.list()).total);
  });
});

describe('JSON Lines', () => {
  it('has each member as the list shows it, in its order', async () => {
    const answer = await owner.send('GET', '/export?format=jsonl&managed=true&sort=-userName', undefined, { Accept: 'application/jsonl' });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/jsonl']);
    const lines = answer.text.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual((await owner.list('?managed=true&sort=-userName')).items);
  });

  it('goes on over many pieces without losing or doubling anybody', async () => {
    const many = await service.workspace();
    const okta = scimClient(service, (await many.connectionToken()).token);
    const Operations = Array.from({ length: 1_000 }, (_, at) => ({ method: 'POST', path: '/Users', bulkId: `b${at}`, data: newUser(`many${at}@${many.slug}.example`, { displayName: `Name ${at % 7}` }) }));
    await okta.post('/Bulk', { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations });
    const answer = await teamClient(service, (await many.personToken(many.ownerId)).token).send('GET', '/export?format=jsonl');
    const ids = answer.text.trim().split('\n').map((line) => (JSON.parse(line) as { id: string }).id);
    expect([ids.length, new Set(ids).size]).toEqual([1_001, 1_001]);
  });
});

it('shows a person without the permission itself only', async () => {
  const id = await person(service, workspace);
  const member = teamClient(service, (await workspace.personToken(id)).token);
  expect((await member.send('GET', '/export?format=jsonl')).text.trim().split('\n').map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([id]);
});

it.each(['', '?format=xml', '?format=csv&limit=1', '?format=csv&cursor=x'])('refuses the parameters %j', async (query) => {
  expectProblem(await owner.send('GET', `/export${query}`), { status: 400, code: 'invalidValue' });
});
