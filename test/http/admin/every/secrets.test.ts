// Secrets that are shown once: nothing that is stored, and nothing that is read later, holds one of them.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { makeHost, sender } from '../../host/host.ts';
import { served } from './operations.ts';

let service: StartedServer;
let workspace: TestWorkspace;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
});
afterAll(async () => await service.stop());

/** All that is stored, table by table, as text; bytes as hexadecimal. */
async function stored(): Promise<ReadonlyMap<string, string>> {
  const tables = await service.query(`select tablename as name from pg_tables where schemaname = 'public' order by 1`);
  const texts = await Promise.all(tables.map(async ({ name }): Promise<[string, string]> => [String(name), String((await service.query(`select coalesce(string_agg(t::text, '|'), '') as text from "${String(name)}" t`))[0]?.['text'])]));
  return new Map(texts);
}

it('no secret is kept as it is, nor told again', async () => {
  const owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
  const host = await makeHost(service, workspace);
  const made = async (path: string, body: unknown, name: string): Promise<{ readonly id: string; readonly secret: string }> => {
    const answer = await owner('POST', path, body, { 'Idempotency-Key': `make ${path}`.replaceAll(' ', '-') });
    expect([200, 201], answer.text).toContain(answer.status);
    const { id, [name]: secret } = answer.json as Record<string, string>;
    return { id: id ?? '', secret: secret ?? '' };
  };
  const [hook, connection] = [await made('/webhooks', { url: 'https://hooks.example.com/x' }, 'secret'), await made('/connections', { label: 'okta' }, 'id')];
  const invitation = await made('/team/invitations', { email: `guest@${workspace.slug}.example` }, 'id');
  const link = await made(`/team/invitations/${invitation.id}/link`, {}, 'link');
  const session = await host.signIn('owner', `owner@${workspace.slug}.example`, workspace.slug);
  const secrets = new Map([
    ['the secret of a webhook', hook.secret],
    ['its next one', (await made(`/webhooks/${hook.id}/rotate-secret`, undefined, 'secret')).secret],
    ['an API key', (await made('/team/keys', { name: 'nightly', scopes: ['admin.read'] }, 'token')).secret.split('.')[2] ?? ''],
    ['a provisioning token', (await made(`/connections/${connection.id}/tokens`, {}, 'token')).secret.split('.')[2] ?? ''],
    ['the link of an invitation', link.secret.split('/').at(-1) ?? ''],
    ['the secret of a client', host.login.secret],
    ['the token of a host', host.token.split('.')[2] ?? ''],
    ['the token of a session', session.sessionToken.split('.')[2] ?? ''],
  ]);
  // What it is worth as bytes is looked for too, because bytes are stored as hexadecimal.
  const spellings = (secret: string) => [secret, secret.replace(/^[a-z]+_/, ''), Buffer.from(secret).toString('hex'), Buffer.from(secret.replace(/^[a-z]+_/, ''), 'base64').toString('hex'), Buffer.from(secret).toString('base64')];
  const tables = await stored();
  expect(tables.get('idempotency_key')).toContain('make-/team/keys');
  const reads = served.filter(({ method, template, operation }) => method === 'GET' && !template.includes(':') && (operation.doors ?? ['admin']).includes('admin'));
  const answers = await Promise.all([...reads.map(({ template }) => template.slice('/api/v1'.length)), `/webhooks/${hook.id}`, `/connections/${connection.id}`, `/team/invitations/${invitation.id}`].map(async (path): Promise<[string, string]> => [path, (await owner('GET', path)).text]));
  for (const [what, secret] of secrets) {
    expect(secret.length, what).toBeGreaterThan(30);
    for (const [where, text] of [...tables, ...answers]) for (const spelling of spellings(secret)) expect(text.includes(spelling), `${what} in ${where}`).toBe(false);
  }
});
