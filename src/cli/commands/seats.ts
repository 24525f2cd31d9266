// `seats`: how many seats an organization uses, from its claims and from its ledger, which must agree.
import type { Command } from 'commander';
import { examples, jsonOption } from '../help.ts';
import { CommandFault, type Io } from '../io.ts';
import { requireOrganization } from '../look-up.ts';
import { line } from '../option-values.ts';
import { json, printable } from '../print.ts';
import { withSession } from '../session.ts';

export function addSeatsCommand(program: Command, io: Io): void {
  const seats = program
    .command('seats')
    .description('show how many seats an organization uses; fails when its ledger disagrees')
    .requiredOption('--org <name>', 'the organization', line)
    .option(...jsonOption)
    .action(async (options: { org: string; json?: true }) => await showSeats(io, options));
  examples(seats, ['seats --org "Acme"']);
}

async function showSeats(io: Io, { org, json: asJson }: { org: string; json?: true }): Promise<void> {
  await withSession(io, 'Counting the seats', async (session) => {
    const organizationId = await requireOrganization(session, org);
    const { seatReport } = await import('../../persistence/admin/seat-report.ts');
    const report = await seatReport(await session.entities(), organizationId);
    if (report === undefined) throw new CommandFault(`There is no organization "${org}".`);
    const { organization, limit, used, ledger, balance, unsealed } = report;
    if (asJson === true) io.out(json({ organization, limit: limit ?? null, used, ledger, balance, unsealed }));
    else io.out(`${printable(organization)} uses ${used} of ${limit === undefined ? 'any number of' : limit} seats.\n`);
    if (used !== ledger) throw new CommandFault(`The ledger of ${organization} says ${ledger}, but ${used} ${used === 1 ? 'person holds' : 'persons hold'} a seat.`);
    if (unsealed === 0 && balance !== ledger) throw new CommandFault(`The running balance of ${organization} says ${balance} seats, but its ledger ${ledger}.`);
  });
}
