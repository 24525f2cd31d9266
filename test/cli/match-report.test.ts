// The match report against what the server then really does, with random members and users, and that the report writes nothing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountKeyOf, keyOf } from '../../src/domain/model/keys.ts';
import { fingerprint } from '../support/fingerprint.ts';
import { invite, type InvitationState } from '../support/invite.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { addressOf, runWith, type Ran } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'usher-match-'));
let server: StartedServer;
beforeAll(async () => {
  server = await startForTest();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  readonly users: readonly { readonly user?: number; readonly line?: number; readonly userName: string; readonly outcome: string; readonly member?: string | null; readonly seats?: number; readonly noSeat?: boolean; readonly detail: string }[];
  readonly untouched: readonly { readonly member: string; readonly userName: string; readonly role: string; readonly service: boolean }[];
  readonly totals: Readonly<Record<string, number>>;
  readonly seats: { readonly used: number; readonly limit: number | null; readonly needed: number; readonly refused: number };
}

async function report(slug: string, content: string | Buffer, ...more: readonly string[]): Promise<Ran> {
  const file = join(folder, 'users');
  writeFileSync(file, content);
  const environment = { DATABASE_URL: addressOf(server.database.owner), DATABASE_RUNTIME_URL: addressOf(server.database.runtime), DATA_DIR: folder };
  return await runWith(environment, ['connection', 'match-report', slug, 'okta', '--users', file, ...more]);
}

async function told(slug: string, content: string): Promise<Told> {
  const ran = await report(slug, content, '--json');
  if (ran.code !== 0) throw new Error(ran.err);
  return JSON.parse(ran.out) as Told;
}

interface User {
  readonly userName: string;
  readonly mail: string | undefined;
  readonly externalId: string | undefined;
  readonly active: boolean;
}

interface Seed {
  readonly members: readonly (User & { readonly kind: 'linked' | 'unlinked' | 'heldByAdmin' | 'elsewhere' | InvitationState })[];
  readonly users: readonly User[];
  readonly seats: number | undefined;
}

const bodyOf = ({ userName, mail, externalId, active }: User) => ({ userName, active, ...(externalId === undefined ? {} : { externalId }), ...(mail === undefined ? {} : { emails: [{ value: mail, primary: true }] }) });

const name = fc.constantFrom('ada', 'Ada', 'bob', 'cyd', 'dot@x.example', 'eve@x.example', 'm1@x.example', 'M2@x.example');
const mail = fc.option(fc.constantFrom('m1@x.example', 'M1@x.example', 'm2@x.example', 'm3@x.example', 'dot@x.example'), { nil: undefined });
const externalId = fc.option(fc.constantFrom('1', '2', '3', '4', '5'), { nil: undefined });
const user = fc.record({ userName: fc.oneof({ weight: 20, arbitrary: name }, { weight: 1, arbitrary: fc.constant('') }), mail, externalId, active: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }) });
const kind = fc.constantFrom('linked', 'unlinked', 'heldByAdmin', 'elsewhere', 'pending', 'expired', 'lapsed');
const seed: fc.Arbitrary<Seed> = fc.record({
  members: fc.array(fc.record({ kind, userName: name, mail, externalId, active: fc.constant(true) }), { maxLength: 5 }),
  users: fc.array(user, { minLength: 1, maxLength: 7 }),
  seats: fc.option(fc.integer({ min: 3, max: 7 }), { nil: undefined }),
});

