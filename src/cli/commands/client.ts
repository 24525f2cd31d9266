// `client …`: makes, lists and revokes the clients by which a host application logs in; a secret is printed once and kept nowhere.
import type { Command } from 'commander';
import { addClientSecret, createHostClient, revokeClientSecret, revokeHostClient } from '../../domain/commands/host-clients.ts';
import type { Call } from '../../domain/model/caller.ts';
import { addGroup, examples, jsonOption } from '../help.ts';
import type { Io } from '../io.ts';
import { requireOrganization } from '../look-up.ts';
import { id, line } from '../option-values.ts';
import { json, moment, table } from '../print.ts';
import { accept, operatorCall, withSession, type Session } from '../session.ts';

const organizationOption = ['--org <name>', 'the organization whose people the host application serves'] as const;

interface OfOrganization {
  readonly org: string;
}

export function addClientCommands(program: Command, io: Io): void {
  const group = addGroup(program, 'client', 'make, list and revoke clients of host applications');
  const create = group
    .command('create')
    .description('make a client with its first secret and print both as JSON; the secret is shown this once')
    .requiredOption(...organizationOption, line)
    .requiredOption('--label <text>', 'what people call it', line)
    .action(async (options: OfOrganization & { label: string }) => await createOne(io, options));
  examples(create, ['client create --org "Acme" --label "Campaign studio"']);
  const list = group
    .command('list')
    .description('list the clients with the secrets that work now')
    .requiredOption(...organizationOption, line)
    .option(...jsonOption)
    .action(async (options: OfOrganization & { json?: true }) => await listAll(io, options));
  examples(list, ['client list --org "Acme"']);
  addSecretCommands(group, io);
  const revoke = group
    .command('revoke')
    .description('revoke a client; its secrets and access tokens end at once, sessions of people go on')
    .argument('<id>', 'the id of the client, as the list prints it', id)
    .requiredOption(...organizationOption, line)
    .action(async (clientId: string, { org }: OfOrganization) =>
      await change(io, org, async ({ store }, call) => {
        accept(await revokeHostClient(store, call, clientId));
        io.out(`The client ${clientId} is revoked.\n`);
      }),
    );
  examples(revoke, ['client revoke 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b --org "Acme"']);
}

function addSecretCommands(group: Command, io: Io): void {
  const rotate = group
    .command('rotate')
    .description('give a client a second secret and print it; the first goes on working until it is revoked')
    .argument('<id>', 'the id of the client', id)
    .requiredOption(...organizationOption, line)
    .action(async (clientId: string, { org }: OfOrganization) => await rotateOne(io, clientId, org));
  examples(rotate, ['client rotate 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b --org "Acme"']);
  const revoke = group
    .command('revoke-secret')
    .description('revoke a secret with the access tokens that were issued for it')
    .argument('<id>', 'the id of the secret, as the list prints it', id)
    .requiredOption(...organizationOption, line)
    .action(async (secretId: string, { org }: OfOrganization) =>
      await change(io, org, async ({ store }, call) => {
        accept(await revokeClientSecret(store, call, secretId));
        io.out(`The secret ${secretId} is revoked.\n`);
      }),
    );
  examples(revoke, ['client revoke-secret 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b --org "Acme"']);
}

async function createOne(io: Io, { org, label }: OfOrganization & { label: string }): Promise<void> {
  await change(io, org, async ({ store }, call) => {
    const { newClientSecret, hashOfSecret, writeClientId } = await oauth();
    const secret = newClientSecret();
    const { clientId, secretId } = accept(await createHostClient(store, call, label, Buffer.from(hashOfSecret(secret), 'hex')));
    const { organizationId } = call.credential.tenant;
    io.out(json({ id: clientId, label, clientId: writeClientId({ organizationId, clientId }), secretId, clientSecret: secret }));
  });
}

async function rotateOne(io: Io, clientId: string, org: string): Promise<void> {
  await change(io, org, async ({ store }, call) => {
    const { newClientSecret, hashOfSecret, writeClientId } = await oauth();
    const secret = newClientSecret();
    const { secretId } = accept(await addClientSecret(store, call, clientId, Buffer.from(hashOfSecret(secret), 'hex')));
    const { organizationId } = call.credential.tenant;
    io.out(json({ id: clientId, clientId: writeClientId({ organizationId, clientId }), secretId, clientSecret: secret }));
  });
}

async function oauth() {
  const [secrets, ids] = await Promise.all([import('../../http/oauth/client-secret.ts'), import('../../http/oauth/client-id.ts')]);
  return { ...secrets, ...ids };
}

/** What concerns a whole organization stands in the log of its oldest workspace. */
async function change(io: Io, org: string, work: (session: Session, call: Call) => Promise<void>): Promise<void> {
  await withSession(io, 'Working on the clients', async (session) => {
    const organizationId = await requireOrganization(session, org);
    const { oldestWorkspace } = await import('../../persistence/admin/host-clients.ts');
    await work(session, operatorCall(await oldestWorkspace(session.pool, organizationId)));
  });
}

async function listAll(io: Io, { org, json: asJson }: OfOrganization & { json?: true }): Promise<void> {
  await withSession(io, 'Reading the clients', async (session) => {
    const organizationId = await requireOrganization(session, org);
    const [{ listHostClients }, { writeClientId }] = await Promise.all([import('../../persistence/admin/host-clients.ts'), oauth()]);
    const clients = (await listHostClients(await session.entities(), organizationId)).map((client) => ({ ...client, clientId: writeClientId({ organizationId, clientId: client.id }), revokedAt: client.revokedAt ?? null }));
    if (asJson === true) io.out(json(clients));
    else if (clients.length === 0) io.err(`${org} has no client. One is made with: client create --org NAME --label TEXT\n`);
    else {
      const rows = clients.map(({ id: of, label, clientId, revokedAt, createdAt, secrets }) => [
        label,
        revokedAt === null ? 'live' : `revoked ${moment(revokedAt)}`,
        moment(createdAt),
        of,
        clientId,
        secrets.map((secret) => secret.id).join(' ') || '-',
      ]);
      io.out(table(['LABEL', 'STATE', 'CREATED', 'ID', 'CLIENT ID', 'SECRETS'], rows));
    }
  });
}
