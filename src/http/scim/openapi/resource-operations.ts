// The operations that every resource type has, told of one type.
import { coreUser } from '../../../scim/schema/core-user.ts';
import { answerExample, listExample, patchExample, requestExample, searchExample } from './examples.ts';
import type { HeaderName } from '../../openapi/headers.ts';
import type { JsonObject } from '../../openapi/json.ts';
import { answerEmpty, answerWith, bodyOf, type Ground, type Operation, type Subject } from './operation.ts';
import type { ParameterName } from './parameters.ts';
import type { ErrorStatus } from './responses.ts';

/** Tells one operation of a type. */
export type TellOfType = (subject: Subject, ground: Ground) => Operation;

/** What chooses and cuts a list. */
export const listing: readonly ParameterName[] = ['filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor', 'attributes', 'excludedAttributes'];
const showing: readonly ParameterName[] = ['attributes', 'excludedAttributes'];
const ofVersion: readonly ParameterName[] = ['ifMatch', 'ifNoneMatch'];
const changing: readonly ParameterName[] = [...ofVersion, 'dryRun'];
const found: readonly HeaderName[] = ['ETag', 'Location'];
const writing: readonly ErrorStatus[] = [400, 409, 413, 415];

export const listType: TellOfType = (subject, ground) => {
  const { one, many } = ground.namesOf(subject);
  return {
    id: `list${many}`,
    tag: many,
    summary: `List ${many}`,
    description: 'A page of the resources that the filter matches, by index or by cursor. Cursors stay right while resources come and go.',
    parameters: listing,
    answers: answerWith(200, 'The page.', `${one}List`, listExample(answerExample(subject.type))),
    errors: [400],
  };
};

export const createType: TellOfType = (subject, ground) => {
  const { one, many } = ground.namesOf(subject);
  return {
    id: `create${one}`,
    tag: many,
    summary: `Create a ${one}`,
    ...(isUser(subject) && { description: 'Makes the person a member of the workspace and takes a seat. A person of the organization is linked, not made twice.' }),
    parameters: [...showing, 'dryRun'],
    body: bodyOf(`${one}Request`, ground.limits[subject.bodies], requestExample(subject.type)),
    answers: answerWith(201, 'It is created.', one, answerExample(subject.type), ...found),
    errors: writing,
  };
};

export const searchType: TellOfType = (subject, ground) => {
  const { one, many } = ground.namesOf(subject);
  return {
    id: `search${many}`,
    tag: many,
    summary: `Search ${many}`,
    description: 'The list, asked for in a body: for filters too long or too private for an address.',
    parameters: [],
    body: bodyOf('SearchRequest', ground.limits[subject.bodies], searchExample),
    answers: answerWith(200, 'The page.', `${one}List`, listExample(answerExample(subject.type))),
    errors: [400, 413, 415],
  };
};

export const readType: TellOfType = (subject, ground) => {
  const { one, many } = ground.namesOf(subject);
  return {
    id: `read${one}`,
    tag: many,
    summary: `Read a ${one}`,
    parameters: ['id', ...showing, ...ofVersion],
    answers: answerWith(200, 'The resource.', one, answerExample(subject.type), ...found),
    errors: [304, 400, 404, 412],
  };
};

export const replaceType: TellOfType = (subject, ground) => {
  const { one, many } = ground.namesOf(subject);
  return {
    id: `replace${one}`,
    tag: many,
    summary: `Replace a ${one}`,
    description: isUser(subject)
      ? 'Attributes that are not sent are unassigned, but without `active` the status stays what it is. What changes nothing keeps the version.'
      : 'Attributes that are not sent are unassigned. What changes nothing keeps the version.',
    parameters: ['id', ...showing, ...changing, ...confirming(subject)],
    body: bodyOf(`${one}Request`, ground.limits[subject.bodies], requestExample(subject.type)),
    answers: answerWith(200, 'The resource as it is now.', one, answerExample(subject.type), ...found),
    errors: [...writing, 404, 412, ...departing(subject)],
  };
};

export const changeType: TellOfType = (subject, ground) => {
  const { one, many } = ground.namesOf(subject);
  return {
    id: `change${one}`,
    tag: many,
    summary: `Change a ${one}`,
    description: isUser(subject)
      ? 'Operations are made in order, all or none. `active` false deactivates: no access from the next request on, seat and groups kept; true lifts what this client deactivated.'
      : 'Operations are made in order, all or none.',
    parameters: ['id', ...showing, ...changing, ...confirming(subject)],
    body: bodyOf('PatchOp', ground.limits[subject.bodies], patchExample(subject.type)),
    answers: changeAnswers(subject, one),
    errors: [...writing, 404, 412, ...departing(subject)],
  };
};

export const deleteType: TellOfType = (subject, ground) => {
  const { one, many } = ground.namesOf(subject);
  return {
    id: `delete${one}`,
    tag: many,
    summary: `Delete a ${one}`,
    ...(isUser(subject) && { description: 'Removes the person from this workspace: access and groups end, and the seat is free if it was the last workspace.' }),
    parameters: ['id', ...changing, ...confirming(subject)],
    answers: answerEmpty('It is gone, and its id is never used again.'),
    errors: isUser(subject) ? [400, 404, 409, 412, ...departing(subject)] : [400, 404, 412],
  };
};

function changeAnswers(subject: Subject, one: string): JsonObject {
  const always = subject.patchShows === 'always';
  return {
    ...answerWith(200, always ? 'The resource as it is now.' : 'The resource as it is now, where `attributes` or `excludedAttributes` asks for it.', one, answerExample(subject.type), ...found),
    ...(!always && answerEmpty('It is changed.', ...found)),
  };
}

/** Whatever may end somebody's access may be held. */
function departing(subject: Subject): readonly ErrorStatus[] {
  return isUser(subject) ? [429] : [];
}

/** Only what happens to a person is worth a second look. */
function confirming(subject: Subject): readonly ParameterName[] {
  return isUser(subject) ? ['previewToken'] : [];
}

function isUser({ type }: Subject): boolean {
  return type.schema.id === coreUser.id;
}
