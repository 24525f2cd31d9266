// Clients of host applications from the command line: a secret is printed once and works, what is revoked does not.
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { readClientId } from '../../src/http/oauth/client-id.ts';
import { hashOfSecret } from '../../src/http/oauth/client-secret.ts';
import { createHostTokenIssuer } from '../../src/persistence/host/issue-host-token.ts';
import { useCommandLine } from './command-line.ts';

const line = useCommandLine();
const { run, done, workspace, environment } = line;

interface Made {
  readonly id: string;
  readonly clientId: string;
  readonly secretId: string;
  readonly clientSecret: string;
}
interface Listed {
  readonly id: string;
  readonly label: string;
  readonly clientId: string;
  readonly revokedAt: string | null;
  readonly secrets: readonly { readonly id: string }[];
}

const organizationOf = (slug: string) => `Org-${slug}`;

/** Whether the secret gets a token. */
async function works({ clientId, clientSecret }: Made): Promise<boolean> {
  const named = readClientId(clientId);
  if (named === undefined) throw new Error('no name of a client');
  const pool = new pg.Pool({ connectionString: environment['DATABASE_RUNTIME_URL'], max: 1 });
  const issued = await createHostTokenIssuer(pool)({ ...named, secretHash: hashOfSecret(clientSecret) }, 60);
  await pool.end();
  return issued !== undefined;
}

describe('a client', () => {
  it('is made, rotated and revoked', async () => {
    const org = organizationOf(await workspace());
    const made = JSON.parse(await done('client create --label studio --org', org)) as Made;
    expect(await works(made)).toBe(true);
    const second = JSON.parse(await done(`client rotate ${made.id} --org`, org)) as Made;
    expect([second.clientId, await works(made), await works(second)]).toEqual([made.clientId, true, true]);
    const third = await run(`client rotate ${made.id} --org`, org);
    expect([third.code, third.out]).toEqual([1, '']);
    for (const id of [made.secretId, second.secretId]) expect(third.err).toContain(id);
    await done(`client revoke-secret ${made.secretId} --org`, org);
    expect([await works(made), await works(second)]).toEqual([false, true]);
    const list = JSON.parse(await done('client list --json --org', org)) as Listed[];
    expect(list).toMatchObject([{ id: made.id, label: 'studio', clientId: made.clientId, revokedAt: null, secrets: [{ id: second.secretId }] }]);
    const text = await done('client list --org', org);
    expect(text).toContain('studio');
    for (const secret of [made.clientSecret, second.clientSecret]) expect(text + JSON.stringify(list)).not.toContain(secret);
    await done(`client revoke ${made.id} --org`, org);
    expect(await works(second)).toBe(false);
    expect((await run(`client revoke ${made.id} --org`, org)).code).toBe(1);
    // Its label is free again.
    await done('client create --label studio --org', org);
  });

  it('belongs to one organization', async () => {
    const [org, other] = [organizationOf(await workspace()), organizationOf(await workspace())];
    const made = JSON.parse(await done('client create --label studio --org', org)) as Made;
    for (const command of [`client revoke ${made.id}`, `client rotate ${made.id}`, `client revoke-secret ${made.secretId}`]) {
      const { code, err } = await run(`${command} --org`, other);
      expect([command, code, /There is no/.test(err)]).toEqual([command, 1, true]);
    }
    expect(await works(made)).toBe(true);
    expect((await run('client list --org', 'Nobody & Sons')).code).toBe(1);
    expect((await run('client create --label x')).code).toBe(2);
  });
});
