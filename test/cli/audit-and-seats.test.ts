// The audit log and the seats from the command line: what a command wrote is sealed when it ends, and what was tampered with is found.
import { describe, expect, it } from 'vitest';
import { useCommandLine } from './command-line.ts';

const { run, done, workspace, query } = useCommandLine();

async function idOf(slug: string): Promise<unknown> {
  return (await query('select workspace_id from workspace_directory where slug = $1', slug))[0]?.['workspace_id'];
}

async function tamper(table: string, statement: string, ...values: unknown[]): Promise<void> {
  await query(`alter table ${table} disable trigger all`);
  await query(statement, ...values);
  await query(`alter table ${table} enable trigger all`);
}

describe('audit', () => {
  it('is sealed by the command that wrote it, seats and all', async () => {
    const slug = await workspace();
    await done(`member add --workspace ${slug} --user ann@x.example`);
    const verdict = JSON.parse(await done(`audit verify --workspace ${slug} --json`)) as { sealed: number; unsealed: number; head: string; fault: null };
    expect(verdict).toMatchObject({ sealed: 4, unsealed: 0, fault: null, head: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown });
    expect(await done(`audit verify --workspace ${slug}`)).toBe(`The audit log of ${slug} holds: 4 sealed events.\nHead: ${verdict.head}\n`);
    expect(JSON.parse(await done(`seats --org Org-${slug} --json`))).toEqual({ organization: `Org-${slug}`, limit: null, used: 2, ledger: 2, balance: 2, unsealed: 0 });
  });

  it('lists the newest events, newest last', async () => {
    const slug = await workspace();
    await done(`member add --workspace ${slug} --user ann@x.example`);
    await done(`member remove --workspace ${slug} --user ann@x.example --reason`, 'left us');
    const listed = JSON.parse(await done(`audit list --workspace ${slug} --limit 2 --json`)) as Record<string, unknown>[];
    expect(listed).toMatchObject([
      { seq: 4, action: 'team_membership_provision', outcome: 'success', actor: { kind: 'operator' }, metadata: { role: 'member' } },
      { seq: 5, action: 'team_membership_remove', reason: 'left us', metadata: {} },
    ]);
    expect((await done(`audit list --workspace ${slug}`)).split('\n').map((row) => row.split(/ {2,}/)[2])).toEqual(
      ['ACTION', 'organization_create', 'workspace_create', 'team_membership_provision', 'team_membership_provision', 'team_membership_remove', undefined],
    );
  });

  it('names the first event that was changed', async () => {
    const slug = await workspace();
    await done(`member add --workspace ${slug} --user ann@x.example`);
    const id = await idOf(slug);
    const [event] = await query(`select event_id from audit_seal where workspace_id = $1 and seq = 2`, id);
    await tamper('audit_event', `update audit_event set actor_kind = 'person' where id = $1`, event?.['event_id']);
    const ran = await run(`audit verify --workspace ${slug}`);
    expect(ran).toEqual({
      code: 1,
      out: '',
      err: `usher: The audit log of ${slug} is broken at number 2 (event ${String(event?.['event_id'])}): the event was changed after it was sealed. 1 before it hold.\n`,
    });
    const asJson = await run(`audit verify --workspace ${slug} --json`);
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.out)).toMatchObject({ sealed: 1, fault: { seq: 2, why: 'edited-event' } });
  });

  it('shows the tail that nobody has sealed yet', async () => {
    const slug = await workspace();
    const id = await idOf(slug);
    const [event] = await query('select event_id from audit_seal where workspace_id = $1 order by seq desc limit 1', id);
    await tamper('audit_seal', 'delete from audit_seal where event_id = $1', event?.['event_id']);
    await query('insert into audit_unsealed (workspace_id, event_id) values ($1, $2)', id, event?.['event_id']);
    expect(await done(`audit verify --workspace ${slug}`)).toContain('2 sealed events, 1 newer one waits to be sealed.');
  });
});

describe('seats', () => {
  it('counts persons and shows the limit', async () => {
    const slug = await workspace('--seats', '7');
    expect(await done(`seats --org org-${slug.toUpperCase()}`)).toBe(`Org-${slug} uses 1 of 7 seats.\n`);
  });

  it('fails when the ledger disagrees', async () => {
    const slug = await workspace();
    await tamper('seat_ledger', 'delete from seat_ledger where workspace_id = $1', await idOf(slug));
    const ran = await run(`seats --org Org-${slug}`);
    expect(ran).toMatchObject({ code: 1, err: `usher: The ledger of Org-${slug} says 0, but 1 person holds a seat.\n` });
  });
});
