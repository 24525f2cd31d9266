// `member …`: what an operator does to the members of a workspace; the guards are those of every other door.
import type { Command } from 'commander';
import type { RoleKey } from '../../domain/model/role.ts';
import { addGroup, examples, jsonOption, userOption, workspaceOption } from '../help.ts';
import type { Io } from '../io.ts';
import { addMember, deactivateMember, listOf, reactivateMember, removeOne, setRole, type ListOptions, type MemberOptions } from '../member-acts.ts';
import { day, email, line, reason, role, slug } from '../option-values.ts';

export function addMemberCommands(program: Command, io: Io): void {
  const group = addGroup(program, 'member', 'list, add, change and remove members');
  addList(group, io);
  const add = group
    .command('add')
    .description('seat a new, active member')
    .requiredOption(...workspaceOption, slug)
    .requiredOption('--user <email>', 'the e-mail address, which is also the userName', email)
    .option('--name <name>', 'given name and family name', line)
    .option('--role <role>', 'owner, admin, member, or a role of the workspace', role, 'member')
    .option(...jsonOption)
    .action(async (options: MemberOptions & { name?: string; role: RoleKey; json?: true }) => await addMember(io, options));
  examples(add, ['member add --workspace acme --user grace@acme.example --name "Grace Hopper" --role admin']);
  const change = on(group, 'role', 'give a member another role; the last owner keeps its own')
    .requiredOption('--role <role>', 'owner, admin, member, or a role of the workspace', role)
    .action(async (options: MemberOptions & { role: RoleKey }) => await setRole(io, options));
  examples(change, ['member role --workspace acme --user grace@acme.example --role owner']);
  const deactivate = on(group, 'deactivate', 'end a member\'s access at once; role, groups and seat are kept')
    .option('--reason <text>', 'why, for the audit log', reason)
    .option('--on <day>', 'not now but at 23:59 of this day in the time zone of the workspace', day)
    .action(async (options: MemberOptions & { reason?: string; on?: string }) => await deactivateMember(io, options));
  examples(deactivate, ['member deactivate --workspace acme --user grace@acme.example --reason "on leave"', 'member deactivate --workspace acme --user grace@acme.example --on 2030-12-24']);
  const reactivate = on(group, 'reactivate', 'lift the hold of the operators; a member whom an identity provider holds back stays deactivated').action(
    async (options: MemberOptions) => await reactivateMember(io, options),
  );
  examples(reactivate, ['member reactivate --workspace acme --user grace@acme.example']);
  const remove = on(group, 'remove', 'remove a member from the workspace; the person gets one e-mail, and the seat is freed if it was the last workspace')
    .option('--reason <text>', 'why, for the audit log', reason)
    .action(async (options: MemberOptions & { reason?: string }) => await removeOne(io, options));
  examples(remove, ['member remove --workspace acme --user grace@acme.example']);
}

function addList(group: Command, io: Io): void {
  const list = group
    .command('list')
    .description('list the members')
    .requiredOption(...workspaceOption, slug)
    .option(...userOption, line)
    .option('--role <role>', 'only those with this role', role)
    .option(...jsonOption)
    .action(async (options: ListOptions) => await listOf(io, options));
  examples(list, ['member list --workspace acme', 'member list --workspace acme --role owner --json']);
}

function on(group: Command, name: string, description: string): Command {
  return group
    .command(name)
    .description(description)
    .requiredOption(...workspaceOption, slug)
    .requiredOption(...userOption, line);
}
