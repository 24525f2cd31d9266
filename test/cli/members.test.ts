// Members from the command line, through the guards of every other door.
import { describe, expect, it } from 'vitest';
import { changeMember } from '../../src/domain/commands/change-member.ts';
import { provisionMember } from '../../src/domain/commands/provision-member.ts';
import { particularsOf } from '../../src/domain/model/particulars-of.ts';
import { useCommandLine } from './command-line.ts';

const { run, done, workspace, credentialOf, store, query } = useCommandLine();
const parts = { groups: false, managerName: false, holds: false };

interface Listed {
  readonly id: string;
  readonly userName: string;
  readonly role: string;
  readonly status: string;
}

async function members(slug: string, ...more: string[]): Promise<Listed[]> {
  return JSON.parse(await done(`member list --workspace ${slug} --json`, ...more)) as Listed[];
}

/** Two people with one address, as an identity provider may push them. */
async function twins(slug: string): Promise<string[]> {
  const credential = await credentialOf((await done(`token create --workspace ${slug} --label okta`)).trim());
  const ids: string[] = [];
  for (const userName of ['twin-1', 'twin-2']) {
    const particulars = { ...particularsOf('shared@x.example', undefined), userName };
    const made = await provisionMember(store(), { credential, requestId: 'test' }, { particulars, active: true, role: 'member', parts });
    if (made.ok) ids.push(made.value.id);
  }
  return ids;
}

describe('member', () => {
  it('joins, changes role, leaves for a while, comes back and is removed', async () => {
    const slug = await workspace();
    const id = (await done(`member add --workspace ${slug} --user grace@x.example --role admin --name`, 'Grace Hopper')).trim().split(' ').at(-1) ?? '';
    expect(await members(slug, '--user', 'GRACE@x.example')).toMatchObject([{ id, userName: 'grace@x.example', role: 'admin', status: 'active' }]);
    expect(await done(`member role --workspace ${slug} --user ${id.toUpperCase()} --role member`)).toBe(`grace@x.example is member in ${slug}.\n`);
    const gone = `grace@x.example is deactivated in ${slug}.\n`;
    expect(await done(`member deactivate --workspace ${slug} --user grace@x.example --reason`, 'on leave')).toBe(gone);
    expect(await done(`member deactivate --workspace ${slug} --user grace@x.example`)).toBe(gone);
    expect(await members(slug, '--user', id)).toMatchObject([{ role: 'member', status: 'deactivated' }]);
    expect(await done(`member reactivate --workspace ${slug} --user grace@x.example`)).toBe(`grace@x.example is active in ${slug}.\n`);
    expect(await done(`member remove --workspace ${slug} --user grace@x.example`)).toBe(`grace@x.example is removed from ${slug}.\n`);
    expect(await run(`member remove --workspace ${slug} --user grace@x.example`)).toEqual({
      code: 1,
      out: '',
      err: `usher: There is no member "grace@x.example" in ${slug}. List them with: member list --workspace ${slug}\n`,
    });
    const trail = await query('select action, actor_kind, r.reason from audit_event e left join audit_reason r on r.event_id = e.id where target_id = $1 order by e.id', id);
    expect(trail.map(({ action }) => String(action).replace('team_membership_', ''))).toEqual(['provision', 'role_change', 'deactivate', 'reactivate', 'remove']);
    expect(trail.map(({ reason }) => reason)).toEqual([null, null, 'on leave', null, null]);
    expect(new Set(trail.map(({ actor_kind }) => actor_kind))).toEqual(new Set(['operator']));
  });

  it.each(['role --role member', 'deactivate', 'remove'])('keeps the last owner from: %s', async (act) => {
    const slug = await workspace();
    const [verb = '', ...rest] = act.split(' ');
    const ran = await run(`member ${verb} --workspace ${slug} --user owner@${slug}.example`, ...rest);
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/^usher: Cannot \w+ last owner: owner@.* Transfer ownership, then retry\.\n$/);
    const [{ workspace_id: id } = {}] = await query('select workspace_id from workspace_directory where slug = $1', slug);
    expect(await query(`select metadata from audit_event where outcome = 'denied' and workspace_id = $1`, id)).toEqual([{ metadata: '{"rules":["last-owner","account-owner-protected"]}' }]);
    expect(await query('select from audit_unsealed where workspace_id = $1', id)).toEqual([]);
    expect(await members(slug)).toMatchObject([{ role: 'owner', status: 'active' }]);
  });

  it('says which members share an e-mail, and takes an id or a userName', async () => {
    const slug = await workspace();
    const ids = await twins(slug);
    const ran = await run(`member deactivate --workspace ${slug} --user shared@x.example`);
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(/^usher: "shared@x\.example" is the e-mail of 2 members of .*\n$/);
    for (const [index, id] of ids.entries()) expect(ran.err).toContain(`${id} (twin-${index + 1}, active)`);
    await done(`member deactivate --workspace ${slug} --user ${ids[0]}`);
    await done(`member deactivate --workspace ${slug} --user TWIN-2`);
    expect((await members(slug, '--role', 'member')).map(({ status }) => status)).toEqual(['deactivated', 'deactivated']);
  });

  it('is not added twice, also under another userName', async () => {
    const slug = await workspace();
    const [id] = await twins(slug);
    const ran = await run(`member add --workspace ${slug} --user Shared@x.example`);
    expect(ran).toMatchObject({ code: 1, out: '', err: `usher: Shared@x.example is a member of ${slug} already: twin-1, active, ${id}.\n` });
  });

  it('stays deactivated while an identity provider holds it back, and says who', async () => {
    const slug = await workspace();
    const credential = await credentialOf((await done(`token create --workspace ${slug} --label`, 'Okta main')).trim());
    await done(`member add --workspace ${slug} --user held@x.example`);
    const [{ id } = { id: '' }] = await members(slug, '--user', 'held@x.example');
    await changeMember(store(), { credential, requestId: 'test' }, { id, endsAccess: true, parts, revise: (particulars) => ({ particulars, fields: [], active: false }) });
    await done(`member deactivate --workspace ${slug} --user held@x.example`);
    expect(await run(`member reactivate --workspace ${slug} --user held@x.example`)).toEqual({
      code: 1,
      out: '',
      err: 'usher: held@x.example stays deactivated: the connection "Okta main" must reactivate too.\n',
    });
    expect(await query('select source from membership_hold where membership_id = $1', id)).toEqual([{ source: `idp:${credential.kind === 'connection' ? credential.connectionId : ''}` }]);
  });

  it('finds no seat beyond the limit', async () => {
    const slug = await workspace('--seats', '1');
    const ran = await run(`member add --workspace ${slug} --user more@x.example`);
    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`No seat left: Org-${slug} uses all 1 of its seats.`) as unknown });
  });

  it('is printed so that no terminal obeys it', async () => {
    const slug = await workspace();
    const credential = await credentialOf((await done(`token create --workspace ${slug} --label okta`)).trim());
    const particulars = { ...particularsOf('evil@x.example', undefined), userName: 'evil\u001b[2J\u202e' };
    await provisionMember(store(), { credential, requestId: 'test' }, { particulars, active: true, role: 'member', parts });
    const listed = await done(`member list --workspace ${slug}`);
    expect(listed).toContain('evil\\u001b[2J\\u202e');
    const asJson = await done(`member list --workspace ${slug} --json`);
    for (const character of ['\u001b', '\u202e']) expect(listed + asJson).not.toContain(character);
    expect((JSON.parse(asJson) as Listed[])[0]?.userName).toBe(particulars.userName);
  });
});
