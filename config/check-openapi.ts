// Lints one of the documents in openapi/, named by the first argument: OpenAPI 3.1 by its own schema, examples by theirs, and what no schema can say: names, references, leftovers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerSchema, setShouldValidateFormat, validate } from '@hyperjump/json-schema/openapi-3-1';
import { projectRoot } from './settings.ts';

type Part = Readonly<Record<string, unknown>>;
type Verdict = { readonly valid: boolean; readonly errors?: readonly { readonly instanceLocation: string; readonly absoluteKeywordLocation: string }[] };
type Place = { readonly pointer: readonly string[]; readonly part: Part };

/** Whether a document shows examples at all. */
const documents: Readonly<Record<string, { readonly examples: boolean }>> = { scim: { examples: true }, admin: { examples: false } };
const named = process.argv[2] ?? '';
const shows = Object.hasOwn(documents, named) ? documents[named] : undefined;
if (shows === undefined) throw new Error(`name one of ${Object.keys(documents).join(', ')}`);

const uri = `https://usher.example/openapi/${named}.json`;
const dialect = 'https://spec.openapis.org/oas/3.1/dialect/base';
const methods = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options']);
const text = readFileSync(join(projectRoot, `openapi/${named}.json`), 'utf8');
const document = JSON.parse(text) as Part;
const faults: string[] = [];

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null;
const partsOf = (holder: unknown, name: string): Part => (isPart(holder) && isPart(holder[name]) ? holder[name] : {});
const listOf = (holder: Part, name: string): readonly unknown[] => (Array.isArray(holder[name]) ? holder[name] : []);
const escape = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1');
const show = (pointer: readonly string[]): string => `#/${pointer.map(escape).join('/')}`;

/** Every object and list of the document with its place; what stands in examples is data. */
function* walk(part: Part, pointer: readonly string[] = []): Generator<Place> {
  yield { pointer, part };
  for (const [name, value] of Object.entries(part)) if (isPart(value) && name !== 'example') yield* walk(value, [...pointer, name]);
}

function find(reference: string): unknown {
  let at: unknown = document;
  for (const segment of reference.slice(2).split('/')) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    at = isPart(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}

/** References, and the components that the paths lead to. */
function checkReferences(): void {
  const reached = new Set<string>();
  const follow = (part: Part): void => {
    for (const { pointer, part: one } of walk(part)) {
      const reference = one['$ref'];
      if (typeof reference !== 'string' || reached.has(reference)) continue;
      reached.add(reference);
      const target = find(reference);
      if (isPart(target)) follow(target);
      else faults.push(`${show(pointer)} refers to ${reference}, which does not exist`);
    }
  };
  follow(partsOf(document, 'paths'));
  for (const scheme of listOf(document, 'security')) for (const name of Object.keys(scheme as Part)) reached.add(`#/components/securitySchemes/${name}`);
  for (const [kind, components] of Object.entries(partsOf(document, 'components'))) {
    for (const name of Object.keys(components as Part)) if (!reached.has(`#/components/${kind}/${name}`)) faults.push(`#/components/${kind}/${name} is used nowhere`);
  }
}

function checkOperations(): number {
  const tags = new Set(listOf(document, 'tags').map((tag) => (tag as Part)['name']));
  const ids = new Set<unknown>();
  let operations = 0;
  for (const [path, item] of Object.entries(partsOf(document, 'paths'))) {
    for (const [method, operation] of Object.entries(item as Part)) {
      if (!methods.has(method) || !isPart(operation)) continue;
      operations += 1;
      const place = `${method.toUpperCase()} ${path}`;
      if (typeof operation['operationId'] !== 'string' || ids.has(operation['operationId'])) faults.push(`${place} needs an operationId of its own`);
      ids.add(operation['operationId']);
      if (typeof operation['summary'] !== 'string' || operation['summary'] === '') faults.push(`${place} has no summary`);
      const own = listOf(operation, 'tags');
      if (own.length !== 1 || !tags.has(own[0])) faults.push(`${place} needs one tag that the document names`);
      checkParameters(place, path, listOf(operation, 'parameters'));
      for (const [status, answer] of Object.entries(partsOf(operation, 'responses'))) checkAnswer(`${place} ${status}`, answer);
    }
  }
  return operations;
}

function checkParameters(place: string, path: string, parameters: readonly unknown[]): void {
  const found = parameters.map(resolve).map((parameter) => `${String(parameter['in'])} ${String(parameter['name'])}`);
  if (new Set(found).size !== found.length) faults.push(`${place} has a parameter twice`);
  const wanted = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => `path ${name ?? ''}`);
  const given = found.filter((one) => one.startsWith('path '));
  if (wanted.toSorted().join() !== given.toSorted().join()) faults.push(`${place} must have exactly the path parameters of its address`);
}

function checkAnswer(place: string, answer: unknown): void {
  const { description } = resolve(answer);
  if (typeof description !== 'string' || description.trim().length < 5) faults.push(`${place} has no description`);
}

function resolve(part: unknown): Part {
  if (!isPart(part)) return {};
  const reference = part['$ref'];
  const target = typeof reference === 'string' ? find(reference) : part;
  return isPart(target) ? target : {};
}

async function judge(schema: string, value: unknown): Promise<Verdict> {
  return (await validate(schema))(value as never, 'BASIC');
}

async function checkForm(): Promise<void> {
  const { valid, errors = [] } = await judge('https://spec.openapis.org/oas/3.1/schema-base', document);
  if (!valid) faults.push('it is no OpenAPI 3.1 document', ...errors.map(({ instanceLocation, absoluteKeywordLocation }) => `  ${instanceLocation} breaks ${absoluteKeywordLocation}`));
}

async function checkExamples(): Promise<number> {
  // @ts-expect-error the package has no types for it; it only adds the formats
  await import('@hyperjump/json-schema/formats');
  setShouldValidateFormat(true);
  registerSchema(document as never, uri, dialect);
  let examples = 0;
  for (const { pointer, part } of walk(document)) {
    if (!('example' in part) || !isPart(part['schema'])) continue;
    examples += 1;
    const { valid, errors = [] } = await judge(`${uri}#${[...pointer, 'schema'].map((one) => `/${encodeURIComponent(escape(one))}`).join('')}`, part['example']);
    if (!valid) faults.push(`the example at ${show(pointer)} does not fit: ${errors.map(({ instanceLocation }) => instanceLocation).join(', ')}`);
  }
  return examples;
}

if (text !== `${JSON.stringify(document, null, 2)}\n`) faults.push('the file is not as `npm run openapi` writes it');
checkReferences();
const operations = checkOperations();
await checkForm();
// Schemas are compiled only once all that they refer to is known to exist.
const examples = faults.length === 0 ? await checkExamples() : undefined;
if (operations === 0 || (shows.examples && examples === 0)) faults.push('there was nothing to look at');
process.stdout.write([...faults, `${operations} operations, ${examples ?? 'no'} examples, ${faults.length} faults`, ''].join('\n'));
process.exitCode = faults.length === 0 ? 0 : 1;
