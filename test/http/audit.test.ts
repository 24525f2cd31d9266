// The audit over the wire: one row for each effective change and none for the rest, nobody's name in it, and no way to change it.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeRole } from '../../src/domain/commands/change-role.ts';
import { revokeToken, setConnectionPaused } from '../../src/domain/commands/credentials.ts';
import { removeMember } from '../../src/domain/commands/remove-member.ts';
import { transferOwnership } from '../../src/domain/commands/transfer-ownership.ts';
import type { Call } from '../../src/domain/model/caller.ts';
import { invite } from '../support/invite.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let idp: Scim;
let entra: Scim;
let connectionId: string;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  const { token, record } = await workspace.connectionToken();
  [idp, connectionId] = [scimClient(service, token), record.connectionId ?? ''];
  entra = scimClient(service, (await workspace.connectionToken('entra')).token);
});
afterAll(async () => await service.stop());

type Written = { readonly audit: string[]; readonly outbox: string[] };

/** What the workspace's audit and outbox hold more after the work than before, oldest first. */
async function writtenBy(work: () => PromiseLike<unknown>): Promise<Written> {
  const read = async (text: string) => (await service.query(text, [workspace.tenant.workspaceId])).map(({ line }) => String(line));
  const look = async () => ({
    audit: await read(`select action || ' ' || outcome as line from audit_event where workspace_id = $1 order by id`),
    outbox: await read('select topic as line from outbox_event where workspace_id = $1 order by id'),
  });
  const before = await look();
  await work();
  const after = await look();
  return { audit: after.audit.slice(before.audit.length), outbox: after.outbox.slice(before.outbox.length) };
}

const patchUser = async (scim: Scim, id: string, ...operations: readonly unknown[]) => await scim.patch(`/Users/${id}`, ...operations);
const active = (value: boolean) => ({ op: 'replace', path: 'active', value });
const title = (value: string) => ({ op: 'replace', path: 'title', value });
const idOf = ({ body }: { readonly body: unknown }) => (body as { id: string }).id;
const succeeded = (...actions: readonly string[]): Written => ({ audit: actions.map((action) => `${action} success`), outbox: actions.map((action) => `audit.${action}`) });
const nothing: Written = { audit: [], outbox: [] };

interface Ids {
  user: string;
  group: string;
  tokenId: string;
}
/** What is done, how, and what it writes. */
type Step = readonly [string, (ids: Ids) => PromiseLike<unknown>, Written];

const mail = 'steps@audit.example';
const provisioned = newUser(mail, { title: 'one', externalId: 's' });
const replaced = newUser(mail, { externalId: 's' });
const asOperator = () => [service.ports.store, workspace.operator] as const;
const members = (op: string, ...ids: readonly string[]) => ({ op, path: 'members', value: ids.map((value) => ({ value })) });
const transferFrom = async (fromId: string) => await transferOwnership(...asOperator(), { toId: workspace.ownerId, fromId, alsoAccount: false });

