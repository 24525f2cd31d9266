// `account erase` and `account export`: with the person's consent, told in advance, refused by the guards, and done in every workspace.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { useCommandLine } from './command-line.ts';

const { run, done, workspace, query } = useCommandLine();
const consent = ['--consent', 'letter 4711', '--consent-given', '2026-01-02'];

describe('account', () => {
  it('exports and erases a member, and says what it erased', async () => {
    const slug = await workspace();
    await done(`member add --workspace ${slug} --user zqann@x.example`);
    const of = `--workspace ${slug} --user zqann@x.example`;
    const kept = JSON.parse(await done(`account export ${of}`, ...consent)) as { account: { id: string; email: string } };
    expect(kept.account.email).toBe('zqann@x.example');
    const foreseen = JSON.parse(await done(`account erase ${of} --dry-run --json`, ...consent)) as Record<string, unknown>;
    expect(foreseen).toMatchObject({ dryRun: true, accountId: kept.account.id, memberships: 1, seats: -1 });
    const [member] = await query(`select id from membership where user_name = 'zqann@x.example'`);
    expect(await done(`account erase ${of}`, ...consent, '--reason', 'asked for it')).toMatch(new RegExp(`^The account ${kept.account.id} is erased: 1 membership ended, seats -1\\.\nTABLE +ROWS\n[^]*\nuser_account +1\n$`));
    expect(await query(`select from membership where user_name like '%zqann%' or profile::text like '%zqann%'`)).toEqual([]);
    const rows = await query(`select actor_kind, metadata from audit_event where action like 'user_account_%' order by at`);
    expect(rows.map(({ actor_kind: kind }) => kind)).toEqual(['operator', 'operator']);
    expect(rows.map(({ metadata }) => (JSON.parse(String(metadata)) as { consent: string }).consent)).toEqual(Array(2).fill(createHash('sha256').update('letter 4711').digest('hex')));
    // By the id of the membership it is found once more, and there is nothing left.
    expect(JSON.parse(await done(`account erase --workspace ${slug} --user ${String(member?.['id'])} --json`, ...consent))).toMatchObject({ memberships: 0, rows: {} });
    expect(await run(`account export --workspace ${slug} --user ${String(member?.['id'])}`, ...consent)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no such account') as unknown });
    expect(await done(`audit verify --workspace ${slug}`)).toMatch(/ holds: \d+ sealed events\./);
  });

  it('does not erase the account owner, nor without a consent', async () => {
    const slug = await workspace();
    const of = `--workspace ${slug} --user owner@${slug}.example`;
    expect(await run(`account erase ${of}`, ...consent)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^usher: Cannot remove last owner/) as unknown });
    expect(await run(`account erase ${of}`)).toMatchObject({ code: 2, out: '' });
    expect(await run(`account erase ${of} --consent x --consent-given 2999-01-01`)).toMatchObject({ code: 2, err: expect.stringContaining('has passed') as unknown });
  });
});