async function plant(here: TestWorkspace, there: TestWorkspace, { members }: Seed): Promise<Scim> {
  const okta = scimClient(server, (await here.connectionToken('okta')).token);
  const script = scimClient(server, (await here.personToken(here.ownerId)).token);
  const elsewhere = scimClient(server, (await there.connectionToken('okta')).token);
  for (const member of members) {
    const body = newUser(member.userName, bodyOf(member));
    switch (member.kind) {
      case 'linked':
        await okta.post('/Users', body);
        break;
      case 'unlinked':
        await script.post('/Users', { ...body, externalId: undefined });
        break;
      case 'heldByAdmin': {
        const { body: made } = (await script.post('/Users', { ...body, externalId: undefined })) as { body: { id?: string } };
        if (made.id !== undefined) await script.patch(`/Users/${made.id}`, { op: 'replace', path: 'active', value: false });
        break;
      }
      case 'elsewhere':
        await elsewhere.post('/Users', body);
        break;
      default: {
        const address = keyOf(member.mail ?? 'm3@x.example');
        const taken = await server.query(`select from membership m left join user_account a on a.id = m.account_id where m.workspace_id = $1 and m.deleted_at is null and (a.email_key = $2 or m.user_name_key = $2)`, [here.tenant.workspaceId, address]);
        if (taken.length === 0) await invite(server, here.tenant, address, member.kind);
      }
    }
  }
  return okta;
}

interface Found {
  readonly body: { readonly Resources?: readonly { readonly id: string }[] };
}

async function find(okta: Scim, attribute: string, value: string | undefined): Promise<string | undefined> {
  if (value === undefined || value === '') return undefined;
  const { body } = (await okta.get(`/Users?filter=${encodeURIComponent(`${attribute} eq ${JSON.stringify(value)}`)}`)) as Found;
  return body.Resources?.[0]?.id;
}

async function seatsUsed({ tenant }: TestWorkspace): Promise<number> {
  const [row] = await server.query('select count(distinct account_id)::int as used from seat_claim where organization_id = $1', [tenant.organizationId]);
  return Number(row?.['used']);
}

/** What an identity provider does with one of its users: looks it up, then links or creates it. */
async function sync(okta: Scim, sent: User, here: TestWorkspace, were: ReadonlySet<string>, accounts: ReadonlySet<string>): Promise<{ outcome: string; member: string | undefined; noSeat: boolean }> {
  const linked = sent.userName === '' ? undefined : await find(okta, 'externalId', sent.externalId);
  const id = linked ?? (await find(okta, 'userName', sent.userName));
  if (id !== undefined) {
    const [before] = await server.query('select external_id from membership_link l join idp_connection c on c.id = l.link_space where l.membership_id = $1 and l.live', [id]);
    const value = { userName: sent.userName, active: sent.active, ...(sent.externalId === undefined ? {} : { externalId: sent.externalId }) };
    const { status, body } = (await okta.patch(`/Users/${id}`, { op: 'replace', value })) as { status: number; body: { active?: boolean } };
    if (status === 200 && sent.active && body.active === false) return { outcome: 'held', member: id, noSeat: false };
    const outcome = linked !== undefined || (sent.externalId === undefined && before !== undefined) ? 'linked' : 'matches';
    return { outcome: status === 409 ? 'conflict' : outcome, member: id, noSeat: status === 403 };
  }
  const { status, body } = (await okta.post('/Users', bodyOf(sent))) as { status: number; body: { id: string } };
  if (status === 403) return { outcome: 'no seat', member: undefined, noSeat: true };
  if (status !== 201) return { outcome: status === 409 ? 'conflict' : status === 400 ? 'invalid' : String(status), member: undefined, noSeat: false };
  if (were.has(body.id)) return { outcome: 'invitation', member: body.id, noSeat: false };
  const [account] = await server.query('select a.id, a.email_key from membership m join user_account a on a.id = m.account_id where m.workspace_id = $1 and m.id = $2', [here.tenant.workspaceId, body.id]);
  const key = accountKeyOf(sent.userName, sent.mail === undefined ? [] : [{ value: sent.mail, type: undefined, display: undefined, primary: true }]);
  const outcome = accounts.has(String(account?.['id'])) ? 'known' : key !== undefined && account?.['email_key'] === null ? 'sameEmail' : 'new';
  return { outcome, member: undefined, noSeat: false };
}

