// Workspaces from the command line: who owns what, and what an organization that exists keeps.
import { describe, expect, it } from 'vitest';
import { useCommandLine } from './command-line.ts';

const { run, done, query } = useCommandLine();

interface Created {
  readonly workspaceId: string;
  readonly organizationId: string;
  readonly newOrganization: boolean;
  readonly ownerId: string;
}

async function create(line: string, ...more: string[]): Promise<Created> {
  return JSON.parse(await done(`workspace create ${line}`, ...more)) as Created;
}

describe('workspace create', () => {
  it('makes the organization with its account owner, and prints their ids', async () => {
    const created = await create('--org Acme --slug acme --owner Ada@acme.example --seats 5 --owner-name', 'Ada King Lovelace');
    expect(created).toMatchObject({ slug: 'acme', organization: 'Acme', newOrganization: true, owner: 'Ada@acme.example' });
    const [owner] = await query(
      `select m.role, m.status, m.profile, m.user_name, o.seat_limit, o.account_owner_id = m.account_id as account_owner
        from membership m join organization o on o.id = m.organization_id where m.workspace_id = $1 and m.id = $2 and o.id = $3`,
      created.workspaceId,
      created.ownerId,
      created.organizationId,
    );
    expect(owner).toMatchObject({ role: 'owner', status: 'active', user_name: 'Ada@acme.example', seat_limit: 5, account_owner: true });
    expect(owner?.['profile']).toMatchObject({ displayName: 'Ada King Lovelace', name: { givenName: 'Ada', familyName: 'King Lovelace' } });
    expect(JSON.parse(await done('member list --workspace acme --json'))).toMatchObject([{ userName: 'Ada@acme.example', role: 'owner', accountOwner: true }]);
  });

  it('joins an organization of that name in any case, whose account owner and seats stay', async () => {
    const first = await create('--org Join --slug join-1 --owner a@join.example --seats 1');
    const second = await create('--org JOIN --slug join-2 --owner a@join.example');
    expect(second).toMatchObject({ organizationId: first.organizationId, newOrganization: false });
    expect(await query('select seat_limit, account_owner_id from organization where id = $1', first.organizationId)).toEqual([
      { seat_limit: 1, account_owner_id: (await query('select account_id from membership where id = $1', first.ownerId))[0]?.['account_id'] },
    ]);
    // The same person takes no second seat; another one would.
    const third = await run('workspace create --org Join --slug join-3 --owner b@join.example');
    expect(third).toMatchObject({ code: 1, out: '', err: expect.stringContaining('No seat left: Join uses all 1 of its seats') as unknown });
    expect(await query(`select from workspace_directory where slug = 'join-3'`)).toEqual([]);
  });

  it('refuses a seat limit for an organization that has one already, and a slug that is taken', async () => {
    await create('--org Kept --slug kept --owner a@kept.example');
    expect((await run('workspace create --org kept --slug kept-2 --owner a@kept.example --seats 3')).err).toBe(
      'usher: The organization "kept" exists already and keeps its seat limit. Leave --seats out.\n',
    );
    expect((await run('workspace create --org Other --slug kept --owner a@kept.example')).err).toBe('usher: The slug "kept" is taken. Choose another one.\n');
    expect((await run('seats --org Other')).err).toContain('There is no organization "Other"');
  });

  it('lets one of two found the organization and the other join', async () => {
    const both = await Promise.all([1, 2].map(async (n) => await create(`--org Race --slug race-${n} --owner a@race.example`)));
    expect(both.filter(({ newOrganization }) => newOrganization)).toHaveLength(1);
    expect(new Set(both.map(({ organizationId }) => organizationId)).size).toBe(1);
  });

  it.each([
    ['a capital letter in the slug', '--org X --slug Acme --owner a@x.example', 'A slug has 1 to 63 characters'],
    ['an e-mail without a host', '--org X --slug x --owner a@x', 'It must be an e-mail address'],
    ['an e-mail with a name', '--org X --slug x --owner <a@x.example>', 'It must be an e-mail address'],
    ['no seat at all', '--org X --slug x --owner a@x.example --seats 0', 'a whole number from 1 to 1000000'],
    ['a number in another form', '--org X --slug x --owner a@x.example --seats 1e3', 'a whole number from 1'],
    ['a line break in the name', '--slug x --owner a@x.example --org', 'It must be one line', 'A\nB'],
    ['an empty name', '--slug x --owner a@x.example --org', 'It must not be empty', ' '],
    ['a missing option', '--slug x --owner a@x.example', "required option '--org <name>' not specified"],
  ])('refuses %s in one line, and connects to nothing', async (_, line, words, ...more: string[]) => {
    const ran = await run(`workspace create ${line}`, ...more);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(/^usher: .*\n$/);
    expect(ran.err).toContain(words);
    expect(ran.err).toContain('Help: npm run --silent usher -- workspace create --help');
  });
});
