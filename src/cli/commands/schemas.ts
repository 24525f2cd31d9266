// `schemas`: which resource types and schemas a server with these settings serves; fails when it would not start with the files.
import type { Command } from 'commander';
import { examples, jsonOption } from '../help.ts';
import type { Io } from '../io.ts';
import { json, printable } from '../print.ts';

export function addSchemasCommand(program: Command, io: Io): void {
  const schemas = program
    .command('schemas')
    .description('check the schema files of SCHEMAS_DIR and show what a server started now would serve')
    .option(...jsonOption)
    .action(async (options: { json?: true }) => await showSchemas(io, options));
  examples(schemas, ['schemas']);
}

async function showSchemas(io: Io, { json: asJson }: { json?: true }): Promise<void> {
  const { loadResourceTypes } = await import('../load-resource-types.ts');
  const types = loadResourceTypes(io.settings());
  const shown = types.map(({ name, endpoint, schema, extensions }) => ({ name, endpoint, schema: schema.id, extensions: extensions.map((extension) => extension.schema.id) }));
  if (asJson === true) io.out(json(shown));
  else io.out(shown.map(({ name, endpoint, schema, extensions }) => [`${name} at ${endpoint}`, `  ${schema}`, ...extensions.map((urn) => `  + ${urn}`)].map((text) => `${printable(text)}\n`).join('')).join(''));
}
