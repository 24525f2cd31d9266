// The description of the team API as an OpenAPI document, made from the operations that are served.
import { headers, headersOf } from '../../openapi/headers.ts';
import { readable, ref, sorted, type Json, type JsonObject } from '../../openapi/json.ts';
import { problemPages, type ProblemCode } from '../../problem-pages.ts';
import { adminPath } from '../admin-path.ts';
import type { AdminEndpoint, AnswerShape, Operation } from '../operation.ts';
import { about } from './about.ts';
import { createSchemaBook, type SchemaBook } from './schema-of.ts';
import { parameterWords } from './parameter-words.ts';
import { describedTags, problemSchema } from './parts.ts';

/** The whole document; the same for the same endpoints. https://spec.openapis.org/oas/v3.1.1 */
export function adminDocument(endpoints: readonly AdminEndpoint[]): JsonObject {
  const book = createSchemaBook();
  const paths = endpoints.map((endpoint) => [pathOf(endpoint), renderPath(endpoint, book)] as const);
  const document = {
    ...about,
    tags: describedTags,
    paths: sorted(Object.fromEntries(paths)),
    components: {
      parameters: { requestId, idempotencyKey },
      responses: { Problem: problem },
      schemas: sorted({ ...book.named(), Problem: problemSchema }),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The token of a person, of a session, or of the host application; each operation says which.' } },
    },
  };
  return { ...document, components: { ...document.components, headers: sorted(headersUsedIn(document)) } };
}

const requestId: JsonObject = {
  name: 'X-Request-Id',
  in: 'header',
  schema: { type: 'string' },
  description: 'An id of your own for the request, of letters, digits and `._:/+=-`, at most 128. The answer repeats it, and the audit log keeps it.',
};

const idempotencyKey: JsonObject = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'A name for the request, such as a UUID. The same request with the same key is done once within 24 hours; its answer then comes again, with `Idempotency-Replayed: true`.',
};

const problem: JsonObject = {
  description: 'The request was refused: `code` says by which rule, `detail` what to do.',
  headers: headersOf('X-Problem-Code', 'Link'),
  content: { 'application/problem+json': { schema: ref('schemas', 'Problem') } },
};

function pathOf({ template }: AdminEndpoint): string {
  return template.slice(adminPath.length).replaceAll(/:(\w+)/gu, '{$1}');
}

function renderPath(endpoint: AdminEndpoint, book: SchemaBook): JsonObject {
  return Object.fromEntries([...endpoint.operations].map(([method, operation]) => [method.toLowerCase(), renderOperation(endpoint, method, operation, book)]));
}

function renderOperation(endpoint: AdminEndpoint, method: string, operation: Operation, book: SchemaBook): JsonObject {
  const { id, tag, summary, description, doors, answers, problems = [], body } = operation;
  const told = [description ?? '', callers(doors), refusals(problems)].filter((text) => text !== '').join('\n\n');
  return {
    tags: [tag],
    operationId: id,
    summary,
    ...(told !== '' && { description: told }),
    parameters: [...inPath(endpoint), ...inQuery(operation, book), ref('parameters', 'requestId'), ...(method === 'POST' && operation.onlyAsks !== true ? [ref('parameters', 'idempotencyKey')] : [])],
    ...(body !== undefined && { requestBody: renderBody(body, book) }),
    responses: { ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, renderAnswer(answer, book)])), default: ref('responses', 'Problem') },
  };
}

/** A body of which every member may be left out may be left out itself. */
function renderBody({ shape, limitBytes }: NonNullable<Operation['body']>, book: SchemaBook): JsonObject {
  return {
    ...(!shape.safeParse({}).success && { required: true }),
    description: `At most ${readable(limitBytes)} bytes.`,
    content: { 'application/json': { schema: book.ofInput(shape) } },
  };
}

const callersOf = { admin: 'a member', account: 'a session', host: 'the host application' } as const;

/** Which tokens it takes, where that is not a member's alone. */
function callers(doors: Operation['doors'] = ['admin']): string {
  return doors.length === 1 && doors[0] === 'admin' ? '' : `Takes the token of ${doors.map((door) => callersOf[door]).join(' or of ')}.`;
}

function refusals(problems: readonly ProblemCode[]): string {
  return problems.map((code) => `\`${code}\`: ${problemPages[code].title}.`).join(' ');
}

function inPath({ template }: AdminEndpoint): JsonObject[] {
  return [...template.matchAll(/:(\w+)/gu)].map(([, name = '']) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function inQuery({ query }: Operation, book: SchemaBook): JsonObject[] {
  const schema = book.ofInput(query);
  const properties = Object.entries((schema['properties'] ?? {}) as JsonObject);
  const required = (schema['required'] ?? []) as readonly string[];
  return properties.map(([name, property]) => {
    const { description = parameterWords.get(name), ...rest } = property as JsonObject;
    return { name, in: 'query', ...(required.includes(name) && { required: true }), ...(description !== undefined && { description }), schema: rest };
  });
}

function renderAnswer({ description, shape, mediaTypes }: AnswerShape, book: SchemaBook): JsonObject {
  const schema: JsonObject | undefined = shape && book.ofOutput(shape);
  const types = mediaTypes ?? (schema === undefined ? [] : ['application/json']);
  const content = Object.fromEntries(types.map((type) => [type, { schema: schema ?? { type: 'string' } }]));
  return { description, headers: headersOf(), ...(types.length > 0 && { content }) };
}

/** The headers that the document refers to. */
function headersUsedIn(document: Json): JsonObject {
  const text = JSON.stringify(document);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => text.includes(`"#/components/headers/${name}"`)));
}
