// `mail …`: the mails of a workspace, sent or not; without a server for mail this is where a developer reads them.
import type { Command } from 'commander';
import type { QueuedMail } from '../../persistence/jobs/mail-queue.ts';
import { addGroup, examples, jsonOption, workspaceOption } from '../help.ts';
import { CommandFault, type Io } from '../io.ts';
import { requireWorkspace } from '../look-up.ts';
import { isId, slug, wholeNumber } from '../option-values.ts';
import { openSigningKeys } from '../own-issuer.ts';
import { json, moment, printable, table } from '../print.ts';
import { withSession, type Session } from '../session.ts';

interface ListOptions {
  readonly workspace: string;
  readonly limit: number;
  readonly json?: true;
}

interface ShowOptions {
  readonly workspace: string;
  readonly json?: true;
}

export function addMailCommands(program: Command, io: Io): void {
  const group = addGroup(program, 'mail', 'read the mails that the server sends, or holds without SMTP_URL');
  const list = group
    .command('list')
    .description('list the newest mails, newest last')
    .requiredOption(...workspaceOption, slug)
    .option('--limit <number>', 'how many', wholeNumber(1, 10_000), 50)
    .option(...jsonOption)
    .action(async (options: ListOptions) => await listMails(io, options));
  examples(list, ['mail list --workspace acme']);
  const show = group
    .command('show')
    .argument('<id>', 'the id of the mail')
    .description('print one mail; the link of an invitation only until it was sent')
    .requiredOption(...workspaceOption, slug)
    .option(...jsonOption)
    .action(async (id: string, options: ShowOptions) => await showMail(io, id, options));
  examples(show, ['mail show 0199c2f0-6d1c-7a53-9a3e-0d5f1b2c3d4e --workspace acme']);
}

async function listMails(io: Io, { workspace, limit, json: asJson }: ListOptions): Promise<void> {
  await withSession(io, 'Reading the mails', async (session) => {
    const { workspaceId } = await requireWorkspace(session, workspace);
    const { listMail } = await import('../../persistence/jobs/mail-queue.ts');
    const mails = await listMail(session.pool, workspaceId, limit);
    if (asJson === true) {
      io.out(json(mails.map(({ id, template, status, recipient, createdAt, attempt, problem }) => ({ id, template, status, to: recipient.address ?? null, createdAt, attempts: attempt, problem: problem ?? null }))));
      return;
    }
    if (mails.length === 0) io.err(`${workspace} has no mail.\n`);
    else io.out(table(['ID', 'TIME', 'STATUS', 'MAIL', 'TO', 'PROBLEM'], mails.map((mail) => [mail.id, moment(mail.createdAt), mail.status, mail.template, mail.recipient.address ?? '-', mail.problem ?? '-'])));
  });
}

async function showMail(io: Io, id: string, { workspace, json: asJson }: ShowOptions): Promise<void> {
  await withSession(io, 'Reading the mail', async (session) => {
    const { workspaceId } = await requireWorkspace(session, workspace);
    const [{ readMail }, { renderMail }] = await Promise.all([import('../../persistence/jobs/mail-queue.ts'), import('../../jobs/mail/render-mail.ts')]);
    const mail = isId(id) ? await readMail(session.pool, workspaceId, id.toLowerCase()) : undefined;
    if (mail === undefined) throw new CommandFault(`There is no mail "${id}" in ${workspace}. List them with: mail list --workspace ${workspace}`);
    const rendered = renderMail({ ...mail, link: await linkOf(session, workspaceId, mail) });
    if (rendered === undefined) throw new CommandFault('The recipient of this mail has no address any more, so that nothing is left to show.');
    const { to, subject, text } = rendered;
    if (asJson === true) io.out(json({ id: mail.id, status: mail.status, to: to.address, subject, text }));
    else io.out(`To: ${printable(to.address)}\nSubject: ${printable(subject)}\nStatus: ${mail.status}\n\n${text.split('\n').map(printable).join('\n')}`);
  });
}

async function linkOf({ settings }: Session, workspaceId: string, { sealedLink }: QueuedMail): Promise<string | undefined> {
  if (sealedLink === undefined) return undefined;
  const { invitationLinks } = await import('../../compose-invitations.ts');
  const baseUrl = settings.publicBaseUrl ?? `http://${settings.host}:${settings.port}`;
  return invitationLinks({ settings, keys: await openSigningKeys(settings), baseUrl }).unseal(sealedLink, workspaceId);
}