/** The life of a person, the later steps building on the earlier ones. */
const ofPersons: readonly Step[] = [
  ['POST of a user', async (ids) => void (ids.user = idOf(await idp.post('/Users', provisioned))), succeeded('team_membership_provision')],
  ['POST of the same user', () => idp.post('/Users', newUser(mail)), nothing],
  ['PATCH of an attribute', ({ user }) => patchUser(idp, user, title('two')), succeeded('team_membership_update')],
  ['the same PATCH', ({ user }) => patchUser(idp, user, title('two')), nothing],
  ['PATCH there and back', ({ user }) => patchUser(idp, user, title('x'), title('two')), nothing],
  ['PATCH with a fault', ({ user }) => patchUser(idp, user, title('x'), { op: 'replace', path: 'active', value: 'maybe' }), nothing],
  ['PUT', ({ user }) => idp.put(`/Users/${user}`, replaced), succeeded('team_membership_update')],
  ['the same PUT', ({ user }) => idp.put(`/Users/${user}`, replaced), nothing],
  ['reads of every kind', async ({ user }) => [await idp.get(`/Users/${user}`), await idp.get('/Groups'), await idp.post('/Users/.search', {})], nothing],
  ['a link by another connection', ({ user }) => patchUser(entra, user, { op: 'add', path: 'externalId', value: 'e' }), succeeded('team_membership_update')],
  [
    'deactivation with an attribute',
    ({ user }) => patchUser(idp, user, { op: 'replace', value: { active: false, title: 'three' } }),
    succeeded('team_membership_update', 'team_membership_deactivate'),
  ],
  ['the same deactivation', ({ user }) => patchUser(idp, user, active(false)), nothing],
  ['a second hold', ({ user }) => patchUser(entra, user, active(false)), succeeded('team_membership_hold_add')],
  ['lifting one of two holds', ({ user }) => patchUser(idp, user, active(true)), { audit: ['team_membership_reactivate withheld'], outbox: [] }],
  ['lifting the other', ({ user }) => patchUser(entra, user, active(true)), succeeded('team_membership_reactivate')],
  ['activating the active', ({ user }) => patchUser(idp, user, active(true)), nothing],
  ['a new role', async ({ user }) => await changeRole(...asOperator(), user, 'owner'), succeeded('team_membership_role_change')],
  ['the role it has', async ({ user }) => await changeRole(...asOperator(), user, 'owner'), nothing],
  ['an ownership transfer', async ({ user }) => await transferFrom(user), succeeded('team_ownership_transfer')],
  ['the same transfer', async ({ user }) => await transferFrom(user), nothing],
  [
    'an invitation that is taken over',
    async () => [await invite(service, workspace.tenant, 'invited@audit.example'), await idp.post('/Users', newUser('invited@audit.example'))],
    succeeded('team_invitation_supersede', 'team_membership_update'),
  ],
  ['a protected removal', () => idp.delete(`/Users/${workspace.ownerId}`), { audit: ['team_membership_remove denied'], outbox: [] }],
];

const ofGroups: readonly Step[] = [
  ['POST of a group', async (ids) => void (ids.group = idOf(await idp.post('/Groups', { displayName: 'Audit', members: [{ value: ids.user }] }))), succeeded('group_create')],
  ['POST by the same name', () => idp.post('/Groups', { displayName: 'AUDIT' }), nothing],
  ['adding the owner', ({ group }) => idp.patch(`/Groups/${group}`, members('add', workspace.ownerId)), succeeded('group_member_add')],
  ['adding again', ({ group }) => idp.patch(`/Groups/${group}`, members('add', workspace.ownerId)), nothing],
  ['adding nobody known', ({ group }) => idp.patch(`/Groups/${group}`, members('add', randomUUID())), nothing],
  ['removing the owner', ({ group }) => idp.patch(`/Groups/${group}`, members('remove', workspace.ownerId)), succeeded('group_member_remove')],
  [
    'a new name and members at once',
    ({ group, user }) => idp.put(`/Groups/${group}`, { displayName: 'Audited', members: [{ value: workspace.ownerId }, { value: user }] }),
    succeeded('group_update'),
  ],
  ['removal of its member', ({ user }) => idp.delete(`/Users/${user}`), succeeded('team_membership_remove')],
  ['removal of nobody', ({ user }) => idp.delete(`/Users/${user}`), nothing],
  ['removal of the group', ({ group }) => idp.delete(`/Groups/${group}`), succeeded('group_delete')],
  ['removal of no group', ({ group }) => idp.delete(`/Groups/${group}`), nothing],
];

const ofCredentials: readonly Step[] = [
  ['a token of a new connection', async (ids) => void (ids.tokenId = (await workspace.connectionToken('Third')).record.id), succeeded('connection_create', 'token_create')],
  ['a token of a known connection', async () => await workspace.connectionToken('third'), succeeded('token_create')],
  ['a third live token', async () => await workspace.connectionToken('third').catch(() => undefined), nothing],
  ['revoking a token', async ({ tokenId }) => await revokeToken(...asOperator(), tokenId), succeeded('token_revoke')],
  ['revoking it again', async ({ tokenId }) => await revokeToken(...asOperator(), tokenId), nothing],
  ['a pause', async () => await setConnectionPaused(...asOperator(), 'third', true), succeeded('connection_pause')],
  ['the same pause', async () => await setConnectionPaused(...asOperator(), 'third', true), nothing],
  ['its end', async () => await setConnectionPaused(...asOperator(), 'third', false), succeeded('connection_resume')],
];

