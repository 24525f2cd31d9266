// `connection …`: lists the connections to identity providers, pauses and resumes them.
import type { Command } from 'commander';
import { setConnectionPaused } from '../../domain/commands/credentials.ts';
import { addGroup, examples, jsonOption, workspaceOption } from '../help.ts';
import type { Io } from '../io.ts';
import { requireWorkspace } from '../look-up.ts';
import { reportMatches } from '../match-report.ts';
import { line, slug } from '../option-values.ts';
import { json, moment, printable, table } from '../print.ts';
import { accept, operatorCall, withSession } from '../session.ts';

interface ChangeOptions {
  readonly workspace: string;
  readonly label: string;
}

export function addConnectionCommands(program: Command, io: Io): void {
  const group = addGroup(program, 'connection', 'list, pause and resume connections to identity providers, and foretell a first sync');
  const list = group
    .command('list')
    .description('list the connections with the number of their live tokens')
    .requiredOption(...workspaceOption, slug)
    .option(...jsonOption)
    .action(async (options: { workspace: string; json?: true }) => await listAll(io, options));
  examples(list, ['connection list --workspace acme']);
  addMatchReport(group, io);
  for (const verb of ['pause', 'resume'] as const) {
    const change = group
      .command(verb)
      .description(verb === 'pause' ? 'refuse every request of a connection from now on; its tokens stay' : 'serve a paused connection again')
      .requiredOption(...workspaceOption, slug)
      .requiredOption('--label <text>', 'the label of the connection', line)
      .action(async (options: ChangeOptions) => await setPaused(io, options, verb === 'pause'));
    examples(change, [`connection ${verb} --workspace acme --label okta`]);
  }
}

function addMatchReport(group: Command, io: Io): void {
  const report = group
    .command('match-report')
    .description('say which members the users of an identity provider would be linked to and which would be new; changes nothing')
    .argument('<workspace>', 'the slug of the workspace', slug)
    .argument('<connection>', 'the label of the connection', line)
    .requiredOption('--users <file>', 'its users: SCIM JSON, JSON lines or CSV with a header; - reads the standard input', line)
    .option(...jsonOption)
    .action(async (workspace: string, label: string, options: { users: string; json?: true }) => await reportMatches(io, { ...options, workspace, label }));
  examples(report, ['connection match-report acme okta --users users.csv', 'connection match-report acme entra --users - --json < users.json']);
}

async function listAll(io: Io, { workspace, json: asJson }: { workspace: string; json?: true }): Promise<void> {
  await withSession(io, 'Reading the connections', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    const { listConnections, listTokens } = await import('../../persistence/admin/credentials.ts');
    const database = await session.entities();
    const connections = await listConnections(database, tenant);
    const live = Map.groupBy((await listTokens(database, tenant)).filter((token) => token.live), ({ holder }) => holder.id);
    const listed = connections.map((connection) => ({ ...connection, pausedAt: connection.pausedAt ?? null, liveTokens: live.get(connection.id)?.length ?? 0 }));
    if (asJson === true) io.out(json(listed));
    else if (listed.length === 0) io.err(`${workspace} has no connection. One is made with: token create --workspace ${workspace} --label TEXT\n`);
    else {
      const rows = listed.map(({ id, label, pausedAt, liveTokens, createdAt }) => [label, pausedAt === null ? 'active' : `paused ${moment(pausedAt)}`, String(liveTokens), moment(createdAt), id]);
      io.out(table(['LABEL', 'STATE', 'LIVE TOKENS', 'CREATED', 'ID'], rows));
    }
  });
}

async function setPaused(io: Io, { workspace, label }: ChangeOptions, paused: boolean): Promise<void> {
  await withSession(io, paused ? 'Pausing the connection' : 'Resuming the connection', async (session) => {
    const tenant = await requireWorkspace(session, workspace);
    accept(await setConnectionPaused(session.store, operatorCall(tenant), label, paused));
    io.out(`The connection "${printable(label)}" of ${workspace} is ${paused ? 'paused' : 'active'}.\n`);
  });
}
