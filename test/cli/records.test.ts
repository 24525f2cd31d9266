// Booked deactivations, settings and the signed head of the audit log from the command line.
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { useCommandLine } from './command-line.ts';

const { run, done, workspace } = useCommandLine();

describe('schedule', () => {
  it('lists what is booked, and takes it back', async () => {
    const slug = await workspace();
    await done(`member add --workspace ${slug} --user ann@x.example`);
    expect(await done(`member deactivate --workspace ${slug} --user ann@x.example --on 2090-12-24 --reason`, 'end of contract')).toBe(`ann@x.example will be deactivated in ${slug} at the end of 2090-12-24.\n`);
    expect(JSON.parse(await done(`schedule list --workspace ${slug} --json`))).toMatchObject([{ userName: 'ann@x.example', on: '2090-12-24', runsAt: '2090-12-24T23:59:00.000Z', status: 'pending', reason: 'end of contract' }]);
    expect(await done(`schedule list --workspace ${slug}`)).toContain('ann@x.example  2090-12-24');
    expect(await done(`schedule cancel --workspace ${slug} --user ann@x.example`)).toBe(`ann@x.example stays: nothing is booked in ${slug} any more.\n`);
    expect(await run(`schedule cancel --workspace ${slug} --user ann@x.example`)).toMatchObject({ code: 1, err: expect.stringContaining('No deactivation is booked for ann@x.example') as unknown });
    expect(await run(`member deactivate --workspace ${slug} --user ann@x.example --on 2020-01-01`)).toMatchObject({ code: 1, err: expect.stringContaining('is over in UTC') as unknown });
    for (const day of ['2027-02-29', 'tomorrow', '3000-01-01']) expect(await run(`member deactivate --workspace ${slug} --user ann@x.example --on ${day}`)).toMatchObject({ code: 2, err: expect.stringContaining('It must be a day') as unknown });
  });
});

describe('settings', () => {
  it('are set and shown', async () => {
    const slug = await workspace();
    const set = JSON.parse(await done(`settings set --workspace ${slug} --time-zone Europe/Berlin --deactivate-first yes --seats 50`)) as unknown;
    expect(set).toMatchObject({ workspace: { slug, timeZone: 'Europe/Berlin', policy: { removalRequiresDeactivation: true } }, organization: { name: `Org-${slug}`, seatLimit: 50 } });
    expect(JSON.parse(await done(`settings show --workspace ${slug}`))).toEqual(set);
    expect(JSON.parse(await done(`settings set --workspace ${slug} --seats any`))).toMatchObject({ organization: { seatLimit: null } });
    expect(await run(`settings set --workspace ${slug} --time-zone Mars/Olympus`)).toMatchObject({ code: 1, err: expect.stringContaining('"Mars/Olympus" is no time zone') as unknown });
    expect(await run(`settings set --workspace ${slug} --seats many`)).toMatchObject({ code: 2 });
  });
});

describe('audit head', () => {
  it('is signed', async () => {
    const slug = await workspace();
    const { jws, seq, hash } = JSON.parse(await done(`audit head --workspace ${slug}`)) as { jws: string; seq: number; hash: string };
    expect([decodeProtectedHeader(jws).typ, decodeJwt(jws)['seq'], decodeJwt(jws)['hash']]).toEqual(['usher-audit-head+json', seq, hash]);
    expect(seq).toBeGreaterThan(0);
  });
});
