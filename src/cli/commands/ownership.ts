// `ownership transfer`: another member becomes owner, and whoever gives it up becomes admin.
import type { Command } from 'commander';
import { transferOwnership } from '../../domain/commands/transfer-ownership.ts';
import type { ListedMember } from '../../persistence/admin/members.ts';
import { addGroup, examples, workspaceOption } from '../help.ts';
import { CommandFault, type Io } from '../io.ts';
import { requireMember, requireWorkspace, type Named } from '../look-up.ts';
import { line, slug } from '../option-values.ts';
import { printable } from '../print.ts';
import { operatorCall, withSession } from '../session.ts';

interface TransferOptions {
  readonly workspace: string;
  readonly to: string;
  readonly from?: string;
  readonly account?: true;
}

const whoGives = `
Who gives it up becomes an admin in the same moment: the member named with
--from; else, with --account, the account owner if that is an owner here; else
the only other active owner. With several and no --from nothing happens. The
account owner can give up the workspace only together with the account. To have
one more owner and let nobody step down, use: member role --role owner`;

export function addOwnershipCommands(program: Command, io: Io): void {
  const transfer = addGroup(program, 'ownership', 'pass ownership on')
    .command('transfer')
    .description('make an active member owner in place of a present one')
    .requiredOption(...workspaceOption, slug)
    .requiredOption('--to <email>', 'who becomes owner, by e-mail address, userName or id', line)
    .option('--from <email>', 'which owner gives it up, by e-mail address, userName or id', line)
    .option('--account', 'the new owner becomes the account owner of the organization, too')
    .addHelpText('after', whoGives)
    .action(async (options: TransferOptions) => await transferIt(io, options));
  examples(transfer, ['ownership transfer --workspace acme --to grace@acme.example', 'ownership transfer --workspace acme --to grace@acme.example --account']);
}

async function transferIt(io: Io, options: TransferOptions): Promise<void> {
  const { workspace, account = false } = options;
  await withSession(io, 'Transferring the ownership', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const to = await requireMember(session, workspace, tenant, options.to);
    const named = options.from === undefined ? undefined : await requireMember(session, workspace, tenant, options.from);
    const { listMembers } = await import('../../persistence/admin/members.ts');
    const owners: ListedMember[] = [];
    await listMembers(await session.entities(), tenant, { role: 'owner' }, (page) => void owners.push(...page));
    const from = giver(options, owners, to, named);
    const done = await transferOwnership(session.store, operatorCall(tenant), { toId: to.id, fromId: from?.id, alsoAccount: account });
    if (!done.ok) throw new CommandFault(`${done.refusal.detail}${done.refusal.rule === 'account-owner-protected' ? ' Add --account for that.' : ''}`);
    const stepped = from === undefined ? '' : `, ${from.userName} is now admin`;
    io.out(`${printable(`${to.userName} is ${account ? 'account owner and ' : ''}owner of ${workspace}${stepped}.`)}\n`);
  });
}

/** Who gives the ownership up, by the rules of the help. */
function giver({ workspace, account }: TransferOptions, owners: readonly ListedMember[], to: Named, named: Named | undefined): Named | undefined {
  if (named !== undefined) {
    if (named.id === to.id) throw new CommandFault('--from and --to are the same member. Name two different ones.');
    if (owners.every(({ id }) => id !== named.id)) throw new CommandFault(`${named.userName} is not an owner of ${workspace}. Its owners: ${namesOf(owners)}.`);
    return named;
  }
  const others = owners.filter(({ id }) => id !== to.id);
  const accountOwner = account === true ? others.find((owner) => owner.accountOwner) : undefined;
  if (accountOwner !== undefined) return accountOwner;
  const active = others.filter(({ status }) => status === 'active');
  if (active.length > 1) throw new CommandFault(`${workspace} has several owners: ${namesOf(active)}. Say with --from who gives it up, or use: member role --role owner`);
  return active[0];
}

function namesOf(members: readonly ListedMember[]): string {
  return members.map(({ userName }) => userName).join(', ');
}