describe('one row for each change', () => {
  it('in the order of a life, and none for what changes nothing', async () => {
    const ids: Ids = { user: '', group: '', tokenId: '' };
    for (const [what, act, writes] of [...ofPersons, ...ofGroups, ...ofCredentials]) {
      const { audit, outbox } = await writtenBy(async () => await act(ids));
      expect([what, audit.toSorted(), outbox.toSorted()]).toEqual([what, writes.audit.toSorted(), writes.outbox.toSorted()]);
    }
  });

  it('that says who did what to whom, in which request', async () => {
    const made = await idp.post('/Users', newUser('who@audit.example')).set('X-Request-Id', 'trace-of-a-post');
    const owner = scimClient(service, (await workspace.personToken(workspace.ownerId)).token);
    const changed = await patchUser(owner, idOf(made), title('x'));
    await removeMember(service.ports.store, workspace.operator, idOf(made));
    const rows = await service.query('select actor_kind, actor_id, action, request_id, metadata from audit_event where target_id = $1 order by id', [idOf(made)]);
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['connection', connectionId, 'team_membership_provision', 'trace-of-a-post', expect.stringContaining('"role":"member"')],
      ['person', workspace.ownerId, 'team_membership_update', changed.headers['x-request-id'], '{"fields":["title"]}'],
      ['operator', null, 'team_membership_remove', workspace.operator.requestId, '{}'],
    ]);
  });

  it('with the ledger and the outbox pointing at it', async () => {
    const id = idOf(await idp.post('/Users', newUser('ledger@audit.example')));
    await idp.delete(`/Users/${id}`);
    const rows = await service.query(
      `select e.action, l.delta, (select count(*)::int from outbox_event o where o.audit_id = e.id) as events
        from audit_event e join seat_ledger l on l.audit_id = e.id where e.target_id = $1 order by e.id`,
      [id],
    );
    expect(rows).toEqual([
      { action: 'team_membership_provision', delta: 1, events: 1 },
      { action: 'team_membership_remove', delta: -1, events: 1 },
    ]);
  });
});

