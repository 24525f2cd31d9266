// `schedule …`: deactivations that are booked for a day. They are booked with `member deactivate --on`.
import type { Command } from 'commander';
import { cancelDeactivation } from '../../domain/commands/book-deactivation.ts';
import type { ScheduleView } from '../../domain/records.ts';
import { addGroup, examples, jsonOption, userOption, workspaceOption } from '../help.ts';
import type { Io } from '../io.ts';
import { requireMember, requireWorkspace } from '../look-up.ts';
import { line, reason, slug } from '../option-values.ts';
import { json, printable, table } from '../print.ts';
import { accept, operatorCall, withSession } from '../session.ts';

const most = 1_000;

export function addScheduleCommands(program: Command, io: Io): void {
  const group = addGroup(program, 'schedule', 'list and take back booked deactivations');
  const list = group
    .command('list')
    .description(`list the deactivations that are booked, the next to run first, at most ${most}`)
    .requiredOption(...workspaceOption, slug)
    .option(...jsonOption)
    .action(async (options: { workspace: string; json?: true }) => await listBooked(io, options));
  examples(list, ['schedule list --workspace acme']);
  const cancel = group
    .command('cancel')
    .description('take the booked deactivation of a member back')
    .requiredOption(...workspaceOption, slug)
    .requiredOption(...userOption, line)
    .option('--reason <text>', 'why, for the audit log', reason)
    .action(async (options: { workspace: string; user: string; reason?: string }) => await cancelBooked(io, options));
  examples(cancel, ['schedule cancel --workspace acme --user grace@acme.example']);
}

async function listBooked(io: Io, { workspace, json: asJson }: { workspace: string; json?: true }): Promise<void> {
  await withSession(io, 'Reading the schedule', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const { createScheduleReads } = await import('../../persistence/reads/schedule-reads.ts');
    const { rows } = accept(await createScheduleReads(session.pool).list(operatorCall(tenant), { status: 'pending', limit: most, offset: 0, walk: { from: undefined } }));
    if (asJson === true) io.out(json(rows));
    else io.out(table(['USER NAME', 'ON', 'RUNS AT', 'TIME ZONE', 'REASON'], rows.map(rowOf)));
  });
}

function rowOf({ userName, on, runsAt, timeZone, reason: why }: ScheduleView): string[] {
  return [userName, on, runsAt, timeZone, why ?? '-'];
}

async function cancelBooked(io: Io, { workspace, user, reason: why }: { workspace: string; user: string; reason?: string }): Promise<void> {
  await withSession(io, 'Taking the booking back', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const { id, userName } = await requireMember(session, workspace, tenant, user);
    accept(await cancelDeactivation(session.store, operatorCall(tenant), id, why));
    io.out(`${printable(userName)} stays: nothing is booked in ${workspace} any more.\n`);
  });
}
