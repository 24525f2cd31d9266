// Mails as a developer reads them without a server that sends them.
import { expect, it } from 'vitest';
import { invitationLinks } from '../../src/compose-invitations.ts';
import { openSigningKeys } from '../../src/cli/own-issuer.ts';
import { loadSettings } from '../../config/settings.ts';
import { inviteMembers } from '../../src/domain/commands/invite-members.ts';
import { useCommandLine } from './command-line.ts';

const { run, done, workspace, store, query, environment } = useCommandLine();

it('are listed and shown with the link of an invitation, which opens in the running server', async () => {
  const slug = await workspace();
  expect(await run(`mail list --workspace ${slug}`)).toEqual({ code: 0, out: '', err: `${slug} has no mail.\n` });
  const [place] = await query('select id, organization_id from workspace where slug = $1', slug);
  const tenant = { workspaceId: String(place?.['id']), organizationId: String(place?.['organization_id']) };
  const settings = loadSettings(environment);
  const links = invitationLinks({ settings, keys: await openSigningKeys(settings), baseUrl: 'http://127.0.0.1:8080' });
  let url = '';
  const invited = await inviteMembers(store(), { credential: { kind: 'operator', tenant }, requestId: 'test' }, [{ email: 'ada@guest.example', name: 'Ada\u202E L', role: 'member', groupIds: [] }], () => {
    const made = links.make(tenant.workspaceId);
    url = made.url;
    return made;
  });
  expect(invited.ok).toBe(true);
  const [mail] = JSON.parse(await done(`mail list --workspace ${slug} --json`)) as { id: string }[];
  expect(mail).toEqual({ id: expect.any(String), template: 'invitation', status: 'waiting', to: 'ada@guest.example', createdAt: expect.any(String), attempts: 0, problem: null });
  expect(await done(`mail list --workspace ${slug}`)).toMatch(new RegExp(`^ID .*\n${mail?.id} .* waiting +invitation +ada@guest.example +-\n$`));
  const shown = await done(`mail show ${mail?.id} --workspace ${slug}`);
  expect(shown).toContain(`To: ada@guest.example\nSubject: Invitation to ${slug}\nStatus: waiting\n\nHello Ada L,\n\n`);
  expect(shown).toContain(url);
  expect(JSON.parse(await done(`mail show ${mail?.id} --workspace ${slug} --json`))).toMatchObject({ id: mail?.id, to: 'ada@guest.example', text: expect.stringContaining(url) });
});

it.each(['x', '0199c2f0-6d1c-7a53-9a3e-0d5f1b2c3d4e'])('of another id are not found: %s', async (id) => {
  const slug = await workspace();
  const { code, err } = await run(`mail show ${id} --workspace ${slug}`);
  expect([code, err]).toEqual([1, expect.stringContaining(`There is no mail "${id}" in ${slug}`)]);
});