describe('together with the change', () => {
  it('or not at all: where the row cannot be written, nothing else is', async () => {
    const id = idOf(await idp.post('/Users', newUser('atomic@audit.example')));
    const group = idOf(await idp.post('/Groups', { displayName: 'Atomic', members: [{ value: id }] }));
    const state = async () => [(await idp.get(`/Users/${id}`)).body as unknown, (await idp.get(`/Groups/${group}`)).body as unknown, (await idp.get('/Users?count=0')).body as unknown];
    const before = await state();
    await service.query(`create function refuse_audit() returns trigger language plpgsql as $$ begin raise exception 'no audit today'; end $$`);
    await service.query('create trigger refuse_audit before insert on audit_event for each row execute function refuse_audit()');
    try {
      const answers = [
        await idp.delete(`/Users/${id}`),
        await patchUser(idp, id, active(false)),
        await idp.put(`/Users/${id}`, newUser('renamed@audit.example')),
        await idp.post('/Users', newUser('new@audit.example')),
        await idp.patch(`/Groups/${group}`, { op: 'remove', path: 'members' }),
        await idp.delete(`/Groups/${group}`),
        await idp.delete(`/Users/${workspace.ownerId}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 500));
      for (const { text } of answers) expect(text).not.toMatch(/audit today|trigger|insert/);
      expect(await state()).toEqual(before);
    } finally {
      await service.query('drop trigger refuse_audit on audit_event');
    }
    // Every connection of the pool is as good as before.
    const after = await Promise.all(Array.from({ length: 12 }, async (_, at) => await patchUser(idp, id, title(`t${at}`))));
    expect(after.map(({ status }) => status)).toEqual(after.map(() => 200));
  });

  it('a denial that cannot be recorded leaves no connection in a broken transaction', async () => {
    const nowhere: Call = { credential: { kind: 'operator', tenant: { ...workspace.tenant, workspaceId: randomUUID() } }, requestId: 'nowhere' };
    const actor = { kind: 'operator', id: undefined } as const;
    const entry = { action: 'team_membership_remove', outcome: 'denied', actor, targetId: undefined, requestId: 'nowhere', reason: undefined, metadata: {} } as const;
    for (let at = 0; at < 12; at += 1) await expect(service.ports.store.recordDenied(nowhere, entry)).rejects.toThrow(/foreign key/);
    const answers = await Promise.all(Array.from({ length: 12 }, async (_, at) => await idp.post('/Users', newUser(`unbroken${at}@audit.example`))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  });
});

describe('no personal string', () => {
  it('stands in the audit, the outbox or the ledger, whatever was done to a person', async () => {
    const words = ['quillfeather', 'Zephyrine', 'Wolkenstein', '+49 30 5550199', 'Rosenallee', 'gruppenname', 'Kennzeichen-77', 'because of Zephyrine', 'Verbindung'];
    const more = {
      externalId: 'Kennzeichen-77',
      name: { givenName: 'Zephyrine', familyName: 'Wolkenstein' },
      displayName: 'Zephyrine W',
      phoneNumbers: [{ value: '+49 30 5550199', type: 'work' }],
      addresses: [{ streetAddress: 'Rosenallee 7', type: 'work' }],
    };
    const scim = scimClient(service, (await workspace.connectionToken('Verbindung')).token);
    const made = await scim.post('/Users', newUser('quillfeather@audit.example', more));
    const id = idOf(made);
    const group = idOf(await scim.post('/Groups', { displayName: 'gruppenname', members: [{ value: id }] }));
    const answers = [
      made,
      await scim.put(`/Users/${id}`, newUser('quillfeather2@audit.example', more)),
      await patchUser(scim, id, { op: 'replace', path: 'name.familyName', value: 'Wolkenstein-Q' }, active(false)),
      await scim.patch(`/Groups/${group}`, { op: 'replace', value: { displayName: 'gruppenname 2' } }),
      await patchUser(scim, id, active(true)),
    ];
    expect(answers.every(({ status }) => status < 300)).toBe(true);
    expect(await removeMember(service.ports.store, workspace.operator, id, { reason: 'because of Zephyrine' })).toMatchObject({ ok: true });
    expect(words.filter((word) => made.text.includes(word)).length).toBeGreaterThan(4);
    for (const table of ['audit_event', 'audit_unsealed', 'audit_seal', 'outbox_event', 'seat_ledger', 'access_token', 'membership_hold']) {
      const rows = (await service.query(`select t::text as line from ${table} t`)).map(({ line }) => String(line)).join('\n').toLowerCase();
      expect([table, words.filter((word) => rows.includes(word.toLowerCase()))]).toEqual([table, []]);
      if (table === 'audit_event') expect(rows).toContain(id);
    }
    const reasons = await service.query('select r.reason, length(e.reason_digest) > 0 as digested from audit_reason r join audit_event e on e.id = r.event_id where e.target_id = $1', [id]);
    expect(reasons).toEqual([{ reason: 'because of Zephyrine', digested: true }]);
  });
});

describe('what is written', () => {
  /** Seals are the sealer's work; here they only have to be there. */
  beforeAll(async () => {
    const { workspaceId, organizationId } = workspace.tenant;
    await service.query(`insert into audit_seal (workspace_id, seq, event_id, hash) select workspace_id, 1, id, '\\x00' from audit_event where workspace_id = $1 limit 1`, [workspaceId]);
    await service.query(
      'insert into seat_balance (organization_id, seq, ledger_id, balance) select organization_id, 1, id, 1 from seat_ledger where organization_id = $1 limit 1',
      [organizationId],
    );
  });

  it.each([
    ['audit_event', 'workspace_id'],
    ['audit_seal', 'workspace_id'],
    ['seat_ledger', 'organization_id'],
    ['seat_balance', 'organization_id'],
  ])('in %s can be changed neither by the server nor by the owner of the table', async (table, column) => {
    const count = async () => await service.query(`select count(*)::int as rows, md5(string_agg(t::text, '|' order by t::text)) as digest from ${table} t`);
    const before = await count();
    expect(before[0]?.['rows']).toBeGreaterThan(0);
    for (const login of [service.database.runtime, service.database.owner]) {
      const client = new pg.Client(login);
      await client.connect();
      try {
        const { workspaceId, organizationId } = workspace.tenant;
        await client.query(`select set_config('app.workspace', $1, false), set_config('app.organization', $2, false)`, [workspaceId, organizationId]);
        for (const statement of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table} cascade`]) {
          await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' });
        }
      } finally {
        await client.end();
      }
    }
    expect(await count()).toEqual(before);
  });
});
