// What there is to tell of one operation, and how it stands in the description.
import type { ResourceHandler } from '../../../provisioning/resource-handler.ts';
import { headersOf, type HeaderName } from '../../openapi/headers.ts';
import { content, readable, ref, type JsonObject } from '../../openapi/json.ts';
import type { TypeNames } from './names.ts';
import type { ParameterName } from './parameters.ts';
import { always, refer, type ErrorStatus } from './responses.ts';

/** Most bytes of a body, for each kind that a handler may name and for a bulk request. */
export type DescribedLimits = Readonly<Record<ResourceHandler['bodies'] | 'bulk', number>>;

/** A resource type as its handler serves it. */
export type Subject = Pick<ResourceHandler, 'type' | 'bodies' | 'patchShows'>;

/** What an operation is told about. `user` is the type behind /Me. */
export interface Ground {
  readonly limits: DescribedLimits;
  readonly subjects: readonly Subject[];
  readonly user: Subject;
  readonly namesOf: (subject: Subject) => TypeNames;
}

/** `errors` are those besides the ones of every operation. */
export interface Operation {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly ParameterName[];
  readonly body?: JsonObject;
  readonly answers: JsonObject;
  readonly errors: readonly (ErrorStatus | 304)[];
}

/** https://spec.openapis.org/oas/v3.1.1#operation-object */
export function renderOperation({ id, tag, summary, description, parameters, body, answers, errors }: Operation): JsonObject {
  const statuses = [...new Set([...errors, ...always])].toSorted((one, other) => one - other);
  return {
    tags: [tag],
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    parameters: [...parameters, 'requestId' as const].map((name) => ref('parameters', name)),
    ...(body !== undefined && { requestBody: body }),
    responses: { ...answers, ...refer(statuses) },
  };
}

/** HEAD is GET without the body, of errors too. */
export function renderHead({ id, tag, summary, parameters, answers, errors }: Operation): JsonObject {
  const found = Object.entries(answers).map(([status, answer]) => [status, withoutContent(answer as JsonObject)]);
  return {
    tags: [tag],
    operationId: `${id}Head`,
    summary: `${summary}: the headers only`,
    parameters: [...parameters, 'requestId' as const].map((name) => ref('parameters', name)),
    responses: {
      ...(Object.fromEntries(found) as JsonObject),
      ...(errors.includes(304) && refer([304])),
      default: { description: 'The status and the headers that GET would answer with, without a body.', headers: headersOf() },
    },
  };
}

/** What the address allows; it depends on nothing but the address. */
export function renderOptions({ id, tag, parameters }: Operation): JsonObject {
  const inPath = parameters.filter((name) => name === 'id' || name === 'typeName' || name === 'schemaUrn');
  return {
    tags: [tag],
    operationId: `${id}Options`,
    summary: 'Ask which methods there are',
    parameters: [...inPath, 'requestId' as const].map((name) => ref('parameters', name)),
    responses: { 204: { description: 'They stand in Allow.', headers: headersOf('Allow') }, ...refer([...always]) },
  };
}

/** A body of a request, in one of the two media types. */
export function bodyOf(schema: string, limitBytes: number, example: JsonObject): JsonObject {
  return { required: true, description: `At most ${readable(limitBytes)} bytes, in UTF-8 and not compressed.`, content: content(ref('schemas', schema), example) };
}

/** The good answer with a body. */
export function answerWith(status: 200 | 201, description: string, schema: string, example: JsonObject | undefined, ...headers: readonly HeaderName[]): JsonObject {
  return { [status]: { description, headers: headersOf(...headers), content: content(ref('schemas', schema), example) } };
}

/** The good answer without one. */
export function answerEmpty(description: string, ...headers: readonly HeaderName[]): JsonObject {
  return { 204: { description, headers: headersOf(...headers) } };
}

function withoutContent(answer: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'content'));
}
