// `workspace create`: a workspace with its first owner, in an organization that exists or is made with it.
import type { Command } from 'commander';
import { addGroup, examples } from '../help.ts';
import type { Io } from '../io.ts';
import { email, line, slug, wholeNumber } from '../option-values.ts';
import { json } from '../print.ts';
import { accept, withSession } from '../session.ts';
import { setUpWorkspace } from '../set-up-workspace.ts';

interface CreateOptions {
  readonly org: string;
  readonly slug: string;
  readonly owner: string;
  readonly ownerName?: string;
  readonly seats?: number;
}

export function addWorkspaceCommands(program: Command, io: Io): void {
  const create = addGroup(program, 'workspace', 'set up workspaces')
    .command('create')
    .description('create a workspace with its first owner, and its organization if there is none of that name; prints JSON')
    .requiredOption('--org <name>', 'the organization; a new one takes this owner for its account owner', line)
    .requiredOption('--slug <slug>', 'the name of the workspace in commands', slug)
    .requiredOption('--owner <email>', 'the first owner', email)
    .option('--owner-name <name>', 'given name and family name of the owner', line)
    .option('--seats <number>', 'how many persons a new organization may seat; without it any number', wholeNumber(1, 1_000_000))
    .action(async (options: CreateOptions) => await createWorkspace(io, options));
  examples(create, ['workspace create --org "Acme" --slug acme --owner ada@acme.example --owner-name "Ada Lovelace" --seats 50']);
}

async function createWorkspace(io: Io, options: CreateOptions): Promise<void> {
  await withSession(io, 'Creating the workspace', async ({ store, pool }) => {
    const { org: organization, slug: name, owner, ownerName, seats } = options;
    const created = accept(await setUpWorkspace({ store, database: { pool } }, { organization, slug: name, owner, ownerName, seats }));
    const { workspaceId, organizationId, newOrganization, ownerId } = created;
    io.out(json({ workspaceId, slug: name, organizationId, organization, newOrganization, ownerId, owner }));
  });
}
