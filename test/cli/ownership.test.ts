// `ownership transfer`: who steps down, and who may not without the account.
import { describe, expect, it } from 'vitest';
import { useCommandLine } from './command-line.ts';

const { run, done, workspace } = useCommandLine();

/** A workspace with these members beside its first owner, who is the account owner. */
async function withMembers(members: Readonly<Record<string, string>>): Promise<string> {
  const slug = await workspace();
  for (const [name, role] of Object.entries(members)) await done(`member add --workspace ${slug} --user ${name}@x.example --role ${role}`);
  return slug;
}

/** `name: role`, the account owner with a star. */
async function roles(slug: string): Promise<string[]> {
  const listed = JSON.parse(await done(`member list --workspace ${slug} --json`)) as { userName: string; role: string; accountOwner: boolean }[];
  return listed.map(({ userName, role, accountOwner }) => `${userName.split('@')[0]}: ${role}${accountOwner ? '*' : ''}`);
}

const transfer = async (slug: string, ...more: string[]) => await run(`ownership transfer --workspace ${slug}`, ...more);

describe('ownership transfer', () => {
  it('passes workspace and account on together, and never the workspace of the account owner alone', async () => {
    const slug = await withMembers({ ann: 'member' });
    const alone = await transfer(slug, '--to', 'ann@x.example');
    expect(alone).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^usher: owner@.* is the account owner of .* Add --account for that\.\n$/) as unknown });
    expect(await roles(slug)).toEqual(['ann: member', 'owner: owner*']);
    const both = await transfer(slug, '--to', 'ann@x.example', '--account');
    expect(both).toEqual({ code: 0, out: `ann@x.example is account owner and owner of ${slug}, owner@${slug}.example is now admin.\n`, err: '' });
    expect(await roles(slug)).toEqual(['ann: owner*', 'owner: admin']);
    expect(await transfer(slug, '--to', 'ann@x.example')).toEqual({ code: 0, out: `ann@x.example is owner of ${slug}.\n`, err: '' });
  });

  it('asks who gives it up when several could, and takes the one named', async () => {
    const slug = await withMembers({ ann: 'owner', bob: 'member' });
    const asked = await transfer(slug, '--to', 'bob@x.example');
    expect(asked).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^usher: w\d has several owners: ann@x\.example, owner@\S+\. Say with --from/) as unknown });
    expect(await transfer(slug, '--to', 'bob@x.example', '--from', 'ann@x.example')).toMatchObject({ code: 0 });
    expect(await roles(slug)).toEqual(['ann: admin', 'bob: owner', 'owner: owner*']);
  });

  it('lets the account owner be the one who gives the account up, whoever else is owner', async () => {
    const slug = await withMembers({ ann: 'owner', bob: 'admin' });
    expect(await transfer(slug, '--to', 'bob@x.example', '--account')).toMatchObject({ code: 0 });
    expect(await roles(slug)).toEqual(['ann: owner', 'bob: owner*', 'owner: admin']);
  });

  it.each([
    ['somebody who is no owner', ['--to', 'ann@x.example', '--from', 'bob@x.example'], 'bob@x.example is not an owner of'],
    ['the receiver as giver', ['--to', 'ann@x.example', '--from', 'ann@x.example'], '--from and --to are the same member'],
    ['an unknown receiver', ['--to', 'eve@x.example'], 'There is no member "eve@x.example"'],
    ['a deactivated receiver', ['--to', 'bob@x.example', '--account'], 'bob@x.example is not an active person here'],
  ])('refuses %s', async (_, more, words) => {
    const slug = await withMembers({ ann: 'member', bob: 'member' });
    await done(`member deactivate --workspace ${slug} --user bob@x.example`);
    expect(await transfer(slug, ...more)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(words) as unknown });
    expect(await roles(slug)).toEqual(['ann: member', 'bob: member', 'owner: owner*']);
  });
});
