// The program as its own process, through the launcher and without: exit codes, streams, and a reader that has had enough.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../config/settings.ts';
import { useCommandLine, type Ran } from './command-line.ts';

const { environment, workspace, credentialOf, admitted, done } = useCommandLine();

async function run(files: readonly string[], words: readonly string[], readsOutput = true): Promise<Ran> {
  const child = spawn(process.execPath, [...files.map((file) => join(projectRoot, file)), ...words], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  if (readsOutput) child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  else child.stdout.destroy();
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const code = await new Promise<number>((resolve, reject) => child.on('error', reject).on('close', (status) => resolve(status ?? -1)));
  // A slow machine shows progress.
  return { code, ...said, err: said.err.replaceAll(/^.*…\n/gm, '') };
}

describe('the program', () => {
  it('prints a token that works, through the launcher', async () => {
    const slug = await workspace();
    await done(`token create --workspace ${slug} --label before`);
    const { code, out, err } = await run(['bin/run.mjs'], ['src/cli.ts', 'token', 'create', '--workspace', slug, '--label', 'with  two spaces']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(await admitted(await credentialOf(out.trim()))).toMatchObject({ ok: true });
    expect(JSON.parse(await done(`connection list --workspace ${slug} --json`))).toMatchObject([{ label: 'before' }, { label: 'with  two spaces' }]);
  });

  it('exits with 1 after a refusal, through the launcher', async () => {
    expect(await run(['bin/run.mjs'], ['src/cli.ts', 'member', 'list', '--workspace', 'nowhere'])).toEqual({
      code: 1,
      out: '',
      err: 'usher: There is no workspace "nowhere". Create it with: workspace create --org NAME --slug nowhere --owner EMAIL\n',
    });
  });

  it('does not mind when nobody reads its output', async () => {
    const slug = await workspace();
    expect(await run(['src/cli.ts'], ['audit', 'list', '--workspace', slug], false)).toEqual({ code: 0, out: '', err: '' });
  });
});