it('foretells what the server does to every user, seat by seat, and changes nothing itself', { timeout: 120_000 }, async () => {
  const outcomes = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(seed, async (given) => {
      const organization = `Org ${Math.random()}`;
      const here = await server.workspace({ organization, ...(given.seats === undefined ? {} : { seats: given.seats }) });
      const there = await server.workspace({ organization });
      const okta = await plant(here, there, given);
      const before = await fingerprint(server);
      const { users, seats, untouched } = await told(here.slug, JSON.stringify({ Resources: given.users.map(bodyOf) }));
      expect(await fingerprint(server)).toEqual(before);
      expect(seats.used).toBe(await seatsUsed(here));
      const members = await server.query('select id from membership where workspace_id = $1 and deleted_at is null', [here.tenant.workspaceId]);
      const were = new Set(members.map(({ id }) => String(id)));
      const accounts = new Set((await server.query('select id from user_account where organization_id = $1', [here.tenant.organizationId])).map(({ id }) => String(id)));
      const touched = new Set<string>();
      for (const [index, sent] of given.users.entries()) {
        const foretold = users[index];
        outcomes.set(foretold?.noSeat === true ? 'no seat' : (foretold?.outcome ?? ''), (outcomes.get(foretold?.outcome ?? '') ?? 0) + 1);
        if (typeof foretold?.member === 'string' && foretold.outcome !== 'sameEmail' && foretold.outcome !== 'conflict') touched.add(foretold.member);
        if (foretold?.outcome === 'conflict') continue;
        const used = await seatsUsed(here);
        const done = await sync(okta, sent, here, were, accounts);
        const why = JSON.stringify({ given, foretold, index });
        expect(done.noSeat, why).toBe(foretold?.noSeat ?? false);
        if (done.noSeat) continue;
        expect(done.outcome, why).toBe(foretold?.outcome);
        if (done.member !== undefined) expect(done.member, why).toBe(foretold?.member);
        expect((await seatsUsed(here)) - used, why).toBe(foretold?.seats ?? 0);
      }
      for (const { member } of untouched) expect(touched.has(member)).toBe(false);
      for (const id of were) if (!touched.has(id) && users.every(({ outcome }) => outcome !== 'conflict')) expect(untouched.map(({ member }) => member)).toContain(id);
    }),
    { numRuns: 40, seed: 7643 },
  );
  for (const outcome of ['linked', 'matches', 'held', 'invitation', 'sameEmail', 'known', 'new', 'conflict', 'invalid', 'no seat']) expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(0);
});

it('refuses what is not written in UTF-8, whose names would be those of others', async () => {
  const workspace = await server.workspace();
  await workspace.connectionToken('okta');
  const written = 'userName,email\nJörg@x.example,j@x.example\n';
  for (const bytes of [Buffer.from(written, 'latin1'), Buffer.from(`\ufeff${written}`, 'utf16le'), Buffer.from(written).subarray(0, 17)]) {
    const ran = await report(workspace.slug, bytes);
    expect([ran.code, ran.out, ran.err]).toEqual([1, '', expect.stringContaining('not written in UTF-8. Save it as UTF-8')]);
  }
  expect((await report(workspace.slug, written)).out).toContain('Jörg@x.example');
});

it('a name of any length makes no line of the report long', async () => {
  const workspace = await server.workspace();
  await workspace.connectionToken('okta');
  const content = `userName\n${'😀'.repeat(50_000)}\nx@x.example\n`;
  const ran = await report(workspace.slug, content);
  expect(ran.code).toBe(0);
  expect(Math.max(...ran.out.split('\n').map((line) => line.length))).toBeLessThan(300);
  expect((await told(workspace.slug, content)).users[0]).toMatchObject({ outcome: 'invalid', userName: expect.stringMatching(/^(?:😀){50}…$/u) as string });
});
