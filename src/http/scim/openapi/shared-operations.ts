// The operations that are not of one resource type: all types at once, bulk requests, the caller's own user, discovery.
import { answerExample, bulkAnswerExample, bulkExample, listExample, searchExample } from './examples.ts';
import { headersOf } from '../../openapi/headers.ts';
import type { JsonObject } from '../../openapi/json.ts';
import { answerWith, bodyOf, type Ground, type Operation } from './operation.ts';
import type { ParameterName } from './parameters.ts';
import { changeType, deleteType, listing, readType, replaceType, type TellOfType } from './resource-operations.ts';
import { unchanged } from './responses.ts';

/** Tells one operation. */
export type Tell = (ground: Ground) => Operation;

export const listEverything: Tell = (ground) => ({
  id: 'listEverything',
  tag: 'Everything',
  summary: 'List resources of all types',
  description: 'An attribute that one of the types lacks has no value there; one that no type has is refused.',
  parameters: listing,
  answers: answerWith(200, 'The page.', 'EverythingList', everythingExample(ground)),
  errors: [400],
});

export const searchEverything: Tell = (ground) => ({
  ...listEverything(ground),
  id: 'searchEverything',
  summary: 'Search resources of all types',
  parameters: [],
  body: bodyOf('SearchRequest', ground.limits.plain, searchExample),
  errors: [400, 413, 415],
});

export const sendBulk: Tell = ({ limits }) => ({
  id: 'sendBulk',
  tag: 'Bulk',
  summary: 'Make several changes',
  description:
    'Each operation is done or refused by itself, with the same rules as the single request, and has its own status in the answer. Operations may refer to what others create, in any order and in circles; resources that refer to each other in a circle are created together or not at all. The answer is 200 also where operations failed.',
  parameters: [],
  body: bodyOf('BulkRequest', limits.bulk, bulkExample),
  answers: answerWith(200, 'What became of each operation.', 'BulkResponse', bulkAnswerExample),
  errors: [400, 413, 415],
});

const onlyPersons = 'Another name for the user of the token. A connection is nobody: its token gets 404.';

export const readMe: Tell = (ground) => asMe(readType, ground, 'readMe', 'Read yourself');
export const replaceMe: Tell = (ground) => asMe(replaceType, ground, 'replaceMe', 'Replace yourself', 'Nobody can deactivate themselves.');
export const changeMe: Tell = (ground) => asMe(changeType, ground, 'changeMe', 'Change yourself', 'Nobody can deactivate themselves.');

/** There is no good answer: whose token it is stands before any other rule. */
export const deleteMe: Tell = (ground) => ({
  ...asMe(deleteType, ground, 'deleteMe', 'Delete yourself', 'Nobody can remove themselves, so that this is refused with 403: somebody else has to do it.'),
  parameters: [],
  answers: {},
  errors: [404],
});

export const readConfig: Tell = () => discovery('readServiceProviderConfig', 'Read what this server can do', 'ServiceProviderConfig');
export const listTypes: Tell = () => discovery('listResourceTypes', 'List the resource types', 'ResourceTypeList');
export const readResourceType: Tell = () => discovery('readResourceType', 'Read a resource type', 'ResourceType', 'typeName');
export const listSchemas: Tell = () => discovery('listSchemas', 'List the schemas', 'SchemaList');
export const readSchema: Tell = () => discovery('readSchema', 'Read a schema', 'Schema', 'schemaUrn');

function asMe(tell: TellOfType, ground: Ground, id: string, summary: string, more = ''): Operation {
  const { parameters, answers, errors, ...rest } = tell(ground.user, ground);
  const located = headersOf('ETag', 'Location', 'Content-Location');
  return {
    ...rest,
    id,
    tag: 'Me',
    summary,
    description: `${onlyPersons} ${more}`.trim(),
    parameters: parameters.filter((name) => name !== 'id'),
    answers: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, { ...(answer as JsonObject), headers: located }])),
      ...(errors.includes(304) && { 304: { description: unchanged, headers: located } }),
    },
    // A person ends nobody's access in masses by changing itself.
    errors: errors.filter((status) => status !== 304 && status !== 429),
  };
}

function discovery(id: string, summary: string, schema: string, name?: ParameterName): Operation {
  return {
    id,
    tag: 'Discovery',
    summary,
    description: 'Cannot be filtered: a `filter` is refused with 403.',
    parameters: name === undefined ? [] : [name],
    answers: answerWith(200, 'What is described.', schema, undefined),
    errors: name === undefined ? [400] : [400, 404],
  };
}

function everythingExample({ subjects }: Ground): JsonObject {
  return listExample(...subjects.slice(0, 2).map(({ type }) => answerExample(type)));
}
