// `audit …`: shows the audit log of a workspace and checks that nobody has changed it.
import type { Command } from 'commander';
import type { AuditFault, AuditVerdict } from '../../persistence/audit/verify.ts';
import { addGroup, examples, jsonOption, workspaceOption } from '../help.ts';
import { CommandFault, type Io } from '../io.ts';
import { requireWorkspace } from '../look-up.ts';
import { slug, wholeNumber } from '../option-values.ts';
import { json, moment, table } from '../print.ts';
import { openSigningKeys, tokenParties } from '../own-issuer.ts';
import { accept, operatorCall, withSession } from '../session.ts';

interface ListOptions {
  readonly workspace: string;
  readonly limit: number;
  readonly json?: true;
}

export function addAuditCommands(program: Command, io: Io): void {
  const group = addGroup(program, 'audit', 'read and verify the audit log');
  const list = group
    .command('list')
    .description('list the newest events, newest last')
    .requiredOption(...workspaceOption, slug)
    .option('--limit <number>', 'how many', wholeNumber(1, 10_000), 50)
    .option(...jsonOption)
    .action(async (options: ListOptions) => await listEvents(io, options));
  examples(list, ['audit list --workspace acme --limit 20', 'audit list --workspace acme --json']);
  const verify = group
    .command('verify')
    .description('recompute the chain of hashes; fails and names the first broken event when anything was changed')
    .requiredOption(...workspaceOption, slug)
    .option(...jsonOption)
    .action(async (options: { workspace: string; json?: true }) => await verifyChain(io, options));
  examples(verify, ['audit verify --workspace acme']);
  const head = group
    .command('head')
    .description('print the end of the log, signed with the key of the server: kept elsewhere, it proves later what the log was')
    .requiredOption(...workspaceOption, slug)
    .action(async ({ workspace }: { workspace: string }) => await printHead(io, workspace));
  examples(head, ['audit head --workspace acme']);
}

async function listEvents(io: Io, { workspace, limit, json: asJson }: ListOptions): Promise<void> {
  await withSession(io, 'Reading the audit log', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const { listAudit } = await import('../../persistence/admin/audit-trail.ts');
    const events = await listAudit(await session.entities(), tenant, limit);
    if (asJson === true) {
      io.out(json(events.map(({ metadata, ...event }) => ({ ...event, seq: event.seq ?? null, metadata: JSON.parse(metadata) as unknown }))));
      return;
    }
    const rows = events.map(({ seq, at, action, outcome, actor, targetId, metadata, reason }) => {
      const details = `${metadata}${reason === undefined ? '' : ` reason: ${reason}`}`;
      return [seq === undefined ? '-' : String(seq), moment(at), action, outcome, [actor.kind, ...(actor.id === undefined ? [] : [actor.id])].join(' '), targetId ?? '-', details];
    });
    io.out(table(['SEQ', 'TIME', 'ACTION', 'OUTCOME', 'ACTOR', 'TARGET', 'DETAILS'], rows));
  });
}

const inWords: Readonly<Record<AuditFault, string>> = {
  'missing-seal': 'its seal is missing',
  'unexpected-seal': 'there is a seal that does not belong there',
  'missing-event': 'the event itself is missing',
  'edited-event': 'the event was changed after it was sealed',
  'edited-seal': 'its seal was changed',
  'edited-event-or-seal': 'the event or its seal was changed',
  'wrong-order': 'it stands in the place of another event',
  'edited-reason': 'the reason beside it was changed',
};

async function verifyChain(io: Io, { workspace, json: asJson }: { workspace: string; json?: true }): Promise<void> {
  await withSession(io, 'Verifying the audit log', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const { verifyAudit } = await import('../../persistence/audit/verify.ts');
    const verdict = await verifyAudit(session.pool, tenant.workspaceId);
    if (asJson === true) io.out(json({ ...verdict, head: verdict.head ?? null, fault: verdict.fault ?? null }));
    const { fault } = verdict;
    if (fault !== undefined) {
      const event = fault.eventId === undefined ? '' : ` (event ${fault.eventId})`;
      throw new CommandFault(`The audit log of ${workspace} is broken at number ${fault.seq}${event}: ${inWords[fault.why]}. ${verdict.sealed} before it hold.`);
    }
    if (asJson !== true) io.out(sentence(workspace, verdict));
  });
}

async function printHead(io: Io, workspace: string): Promise<void> {
  await withSession(io, 'Reading the audit log', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const { createAuditReads } = await import('../../persistence/reads/audit-reads.ts');
    const { signAuditHead } = await import('../../http/auth/sign-audit-head.ts');
    const head = accept(await createAuditReads(session.pool).head(operatorCall(tenant)));
    const jws = await signAuditHead(await openSigningKeys(session.settings), tokenParties(session.settings).issuer, head);
    io.out(json({ ...head, hash: head.hash ?? null, jws }));
  });
}

function sentence(workspace: string, { sealed, unsealed, head }: AuditVerdict): string {
  const tail = unsealed === 0 ? '' : `, ${unsealed} newer ${unsealed === 1 ? 'one waits' : 'ones wait'} to be sealed`;
  return `The audit log of ${workspace} holds: ${sealed} sealed ${sealed === 1 ? 'event' : 'events'}${tail}.\n${head === undefined ? '' : `Head: ${head}\n`}`;
}
