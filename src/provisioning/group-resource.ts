// Group resources and groups: the SCIM document of a group, and what a SCIM document says about a group and its members.
import type { Group, GroupParticulars, GroupView, LongGroup, ShownMember } from '../domain/model/group.ts';
import { weakEtag } from '../scim/etag.ts';
import { project, wants, type Projection } from '../scim/projection.ts';
import type { ResourceType, ScimObject } from '../scim/schema/attribute.ts';
import { isObject } from '../scim/schema/check-value.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import { locate } from './identifiers.ts';
import type { LongList, Representation } from './resource-handler.ts';

/** Keys of a Group document that the profile does not keep: they have a place of their own or are derived. */
const apart: ReadonlySet<string> = new Set(['schemas', 'id', 'externalId', 'meta', 'displayName', 'members']);

/** Whether an answer shows members; where it does not, they are never read. */
export function wantsMembers(projection: Projection | undefined): boolean {
  return projection !== undefined && wants(projection, groupType, 'members');
}

/** The part of a group's document that an answer shows; without the members where they are many. */
export function showGroup(type: ResourceType, view: GroupView, baseUrl: string, projection: Projection): ScimObject {
  const { id, externalId, displayName, profile, createdAt, updatedAt } = view;
  const document: ScimObject = {
    ...profile,
    id,
    externalId,
    displayName,
    members: view.members === 'many' ? undefined : view.members?.map((member) => showMember(member, baseUrl)),
    meta: { resourceType: groupType.id, created: createdAt, lastModified: updatedAt, location: locate(groupType, id, baseUrl), version: weakEtag(view.version) },
  };
  return project(type, document, projection);
}

/** A group of many members with the headers of its answer. */
export function representLongGroup(type: ResourceType, { view, pieces }: LongGroup, baseUrl: string, projection: Projection): Representation {
  return { ...representGroup(type, view, baseUrl, projection), ...showLongGroup(type, { view, pieces }, baseUrl, projection) };
}

/** A group of many members as a list shows it. */
export function showLongGroup(type: ResourceType, { view, pieces }: LongGroup, baseUrl: string, projection: Projection): { resource: ScimObject; long: LongList } {
  return { resource: showGroup(type, view, baseUrl, projection), long: { name: 'members', pieces: showPieces(pieces, baseUrl, projection) } };
}

/** Each piece as it stands in the document; what the projection leaves of a member is worked out as for a short list. */
function showPieces(pieces: LongGroup['pieces'], baseUrl: string, projection: Projection): LongList['pieces'] {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const { done, value } = await pieces.next();
      if (done === true) return { done, value };
      const { members } = project(groupType, { members: value.map((member) => showMember(member, baseUrl)) }, projection);
      return { done: false, value: Array.isArray(members) ? members : [] };
    },
    return: async () => {
      await pieces.return?.();
      return { done: true, value: undefined };
    },
  };
}

function showMember({ id, type, display }: ShownMember, baseUrl: string): ScimObject {
  return { value: id, $ref: locate(type === 'User' ? userType : groupType, id, baseUrl), type, display };
}

/** A group with the headers of its answer; without a projection there is nothing but the headers. */
export function representGroup(type: ResourceType, view: GroupView, baseUrl: string, projection: Projection | undefined): Representation {
  const resource = projection && showGroup(type, view, baseUrl, projection);
  return { location: locate(groupType, view.id, baseUrl), etag: weakEtag(view.version), resource };
}

/** The document of a group as PUT and PATCH change it, without its members: what a client can write, and the id it may repeat. */
export function writableDocument(group: Group): ScimObject {
  const { id, externalId, displayName, profile } = group;
  return { ...profile, id, displayName, ...(externalId === undefined ? {} : { externalId }) };
}

/** What a document in the schema's spelling says about the group itself. */
export function particularsOf(document: ScimObject): GroupParticulars {
  const { displayName, externalId } = document;
  const profile = Object.fromEntries(Object.entries(document).filter(([name, value]) => value !== undefined && !apart.has(name)));
  return { displayName: String(displayName), externalId: typeof externalId === 'string' ? externalId : undefined, profile };
}

/** The members that a document names, as it spells their ids. */
export function membersOf(document: ScimObject): string[] {
  const members: readonly unknown[] = Array.isArray(document['members']) ? document['members'] : [];
  return members.flatMap((member) => (isObject(member) && typeof member['value'] === 'string' ? [member['value']] : []));
}
