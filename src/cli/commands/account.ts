// `account erase` and `account export`: what is kept of a person, in all workspaces of the organization, with the person's recorded consent.
import type { Command } from 'commander';
import { eraseAccount } from '../../domain/commands/erase-account.ts';
import { exportAccount } from '../../domain/commands/export-account.ts';
import type { AccountAsk, Consent } from '../../domain/areas/erasure.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import { addGroup, examples, jsonOption, workspaceOption } from '../help.ts';
import type { Io } from '../io.ts';
import { requireMember, requireWorkspace } from '../look-up.ts';
import { isId, line, pastMoment, reason, slug } from '../option-values.ts';
import { json, table } from '../print.ts';
import { accept, operatorCall, withSession, type Session } from '../session.ts';

interface OnBehalf {
  readonly workspace: string;
  readonly user: string;
  readonly consent: string;
  readonly consentGiven: string;
}

type ErasureOptions = OnBehalf & { readonly reason?: string; readonly dryRun?: true; readonly json?: true };

const whatItErases = `
Ends all memberships of the person in the organization and erases every word of
and about it: names, addresses, attributes, reasons. Ids and counts stay, and
the audit log verifies as before. It cannot be undone. The last owner of a
workspace and the account owner have to hand over first.`;

export function addAccountCommands(program: Command, io: Io): void {
  const group = addGroup(program, 'account', 'erase or export what is kept of a person');
  const erase = onBehalf(group.command('erase').description('erase a person from all workspaces of the organization'))
    .option('--reason <text>', 'why, for the audit log; leave the person’s name out', reason)
    .option('--dry-run', 'only tell what would be erased')
    .option(...jsonOption)
    .addHelpText('after', whatItErases)
    .action(async (options: ErasureOptions) => await eraseOne(io, options));
  examples(erase, ['account erase --workspace acme --user grace@acme.example --consent "letter 4711" --consent-given 2026-01-02 --dry-run']);
  const whole = onBehalf(group.command('export').description('print everything that is kept of a person as JSON')).action(async (options: OnBehalf) => await exportOne(io, options));
  examples(whole, ['account export --workspace acme --user grace@acme.example --consent "letter 4711" --consent-given 2026-01-02']);
}

function onBehalf(command: Command): Command {
  return command
    .requiredOption(...workspaceOption, slug)
    .requiredOption('--user <email>', 'e-mail address, userName or id of the member; by its id also one who was removed', line)
    .requiredOption('--consent <reference>', 'under what the person’s consent is filed; the audit log keeps its SHA-256', line)
    .requiredOption('--consent-given <moment>', 'when the person consented', pastMoment);
}

async function eraseOne(io: Io, options: ErasureOptions): Promise<void> {
  await withSession(io, 'Erasing the account', async (session) => {
    const { tenant, of, consent } = await read(session, options);
    const rehearsal = options.dryRun === true;
    const { accountId, memberships, seats, rows } = accept(await eraseAccount(session.store, session.accounts, { ...operatorCall(tenant), rehearsal }, { of, word: { consent }, reason: options.reason }));
    if (options.json === true) io.out(json({ dryRun: rehearsal, accountId, memberships, seats, rows }));
    else {
      const ended = `${memberships} ${memberships === 1 ? 'membership' : 'memberships'} ${rehearsal ? 'would end' : 'ended'}`;
      io.out(`The account ${accountId} ${rehearsal ? 'would be' : 'is'} erased: ${ended}, seats ${seats}.\n${table(['TABLE', 'ROWS'], Object.entries(rows).map(([name, count]) => [name, String(count)]))}`);
    }
  });
}

async function exportOne(io: Io, options: OnBehalf): Promise<void> {
  await withSession(io, 'Exporting the account', async (session) => {
    const { tenant, of, consent } = await read(session, options);
    const { createPersonalDataReads } = await import('../../persistence/reads/personal-data.ts');
    io.out(json(accept(await exportAccount(session.store, createPersonalDataReads(session.pool), operatorCall(tenant), of, consent))));
  });
}

async function read(session: Session, { workspace, user, consent: reference, consentGiven: givenAt }: OnBehalf): Promise<{ tenant: Tenant; of: AccountAsk; consent: Consent }> {
  const tenant = await requireWorkspace(session, workspace);
  const { consentOf } = await import('../../http/admin/privacy/consent.ts');
  const memberId = isId(user) ? user.toLowerCase() : (await requireMember(session, workspace, tenant, user)).id;
  return { tenant, of: { memberId }, consent: consentOf({ reference, givenAt }) };
}
