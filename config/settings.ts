// Every setting of the server in one schema; the only place that reads the environment, and it assumes nothing about what stands in it.
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseSigningKey } from './signing-key.ts';
import { baseUrl, databaseUrl, hostName, invitationUrl, mailbox, optionalText, smtpUrl, trueOrFalse, wholeNumber } from './setting-shapes.ts';

/** The folder that holds package.json. */
export const projectRoot = resolve(import.meta.dirname, '..');

/** One line for each setting; its text in example.env is kept equal by a test. */
export const settingsSchema = z.object({
  HOST: hostName('127.0.0.1'),
  PORT: wholeNumber(8080, 0, 65535),
  PUBLIC_BASE_URL: optionalText.pipe(baseUrl.optional()),
  DATA_DIR: optionalText.transform((path) => resolve(projectRoot, path ?? 'data')),
  SCHEMAS_DIR: optionalText.transform((path) => resolve(projectRoot, path ?? 'config/schemas')),
  RESOURCE_KINDS_FILE: optionalText.transform((path) => resolve(projectRoot, path ?? 'config/resource-kinds.json')),

  DATABASE_URL: optionalText.pipe(databaseUrl.optional()),
  DATABASE_RUNTIME_URL: optionalText.pipe(databaseUrl.optional()),
  DATABASE_POOL_SIZE: wholeNumber(10, 1, 1000),
  DATABASE_CONNECT_TIMEOUT_MS: wholeNumber(5_000, 100, 600_000),
  DATABASE_STATEMENT_TIMEOUT_MS: wholeNumber(10_000, 100, 600_000),
  DATABASE_QUERY_TIMEOUT_MS: wholeNumber(15_000, 100, 600_000),
  DATABASE_LOCK_TIMEOUT_MS: wholeNumber(5_000, 100, 600_000),
  DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS: wholeNumber(10_000, 100, 600_000),

  LOG_LEVEL: optionalText.pipe(
    z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { error: 'must be trace, debug, info, warn, error, fatal or silent' })
      .default('info'),
  ),

  ISSUER: optionalText.pipe(baseUrl.optional()),
  SIGNING_KEY: optionalText.transform((text, context) => (text === undefined ? undefined : parseSigningKey(text, projectRoot, context))),
  INVITATION_URL: optionalText.pipe(invitationUrl.optional()),
  SMTP_URL: optionalText.pipe(smtpUrl.optional()),
  MAIL_FROM: optionalText.pipe(mailbox.optional()),

  PERSON_TOKEN_TTL_DAYS: wholeNumber(30, 1, 365),
  SESSION_TTL_MINUTES: wholeNumber(720, 1, 720),
  HOST_TOKEN_TTL_SECONDS: wholeNumber(3_600, 60, 3_600),

  OUTGOING_LOOPBACK: trueOrFalse(false),

  BODY_LIMIT_BYTES: wholeNumber(1_048_576, 1024, 67_108_864),
  GROUP_BODY_LIMIT_BYTES: wholeNumber(16_777_216, 1024, 268_435_456),
  BULK_BODY_LIMIT_BYTES: wholeNumber(4_194_304, 1024, 67_108_864),
  SHUTDOWN_GRACE_SECONDS: wholeNumber(8, 1, 300),
});

type Environment = Readonly<Record<string, string | undefined>>;
type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Rest}` ? `${Lowercase<Head>}${Capitalize<CamelCase<Rest>>}` : Lowercase<Name>;
type Parsed = z.output<typeof settingsSchema>;

/** The settings as the rest of the code reads them: DATABASE_POOL_SIZE is `databasePoolSize`. */
export type Settings = { readonly [Name in keyof Parsed as CamelCase<Name>]: Parsed[Name] };

/** All faults of the settings together, one line for each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super([`${faults.length === 1 ? 'A setting is' : `${faults.length} settings are`} wrong:`, ...faults.map((fault) => `  ${fault}`)].join('\n'));
    this.faults = faults;
  }
}

/** Reads and validates every setting; an empty variable counts as not given. Throws a SettingsError that names all faults. */
export function loadSettings(environment: Environment = process.env): Settings {
  const given = Object.keys(settingsSchema.shape).map((name) => [name, environment[name]?.trim() || undefined] as const);
  const result = settingsSchema.safeParse(Object.fromEntries(given));
  const faults = result.success ? faultsAcross(result.data) : result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if (!result.success || faults.length > 0) throw new SettingsError(faults);
  return Object.freeze(Object.fromEntries(Object.entries(result.data).map(([name, value]) => [camelCase(name), value]))) as Settings;
}

function faultsAcross(settings: Parsed): string[] {
  const faults: string[] = [];
  if (settings.DATABASE_RUNTIME_URL !== undefined && settings.DATABASE_URL === undefined) {
    faults.push('DATABASE_RUNTIME_URL is the low-privilege login to the server of DATABASE_URL, which is not given');
  }
  if (settings.DATABASE_QUERY_TIMEOUT_MS <= settings.DATABASE_STATEMENT_TIMEOUT_MS) {
    faults.push('DATABASE_QUERY_TIMEOUT_MS must be longer than DATABASE_STATEMENT_TIMEOUT_MS: the server should give up before the client does');
  }
  if (settings.GROUP_BODY_LIMIT_BYTES < settings.BODY_LIMIT_BYTES) faults.push('GROUP_BODY_LIMIT_BYTES must not be smaller than BODY_LIMIT_BYTES');
  if (settings.SMTP_URL !== undefined && settings.MAIL_FROM === undefined) faults.push('MAIL_FROM must say from which address the mails come that SMTP_URL sends');
  return faults;
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
