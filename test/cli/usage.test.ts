// What somebody sees who asks for help or mistypes: every command explains itself, every fault is one line.
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/create-program.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { Ran } from './command-line.ts';

/** Nothing here may come as far as reading a setting. */
async function run(...words: string[]): Promise<Ran> {
  const said = { out: '', err: '' };
  const settings = () => {
    throw new Error('settings were read');
  };
  const code = await runCli(words, { out: (text) => void (said.out += text), err: (text) => void (said.err += text), settings });
  return { code, ...said };
}

function paths(command: Command, above: readonly string[] = []): string[][] {
  return command.commands.flatMap((one) => {
    const path = [...above, one.name()];
    return one.commands.length === 0 ? [path] : paths(one, path);
  });
}

const commands = paths(createProgram({ out: () => undefined, err: () => undefined, settings: () => { throw new Error('not here'); } }));

describe('help', () => {
  it('knows every command', () => {
    expect(commands.map((path) => path.join(' ')).toSorted()).toEqual(
      [
        'workspace create', 'token create', 'token list', 'token revoke', 'client create', 'client list', 'client rotate', 'client revoke', 'client revoke-secret', 'connection list', 'connection match-report', 'connection pause', 'connection resume', 'member list', 'member add',
        'member role', 'member deactivate', 'member reactivate', 'member remove', 'ownership transfer', 'account erase', 'account export', 'jobs', 'mail list', 'mail show', 'schedule list', 'schedule cancel', 'settings show', 'secrets reseal', 'settings set', 'audit list', 'audit verify', 'audit head', 'seats', 'schemas', 'migrate',
      ].toSorted(),
    );
  });

  it.each(commands.map((path) => path.join(' ')))('of %s has an example of just that command', async (path) => {
    const { code, out, err } = await run(...path.split(' '), '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: usher ${path}`);
    expect(out).toContain(`  npm run --silent usher -- ${path}`);
  });

  it.each([[[]], [['--help']], [['-h']]])('lists the commands for: usher %s', async (words) => {
    const { code, out, err } = await run(...words);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const group of new Set(commands.map(([first = '']) => first))) expect(out).toMatch(new RegExp(`^  ${group} `, 'm'));
  });

  it('prints the version', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown, err: '' });
  });
});

describe('a mistake', () => {
  it.each([
    ['tokn list', "unknown command 'tokn' (Did you mean token?)", '--help'],
    ['token', 'token needs one of: create, list, revoke', 'token --help'],
    ['token lst', "unknown command 'lst' (Did you mean list?)", 'token --help'],
    ['token list', "required option '--workspace <slug>' not specified", 'token list --help'],
    ['token list --workspace', "option '--workspace <slug>' argument missing", 'token list --help'],
    ['token list --workspace a b', "too many arguments for 'list'. Expected 0 arguments but got 1", 'token list --help'],
    ['token create --workspace a', 'give either --label', 'token create --help'],
    ['token create --workspace a --label b --user c', 'give either --label', 'token create --help'],
    ['token create --workspace a --label b --expires-in-days 0', 'It must be a whole number from 1 to 3650', 'token create --help'],
    ['token create --workspace a --label b --expires-in-days -1', 'It must be a whole number from 1 to 3650', 'token create --help'],
    ['token revoke --workspace a', "missing required argument 'id'", 'token revoke --help'],
    ['member role --workspace a --user b --role Boss', 'It must be the key of a role: owner, admin, member', 'member role --help'],
    ['member role --workspace a --user b --role __proto__', 'It must be the key of a role: owner, admin, member', 'member role --help'],
    ['audit list --workspace a --limit 10001', 'It must be a whole number from 1 to 10000', 'audit list --help'],
    ['seats --org a --jsn', "unknown option '--jsn' (Did you mean --json?)", 'seats --help'],
  ])('in "%s" is one line', async (line, words, help) => {
    const { code, out, err } = await run(...line.split(' '));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^usher: [^\n]*\n$/);
    expect(err).toContain(words);
    expect(err.endsWith(`Help: npm run --silent usher -- ${help}\n`)).toBe(true);
  });

  it('is a fault of the program when nobody expected it, still in one line and with its place', async () => {
    const { code, out, err } = await run('token', 'list', '--workspace', 'a');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^usher: Unexpected Error: settings were read \(usage\.test\.ts:\d+:\d+\)\. This is a fault of the program: please report it\.\n$/);
  });
});
