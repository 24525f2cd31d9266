// Settings: the schema and example.env say the same, every fault is named at once, and no secret is repeated in a message.
import { generateKeyPairSync } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings, projectRoot, settingsSchema, SettingsError } from '../../config/settings.ts';

const names = Object.keys(settingsSchema.shape);
const camel = (name: string) => name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('example.env', () => {
  const lines = readFileSync(join(projectRoot, 'config/example.env'), 'utf8').split('\n');
  const entries = lines.flatMap((line, index) => {
    const found = /^# ([A-Z][A-Z_]+)=(.*)$/.exec(line);
    return found === null ? [] : [{ name: found[1] ?? '', value: found[2] ?? '', above: lines[index - 1] ?? '' }];
  });

  it('names every setting of the schema once, in its order, and nothing else', () => {
    expect(entries.map((entry) => entry.name)).toEqual(names);
  });

  it.each(entries)('shows the default of $name below a line that explains it', ({ name, value, above }) => {
    const [shown, preset] = [loadSettings({ [name]: value }), loadSettings({})].map((settings) => Object.entries(settings).find(([key]) => key === camel(name)));
    expect(shown).toBeDefined();
    expect(shown).toEqual(preset);
    expect(value === '').toBe(preset?.[1] === undefined);
    expect(above).toMatch(/^# [A-Z].*\.$/);
  });
});

describe('loadSettings', () => {
  it('offers no setting that the program does not read', () => {
    const program = globSync('src/**/*.ts', { cwd: projectRoot }).map((path) => readFileSync(join(projectRoot, path), 'utf8')).join('\n');
    expect(names.filter((name) => !new RegExp(`\\b${camel(name)}\\b`).test(program))).toEqual([]);
  });

  it('takes an empty or blank variable as not given', () => {
    expect(loadSettings({ PORT: '', HOST: '  ', DATABASE_URL: '' })).toEqual(loadSettings({}));
  });

  it('reports all faults together', () => {
    const faults = faultsOf({ HOST: 'a b', PORT: '80x', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://h/d', PUBLIC_BASE_URL: 'scim.example.com', SIGNING_KEY: '{}' });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['HOST', 'PORT', 'PUBLIC_BASE_URL', 'DATABASE_URL', 'LOG_LEVEL', 'SIGNING_KEY']);
  });

  it.each(['-1', '65536', '1e3', '0x50', '80.5', '９', '1'.repeat(30)])('refuses PORT=%s', (PORT) => {
    expect(faultsOf({ PORT })).toEqual([`PORT must be a whole number from 0 to 65535, not "${PORT}"`]);
  });

  it('refuses settings that contradict each other', () => {
    expect(faultsOf({ DATABASE_RUNTIME_URL: 'postgres://app:x@db/usher' })).toHaveLength(1);
    expect(faultsOf({ DATABASE_STATEMENT_TIMEOUT_MS: '15000' })).toHaveLength(1);
    expect(faultsOf({ GROUP_BODY_LIMIT_BYTES: '2048' })).toHaveLength(1);
  });

  it.each(['postgres://user:hunter2@/x%zz', 'postgres://:hunter2@db/usher', 'http://user:hunter2@db/usher', 'postgres://user:hunter2@db'])(
    'refuses DATABASE_URL=%s without repeating the password',
    (url) => {
      const faults = faultsOf({ DATABASE_URL: url, SIGNING_KEY: `{"d":"hunter2"}` });
      expect(faults).toHaveLength(2);
      expect(faults.join()).not.toContain('hunter2');
    },
  );

  it('takes the slash off the end of a base URL and refuses what links cannot be built from', () => {
    expect(loadSettings({ PUBLIC_BASE_URL: 'https://scim.example.com/usher/' }).publicBaseUrl).toBe('https://scim.example.com/usher');
    expect(loadSettings({ PUBLIC_BASE_URL: 'http://[::1]:8080' }).publicBaseUrl).toBe('http://[::1]:8080');
    for (const url of ['ftp://a', 'https://u:p@a', 'https://a/?x=1', 'https://a/#x', '//a']) expect(faultsOf({ PUBLIC_BASE_URL: url }), url).toHaveLength(1);
  });

  it('takes addresses of mail servers without repeating their passwords, and places for links', () => {
    const mail = { MAIL_FROM: 'Usher <usher@example.com>' };
    for (const SMTP_URL of ['smtp://mail.example', 'smtps://u%40x:p@mail.example:465', 'smtp://[::1]:2525/']) expect(loadSettings({ SMTP_URL, ...mail }).smtpUrl).toBe(SMTP_URL);
    for (const SMTP_URL of ['http://u:hunter2@mail.example', 'smtp://u:hunter2@mail.example/?tls=no', 'smtp://u:hunter2%zz@mail.example', 'smtp:u:hunter2@mail.example']) {
      const faults = faultsOf({ SMTP_URL, ...mail });
      expect([SMTP_URL, faults.length]).toEqual([SMTP_URL, 1]);
      expect(faults.join()).not.toContain('hunter2');
    }
    expect(faultsOf({ SMTP_URL: 'smtp://mail.example' })).toEqual([expect.stringContaining('MAIL_FROM')]);
    for (const MAIL_FROM of ['usher', 'a@b, c@d', 'A <a@b>\r\nBcc: <c@d>', '<a@b> x']) expect(faultsOf({ MAIL_FROM }), MAIL_FROM).toHaveLength(1);
    for (const INVITATION_URL of ['https://app.example/join?t={token}', 'https://app.example/#{token}']) expect(loadSettings({ INVITATION_URL }).invitationUrl).toBe(INVITATION_URL);
    for (const INVITATION_URL of ['https://app.example/join', 'https://{token}.example/', 'javascript:{token}', 'https://a/{token}/{token}']) expect(faultsOf({ INVITATION_URL }), INVITATION_URL).toHaveLength(1);
  });
});

describe('SIGNING_KEY', () => {
  const ed25519 = generateKeyPairSync('ed25519').privateKey;
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

  it('reads a JWK, a PEM text and a file to the same key', () => {
    const folder = mkdtempSync(join(tmpdir(), 'usher-settings-'));
    try {
      const jwk = loadSettings({ SIGNING_KEY: JSON.stringify(ed25519.export({ format: 'jwk' })) }).signingKey;
      expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA' });
      const pem = ed25519.export({ format: 'pem', type: 'pkcs8' }).toString();
      expect(loadSettings({ SIGNING_KEY: pem }).signingKey).toEqual(jwk);
      writeFileSync(join(folder, 'key.pem'), pem);
      expect(loadSettings({ SIGNING_KEY: join(folder, 'key.pem') }).signingKey).toEqual(jwk);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps the kid of a JWK and knows ES256', () => {
    const SIGNING_KEY = JSON.stringify({ ...p256.export({ format: 'jwk' }), kid: 'spring' });
    expect(loadSettings({ SIGNING_KEY }).signingKey).toMatchObject({ kty: 'EC', alg: 'ES256', kid: 'spring' });
  });

  it('refuses a foreign curve, a public key and a private half with a foreign public one', () => {
    const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' });
    const mine = ed25519.export({ format: 'jwk' });
    const { d: _, ...open } = mine;
    for (const jwk of [p384, open, { ...mine, x: other.x }]) expect(faultsOf({ SIGNING_KEY: JSON.stringify(jwk) })).toHaveLength(1);
    expect(faultsOf({ SIGNING_KEY: 'no-such-file.pem' })).toHaveLength(1);
  });
});
