// `token …`: makes tokens of connections and persons, lists and revokes them; a token is printed once and kept nowhere.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { createConnectionToken, createPersonToken, revokeToken } from '../../domain/commands/credentials.ts';
import type { TokenRecord } from '../../domain/areas/connections.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import type { ListedToken } from '../../persistence/admin/credentials.ts';
import { addGroup, examples, jsonOption, workspaceOption } from '../help.ts';
import type { Io } from '../io.ts';
import { requireMember, requireWorkspace } from '../look-up.ts';
import { id, line, slug, wholeNumber } from '../option-values.ts';
import { json, moment, table } from '../print.ts';
import { accept, operatorCall, withSession, type Session } from '../session.ts';

const dayMs = 86_400_000;
const longestDays = 3_650;
const longestPersonDays = 365;

interface CreateOptions {
  readonly workspace: string;
  readonly label?: string;
  readonly user?: string;
  readonly expiresInDays?: number;
}

interface ListOptions {
  readonly workspace: string;
  readonly all?: true;
  readonly json?: true;
}

export function addTokenCommands(program: Command, io: Io): void {
  const group = addGroup(program, 'token', 'make, list and revoke tokens');
  const create = group
    .command('create')
    .description('make a token and print it, and nothing else: either for an identity provider (--label) or for a person (--user)')
    .requiredOption(...workspaceOption, slug)
    .option('--label <text>', 'the connection it belongs to, made if missing; a connection has at most two live tokens', line)
    .option('--user <email>', 'the active member it acts for, by e-mail address, userName or id', line)
    .option('--expires-in-days <number>', 'without it a connection\'s token does not expire, and a person\'s after PERSON_TOKEN_TTL_DAYS', wholeNumber(1, longestDays))
    .action(async (options: CreateOptions) => await createToken(io, options));
  examples(create, ['token create --workspace acme --label okta', 'token create --workspace acme --user ada@acme.example --expires-in-days 7']);
  const list = group
    .command('list')
    .description('list the tokens that work now')
    .requiredOption(...workspaceOption, slug)
    .option('--all', 'also those that were revoked, have expired or ended with a person\'s access')
    .option(...jsonOption)
    .action(async (options: ListOptions) => await listAll(io, options));
  examples(list, ['token list --workspace acme', 'token list --workspace acme --all --json']);
  const revoke = group
    .command('revoke')
    .description('revoke a token; the very next request with it fails')
    .argument('<id>', 'the id of the token, as the list prints it', id)
    .requiredOption(...workspaceOption, slug)
    .action(async (tokenId: string, options: { workspace: string }) => await revokeOne(io, tokenId, options.workspace));
  examples(revoke, ['token revoke --workspace acme 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b']);
}

async function createToken(io: Io, { workspace, label, user, expiresInDays }: CreateOptions): Promise<void> {
  if ((label === undefined) === (user === undefined)) throw new InvalidArgumentError('give either --label, for an identity provider, or --user, for a person');
  if (user !== undefined && expiresInDays !== undefined && expiresInDays > longestPersonDays) {
    throw new InvalidArgumentError(`a person's token lives at most ${longestPersonDays} days: give a smaller --expires-in-days`);
  }
  await withSession(io, 'Creating the token', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const sign = await openSigner(io, session);
    const record =
      user === undefined
        ? await forConnection(session, tenant, label ?? '', expiresInDays)
        : await forPerson(session, workspace, tenant, user, expiresInDays ?? session.settings.personTokenTtlDays);
    io.out(`${await sign(tenant, record)}\n`);
  });
}

async function forConnection({ store }: Session, tenant: Tenant, label: string, days: number | undefined): Promise<TokenRecord> {
  return accept(await createConnectionToken(store, operatorCall(tenant), label, days === undefined ? undefined : new Date(Date.now() + days * dayMs)));
}

async function forPerson(session: Session, workspace: string, tenant: Tenant, user: string, days: number): Promise<TokenRecord> {
  const member = await requireMember(session, workspace, tenant, user);
  return accept(await createPersonToken(session.store, operatorCall(tenant), member.id, new Date(Date.now() + days * dayMs)));
}

/** Opened before the token is recorded: a record whose token cannot be signed would be of no use. */
async function openSigner(io: Io, { settings, storage }: Session): Promise<(tenant: Tenant, record: TokenRecord) => Promise<string>> {
  const [{ openSigningKeys, tokenParties }, { mintToken }] = await Promise.all([import('../own-issuer.ts'), import('../../http/auth/mint-token.ts')]);
  const isNew = settings.signingKey === undefined && storage.kind === 'external' && !existsSync(join(settings.dataDir, 'signing-keys.json'));
  const keys = await openSigningKeys(settings);
  if (isNew) io.err(`Made a new signing key in ${settings.dataDir}: the server must use the same DATA_DIR, or both the same SIGNING_KEY.\n`);
  return async (tenant, record) => await mintToken(keys, tokenParties(settings), tenant, record);
}

async function listAll(io: Io, { workspace, all, json: asJson }: ListOptions): Promise<void> {
  await withSession(io, 'Reading the tokens', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const { listTokens } = await import('../../persistence/admin/credentials.ts');
    const tokens = (await listTokens(await session.entities(), tenant)).filter(({ live }) => live || all === true);
    if (asJson === true) io.out(json(tokens.map((token) => ({ ...token, expiresAt: token.expiresAt ?? null, revokedAt: token.revokedAt ?? null }))));
    else if (tokens.length === 0) io.err(`${workspace} has no ${all === true ? '' : 'live '}token.\n`);
    else io.out(table(['ID', 'KIND', 'HOLDER', 'CREATED', 'EXPIRES', 'STATE'], tokens.map(rowOf)));
  });
}

function rowOf(token: ListedToken): string[] {
  const { id: tokenId, holder, createdAt, expiresAt } = token;
  return [tokenId, holder.kind, holder.name, moment(createdAt), moment(expiresAt), stateOf(token)];
}

function stateOf({ live, revokedAt, expiresAt }: ListedToken): string {
  if (live) return 'live';
  if (revokedAt !== undefined) return `revoked ${moment(revokedAt)}`;
  return expiresAt !== undefined && expiresAt.getTime() <= Date.now() ? 'expired' : 'ended with access';
}

async function revokeOne(io: Io, tokenId: string, workspace: string): Promise<void> {
  await withSession(io, 'Revoking the token', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    accept(await revokeToken(session.store, operatorCall(tenant), tokenId));
    io.out(`The token ${tokenId} is revoked.\n`);
  });
}
