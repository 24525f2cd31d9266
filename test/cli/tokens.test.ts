// Tokens from the command line: what is printed works, what is revoked does not, and nothing is printed twice.
import { describe, expect, it } from 'vitest';
import { useCommandLine } from './command-line.ts';

const line = useCommandLine();
const { run, done, workspace, credentialOf, admitted } = line;

interface Listed {
  readonly id: string;
  readonly holder: { readonly kind: string; readonly name: string };
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly live: boolean;
}

async function tokens(slug: string, ...more: string[]): Promise<Listed[]> {
  return JSON.parse(await done(`token list --workspace ${slug} --json`, ...more)) as Listed[];
}

const dayMs = 86_400_000;

describe('token create --label', () => {
  it('prints a token and nothing else, which authenticates as the connection', async () => {
    const slug = await workspace();
    const { code, out, err } = await run(`token create --workspace ${slug} --label`, 'Okta, main');
    expect(code).toBe(0);
    // The first token on an external database made the key; nothing of the token is said there.
    expect(err).toMatch(/^Made a new signing key in .*\n$/);
    for (const part of out.trim().split('.')) expect(err).not.toContain(part);
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const credential = await credentialOf(out.trim());
    expect(credential).toMatchObject({ kind: 'connection', scopes: ['scim.read', 'scim.write'] });
    expect(await admitted(credential)).toMatchObject({ ok: true });
    expect(await tokens(slug)).toMatchObject([{ holder: { kind: 'connection', name: 'Okta, main' }, expiresAt: null, live: true }]);
  });

  it('refuses a third live token and names what to revoke, which makes room', async () => {
    const slug = await workspace();
    const first = await done(`token create --workspace ${slug} --label okta`);
    await done(`token create --workspace ${slug} --label OKTA`);
    const ids = (await tokens(slug)).map(({ id }) => id);
    const third = await run(`token create --workspace ${slug} --label okta`);
    expect(third).toMatchObject({ code: 1, out: '' });
    for (const id of ids) expect(third.err).toContain(id);
    const credential = await credentialOf(first.trim());
    const tokenId = 'tokenId' in credential ? credential.tokenId : '';
    expect(await done(`token revoke --workspace ${slug} ${tokenId}`)).toBe(`The token ${tokenId} is revoked.\n`);
    expect(await admitted(credential)).toMatchObject({ ok: false, refusal: { rule: 'credential-invalid' } });
    expect(await run(`token create --workspace ${slug} --label okta`)).toMatchObject({ code: 0 });
    expect(JSON.parse(await done(`connection list --workspace ${slug} --json`))).toMatchObject([{ label: 'okta', liveTokens: 2 }]);
  });

  it('expires when it was told to', async () => {
    const slug = await workspace();
    await done(`token create --workspace ${slug} --label okta --expires-in-days 3`);
    const [token] = await tokens(slug);
    expect(Date.parse(token?.expiresAt ?? '') - Date.now()).toBeGreaterThan(3 * dayMs - 60_000);
    await line.query(`update access_token set expires_at = now() - interval '1 second' where id = $1`, token?.id);
    expect(await tokens(slug)).toEqual([]);
    expect(await done(`token list --workspace ${slug} --all`)).toMatch(/ expired$/m);
  });
});

describe('token create --user', () => {
  it('makes a token that lives the default time and ends with the access of its person', async () => {
    const slug = await workspace();
    await done(`member add --workspace ${slug} --user ann@x.example`);
    const credential = await credentialOf((await done(`token create --workspace ${slug} --user ANN@x.example`)).trim());
    expect(credential).toMatchObject({ kind: 'person', epoch: 1 });
    expect(await admitted(credential)).toMatchObject({ ok: true });
    const [token] = await tokens(slug);
    expect(Math.round((Date.parse(token?.expiresAt ?? '') - Date.now()) / dayMs)).toBe(30);
    await done(`member deactivate --workspace ${slug} --user ann@x.example`);
    expect(await admitted(credential)).toMatchObject({ ok: false, refusal: { rule: 'membership-deactivated' } });
    expect(await tokens(slug)).toEqual([]);
    expect(await done(`token list --workspace ${slug} --all`)).toMatch(/ person {2}ann@x\.example .* ended with access$/m);
    expect((await run(`token create --workspace ${slug} --user ann@x.example`)).err).toContain('ann@x.example is deactivated');
  });

  it('takes another time, but no longer than a year', async () => {
    const slug = await workspace();
    await done(`token create --workspace ${slug} --user owner@${slug}.example --expires-in-days 365`);
    const refused = await run(`token create --workspace ${slug} --user owner@${slug}.example --expires-in-days 366`);
    expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining('at most 365 days') as unknown });
  });
});

describe('token revoke', () => {
  it.each([
    ['an unknown id', '01a20155-b047-73a5-acb6-e9e3b7f4088c', 1, 'There is no live token'],
    ['what is no id', 'okta', 2, 'It must be an id'],
  ])('refuses %s', async (_, id, code, words) => {
    const slug = await workspace();
    expect(await run(`token revoke --workspace ${slug} ${id}`)).toMatchObject({ code, out: '', err: expect.stringContaining(words) as unknown });
  });

  it('does not reach into another workspace', async () => {
    const [mine, other] = [await workspace(), await workspace()];
    const credential = await credentialOf((await done(`token create --workspace ${mine} --label okta`)).trim());
    const tokenId = 'tokenId' in credential ? credential.tokenId : '';
    expect(await run(`token revoke --workspace ${other} ${tokenId}`)).toMatchObject({ code: 1 });
    expect(await admitted(credential)).toMatchObject({ ok: true });
  });
});

describe('connection', () => {
  it('pauses and resumes, and says so again when nothing changes', async () => {
    const slug = await workspace();
    const credential = await credentialOf((await done(`token create --workspace ${slug} --label okta`)).trim());
    for (let time = 0; time < 2; time += 1) expect(await done(`connection pause --workspace ${slug} --label okta`)).toBe(`The connection "okta" of ${slug} is paused.\n`);
    expect(await admitted(credential)).toMatchObject({ ok: false, refusal: { rule: 'connection-paused' } });
    expect(await done(`connection list --workspace ${slug}`)).toMatch(/^okta +paused 20/m);
    expect(await done(`connection resume --workspace ${slug} --label okta`)).toBe(`The connection "okta" of ${slug} is active.\n`);
    expect(await admitted(credential)).toMatchObject({ ok: true });
    expect(await line.query(`select action from audit_event where action like 'connection_%' and workspace_id = $1 order by id`, credential.tenant.workspaceId)).toEqual(
      ['connection_create', 'connection_pause', 'connection_resume'].map((action) => ({ action })),
    );
    expect((await run(`connection pause --workspace ${slug} --label entra`)).err).toBe('usher: There is no connection "entra". List them with: connection list.\n');
  });
});
