// User resources and memberships: the SCIM document of a member, and what a SCIM document says about a member.
import type { Email } from '../domain/model/keys.ts';
import type { MemberParts, Membership, MemberView, Particulars, Profile } from '../domain/model/membership.ts';
import { weakEtag } from '../scim/etag.ts';
import { defaultProjection, project, wants, type Projection } from '../scim/projection.ts';
import type { ResourceType, ScimObject } from '../scim/schema/attribute.ts';
import { isObject } from '../scim/schema/check-value.ts';
import { enterpriseUser } from '../scim/schema/enterprise-user.ts';
import { membershipExtension } from '../scim/schema/membership-extension.ts';
import { groupType, userType } from '../scim/schema/resource-types.ts';
import { locate, readUuid } from './identifiers.ts';
import type { Representation } from './resource-handler.ts';

/** Keys of a User document that the profile does not keep: they have a place of their own, are derived, or are dropped. */
const apart: ReadonlySet<string> = new Set(['schemas', 'id', 'externalId', 'meta', 'userName', 'active', 'groups', 'password', membershipExtension.id]);

const manager = `${enterpriseUser.id}:manager`;
const defaultParts = readParts(defaultProjection);

/** What has to be read for an answer, and nothing more. */
export function partsFor(projection: Projection): MemberParts {
  return projection === defaultProjection ? defaultParts : readParts(projection);
}

function readParts(projection: Projection): MemberParts {
  return {
    groups: wants(projection, userType, 'groups'),
    managerName: wants(projection, userType, `${manager}.displayName`) || wants(projection, userType, `${manager}.$ref`),
    holds: ['holds', 'seatHeld', 'scheduledDeactivation'].some((name) => wants(projection, userType, `${membershipExtension.id}:${name}`)),
  };
}

/** The part of a member's document that an answer shows. */
export function showMember(type: ResourceType, view: MemberView, baseUrl: string, projection: Projection): ScimObject {
  return project(type, documentOf(view, baseUrl), projection);
}

/** A member with the headers of its answer. */
export function representMember(type: ResourceType, view: MemberView, baseUrl: string, projection: Projection): Representation {
  return { location: locate(userType, view.id, baseUrl), etag: weakEtag(view.version), resource: showMember(type, view, baseUrl, projection) };
}

function documentOf(view: MemberView, baseUrl: string): ScimObject {
  const { id, externalId, userName, status, role, roleSource, seatHeld, profile, version, createdAt, updatedAt } = view;
  return {
    ...profile,
    id,
    externalId,
    userName,
    active: isActive(status),
    groups: view.groups?.map((group) => ({ value: group.id, $ref: locate(groupType, group.id, baseUrl), display: group.displayName, type: 'direct' })),
    [enterpriseUser.id]: withManager(profile[enterpriseUser.id], view.managerName, baseUrl),
    [membershipExtension.id]: { status, role, roleSource, seatHeld, holds: view.holds, scheduledDeactivation: view.scheduledDeactivation ?? undefined },
    meta: { resourceType: userType.id, created: createdAt, lastModified: updatedAt, location: locate(userType, id, baseUrl), version: weakEtag(version) },
  };
}

/** A manager who is a user here gets name and address; any other value stays what the client sent. */
function withManager(enterprise: unknown, managerName: string | undefined, baseUrl: string): unknown {
  if (managerName === undefined || !isObject(enterprise)) return enterprise;
  const id = managerIdOf(enterprise);
  if (id === undefined || !isObject(enterprise['manager'])) return enterprise;
  return { ...enterprise, manager: { ...enterprise['manager'], $ref: locate(userType, id, baseUrl), displayName: managerName } };
}

/** The document of a member as PUT and PATCH change it: what a client can write, and the id it may repeat. */
export function writableDocument(member: Membership): ScimObject {
  const { id, externalId, userName, status, profile } = member;
  return { ...profile, id, userName, active: isActive(status), ...(externalId === undefined ? {} : { externalId }) };
}

/** What a document in the schema's spelling says about a member; `active` is not part of it. */
export function particularsOf(document: ScimObject): Particulars {
  const { userName, externalId, emails } = document;
  return {
    userName: String(userName),
    externalId: textOf(externalId),
    emails: Array.isArray(emails) ? emails.flatMap(readEmail) : [],
    managerId: managerIdOf(document[enterpriseUser.id]),
    profile: profileOf(document),
  };
}

function profileOf(document: ScimObject): Profile {
  return Object.fromEntries(Object.entries(document).filter(([name, value]) => value !== undefined && !apart.has(name)));
}

function readEmail(element: unknown): Email[] {
  if (!isObject(element) || typeof element['value'] !== 'string') return [];
  return [{ value: element['value'], type: textOf(element['type']), display: textOf(element['display']), primary: element['primary'] === true }];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function managerIdOf(enterprise: unknown): string | undefined {
  const found = isObject(enterprise) ? enterprise['manager'] : undefined;
  const value = isObject(found) ? found['value'] : undefined;
  return typeof value === 'string' ? readUuid(value) : undefined;
}

/** Invited people count as active: they are expected, not kept out. */
export function isActive(status: Membership['status']): boolean {
  return status !== 'deactivated';
}
