// Keeps the style that a machine can see: sizes, names, opening sentences, doc blocks, and what must not stand anywhere.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../config/settings.ts';

type Source = { readonly path: string; readonly text: string; readonly lines: number; readonly tree: ts.SourceFile };

/** Schema data: tables whose length is that of the RFC's. */
const longByNature = /^src\/scim\/schema\/(core-[a-z-]+|[a-z-]+-schema)\.ts$/;

function read(pattern: string): Source[] {
  return globSync(pattern, { cwd: projectRoot }).toSorted().map((path) => {
    const text = readFileSync(join(projectRoot, path), 'utf8');
    return { path, text, lines: text.split('\n').length - 1, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
  });
}

const src = read('src/**/*.ts');
const test = read('test/**/*.ts');
const own = [...src, ...test, ...read('{config,migrations}/**/*.{ts,cjs}'), ...read('bin/*.mjs')];
const written = [...own, ...read('{docs,openapi,config,.ci}/**/*.{md,json,yaml,env}'), ...read('{README.md,package.json,.npmrc,.gitignore,tsconfig.json,.ci/run}')];

/** Every place, as `file:line what`, where the search finds something. */
function places(files: readonly Source[], search: (node: ts.Node, file: Source) => string | undefined): string[] {
  const found: string[] = [];
  for (const file of files) {
    const visit = (node: ts.Node): void => {
      const what = search(node, file);
      if (what !== undefined) found.push(`${file.path}:${file.tree.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${what}`);
      ts.forEachChild(node, visit);
    };
    visit(file.tree);
  }
  return found;
}

function matches(files: readonly Source[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) => text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 80)}`] : [])));
}

function isExported(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

/** The names that a statement exports. */
function exportedNames(node: ts.Node): string[] {
  if (!isExported(node)) return [];
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map(({ name }) => name.getText());
  return ts.isDeclarationStatement(node) && node.name !== undefined ? [node.name.text] : [];
}

it('has files to look at', () => {
  expect(src.length).toBeGreaterThan(20);
  expect(test.length).toBeGreaterThan(5);
  expect(written.map(({ path }) => path)).toEqual(expect.arrayContaining(['package.json', 'bin/run.mjs', 'config/settings.ts', '.ci/run']));
});

describe('sizes', () => {
  it('keeps source files to 300 lines and test files to 400', () => {
    const long = own.filter(({ path, lines }) => lines > (path.startsWith('test/') ? 400 : 300) && !longByNature.test(path));
    expect(long.map(({ path, lines }) => `${path} ${lines}`)).toEqual([]);
  });

  it('keeps the median of source files to 90 lines', () => {
    const sorted = src.map(({ lines }) => lines).toSorted((one, other) => one - other);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(90);
  });

  it('keeps functions to 70 lines', () => {
    const long = places(own.filter(({ path }) => !path.startsWith('test/')), (node, { tree }) => {
      if (!ts.isFunctionLike(node)) return undefined;
      const [first, last] = [node.getStart(), node.end].map((position) => tree.getLineAndCharacterOfPosition(position).line);
      const lines = (last ?? 0) - (first ?? 0) + 1;
      return lines > 70 ? `${lines} lines` : undefined;
    });
    expect(long).toEqual([]);
  });
});

describe('names', () => {
  it('are kebab-case for files', () => {
    const names = own.map(({ path }) => path).filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(entity|test|config))?\.(ts|mjs|cjs)$/.test(basename(path)));
    expect(names).toEqual([]);
  });

  it('say what a thing does', () => {
    const empty = /(^|[-a-z])(service|manager|helper|util)s?$/i;
    expect(own.map(({ path }) => path).filter((path) => empty.test(basename(path).replace(/\..*$/, '')))).toEqual([]);
    expect(places(own, (node) => exportedNames(node).find((name) => empty.test(name) && name.toLowerCase() !== 'manager'))).toEqual([]);
  });
});

describe('modules', () => {
  it('export by name, and only what they define', () => {
    const wrong = places([...src, ...test], (node) => {
      if (ts.isExportAssignment(node) || (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword))) return 'default export';
      return ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined ? 'exports what another file defines' : undefined;
    });
    expect(wrong).toEqual([]);
    expect(own.map(({ path }) => path).filter((path) => basename(path).startsWith('index.'))).toEqual([]);
  });

  it('have no classes but errors and what a library demands', () => {
    const classes = places(src, (node) => (ts.isClassLike(node) && !/Error\b|\bpg\./.test(node.heritageClauses?.[0]?.getText() ?? '') ? `class ${node.name?.text}` : undefined));
    expect(classes).toEqual([]);
  });

  it('read the environment in config/ only', () => {
    expect(matches([...src, ...read('migrations/*.ts')], /process\.env|loadEnvFile|from 'node:process'/)).toEqual([]);
  });
});

describe('comments', () => {
  it('open every file with a sentence', () => {
    const silent = own.filter(({ text }) => {
      const opening = /^(?:\/\/ .*\n)+/.exec(text)?.[0].replaceAll(/^\/\/ ?/gm, '') ?? '';
      return !/^[\p{L}`].{15,}[.!?:](\s|$)/su.test(opening);
    });
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('stand over every export of scim and domain', () => {
    const rooms = src.filter(({ path }) => /^src\/(scim|domain)\//.test(path));
    const bare = places(rooms, (node) => {
      const names = exportedNames(node);
      const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
      return names.length > 0 && !docs.some((doc) => doc.getText().split(/\s+/).length > 4) ? names.join() : undefined;
    });
    expect(bare).toEqual([]);
  });
});

describe('what must not stand anywhere', () => {
  const word = (...parts: string[]) => parts.join('');
  it.each([
    ['work left for later', new RegExp(`\\b(${[word('TO', 'DO'), word('FIX', 'ME'), word('X', 'XX')].join('|')})\\b`)],
    ['a path of one machine', new RegExp(word('(^|[^\\w.~-])/(wo', 'rk|ho', 'me|ro', 'ot)/\\w'))],
    ['an address of a package registry', new RegExp(word('registry\\.(np', 'mjs|ya', 'rnpkg)'))],
    ['a test that is switched off or alone', new RegExp(word('\\b(it|test|describe)\\.(on', 'ly|sk', 'ip|to', 'do)\\b'))],
  ])('%s', (_, pattern) => {
    expect(matches(written, pattern)).toEqual([]);
  });
});
