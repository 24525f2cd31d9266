// `settings …`: shows and changes what a workspace and its organization have set.
import { InvalidArgumentError, type Command } from 'commander';
import { changeOrganization, changeWorkspace } from '../../domain/commands/change-settings.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import { addGroup, examples, workspaceOption } from '../help.ts';
import type { Io } from '../io.ts';
import { requireWorkspace } from '../look-up.ts';
import { line, slug, wholeNumber } from '../option-values.ts';
import { json } from '../print.ts';
import { accept, operatorCall, withSession, type Session } from '../session.ts';

interface SetOptions {
  readonly workspace: string;
  readonly name?: string;
  readonly timeZone?: string;
  readonly deactivateFirst?: boolean;
  readonly orgName?: string;
  readonly seats?: number | 'any';
}

export function addSettingsCommands(program: Command, io: Io): void {
  const group = addGroup(program, 'settings', 'show and change settings');
  const show = group
    .command('show')
    .description('show the settings of a workspace and of its organization as JSON')
    .requiredOption(...workspaceOption, slug)
    .action(async ({ workspace }: { workspace: string }) => await withSession(io, 'Reading the settings', async (session) => await print(io, session, await requireWorkspace(session, workspace))));
  examples(show, ['settings show --workspace acme']);
  const set = group
    .command('set')
    .description('change settings and show them as JSON; what is not named stays')
    .requiredOption(...workspaceOption, slug)
    .option('--name <name>', 'the name of the workspace', line)
    .option('--time-zone <zone>', 'its time zone, such as Europe/Berlin; booked deactivations move with it', line)
    .option('--deactivate-first <yes|no>', 'whether nobody is removed who is active', yesOrNo)
    .option('--org-name <name>', 'the name of the organization', line)
    .option('--seats <number|any>', 'how many persons the organization may seat; fewer than are seated unseats nobody', seats)
    .action(async (options: SetOptions) => await setAll(io, options));
  examples(set, ['settings set --workspace acme --time-zone Europe/Berlin', 'settings set --workspace acme --seats 50']);
}

async function setAll(io: Io, { workspace, name, timeZone, deactivateFirst, orgName, seats: limit }: SetOptions): Promise<void> {
  await withSession(io, 'Changing the settings', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const call = operatorCall(tenant);
    const policy = deactivateFirst === undefined ? {} : { policy: { removalRequiresDeactivation: deactivateFirst } };
    accept(await changeWorkspace(session.store, call, { ...(name === undefined ? {} : { name }), ...(timeZone === undefined ? {} : { timeZone }), ...policy }));
    accept(await changeOrganization(session.store, call, { ...(orgName === undefined ? {} : { name: orgName }), ...(limit === undefined ? {} : { seatLimit: limit === 'any' ? null : limit }) }));
    await print(io, session, tenant);
  });
}

async function print(io: Io, { pool }: Session, tenant: Tenant): Promise<void> {
  const { createSettingsReads } = await import('../../persistence/reads/settings-reads.ts');
  const reads = createSettingsReads(pool);
  const call = operatorCall(tenant);
  const { id, slug: shown, name, timeZone, policy } = accept(await reads.workspace(call));
  const organization = accept(await reads.organization(call));
  io.out(json({ workspace: { id, slug: shown, name, timeZone, policy }, organization: { id: organization.id, name: organization.name, seatLimit: organization.seatLimit ?? null } }));
}

function yesOrNo(text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new InvalidArgumentError('It must be yes or no.');
}

function seats(text: string): number | 'any' {
  return text === 'any' ? text : wholeNumber(0, 1_000_000)(text);
}
