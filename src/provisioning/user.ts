// The User resource type: each SCIM verb as one read or one domain command on a membership.
import type { Call } from '../domain/model/caller.ts';
import type { Membership } from '../domain/model/membership.ts';
import { changeMember, type MemberChange, type Revision } from '../domain/commands/change-member.ts';
import { provisionMember } from '../domain/commands/provision-member.ts';
import { removeMember } from '../domain/commands/remove-member.ts';
import { succeed, type Outcome } from '../domain/refusals.ts';
import { normaliseResource } from '../scim/normalise-resource.ts';
import { applyPatch } from '../scim/patch/apply-patch.ts';
import { parsePatch } from '../scim/patch/parse-patch.ts';
import type { StrictOperation } from '../scim/patch/strict-operation.ts';
import { defaultProjection, type Projection } from '../scim/projection.ts';
import type { ScimObject } from '../scim/schema/attribute.ts';
import { userType } from '../scim/schema/resource-types.ts';
import { changedAttributes } from './changed-attributes.ts';
import { noSuchResource, readUuid } from './identifiers.ts';
import type { ProvisioningContext, Representation, ResourceHandler } from './resource-handler.ts';
import { particularsOf, partsFor, representMember, showMember, writableDocument } from './user-resource.ts';

export const userHandler: ResourceHandler = {
  type: userType,
  bodies: 'plain',
  patchShows: 'always',

  async create({ store, baseUrl }, call, body, projection) {
    const document = normaliseResource(userType, body);
    const input = { particulars: particularsOf(document), active: document['active'] !== false, role: 'member', parts: partsFor(projection) } as const;
    const done = await provisionMember(store, call, input);
    return done.ok ? succeed(representMember(done.value, baseUrl, projection)) : done;
  },

  async read({ reads, baseUrl }, call, id, projection) {
    const uuid = readUuid(id);
    if (uuid === undefined) return noSuchResource(userType, id);
    const found = await reads.member(call, uuid, partsFor(projection));
    return found.ok ? succeed(representMember(found.value, baseUrl, projection)) : found;
  },

  async list({ reads, baseUrl }, call, query, projection) {
    const found = await reads.members(call, query, partsFor(projection));
    if (!found.ok) return found;
    return succeed({ ...found.value, rows: found.value.rows.map((view) => showMember(view, baseUrl, projection)) });
  },

  kindParts: (projection) => ({ kind: 'member', parts: partsFor(projection) }),

  show(found, baseUrl, projection) {
    if (found.kind !== 'member') throw new Error(`a ${found.kind} is no user`);
    return showMember(found.view, baseUrl, projection);
  },

  async replace(context, call, id, body, projection, expected) {
    const document = normaliseResource(userType, body);
    const revise = (member: Membership): Revision => reviseBy(document, activeOf(document), member);
    return await change(context, call, { id, revise, endsAccess: document['active'] === false, expected }, projection);
  },

  async patch(context, call, id, body, projection, expected) {
    const operations = parsePatch(userType, body);
    const revise = (member: Membership): Revision => {
      const { resource, activeAsserted } = applyPatch(userType, writableDocument(member), operations);
      return reviseBy(resource, activeAsserted, member);
    };
    return await change(context, call, { id, revise, endsAccess: operations.some(deactivates), expected }, projection ?? defaultProjection);
  },

  async remove({ store }, call, id, expected) {
    const uuid = readUuid(id);
    return uuid === undefined ? noSuchResource(userType, id) : await removeMember(store, call, uuid, { expected });
  },
};

async function change(
  { store, baseUrl }: ProvisioningContext,
  call: Call,
  wanted: Pick<MemberChange, 'id' | 'revise' | 'endsAccess' | 'expected'>,
  projection: Projection,
): Promise<Outcome<Representation>> {
  const id = readUuid(wanted.id);
  if (id === undefined) return noSuchResource(userType, wanted.id);
  const done = await changeMember(store, call, { ...wanted, id, parts: partsFor(projection) });
  return done.ok ? succeed(representMember(done.value, baseUrl, projection)) : done;
}

/** Only `active` as the request asserts it counts: a document without it leaves the status alone (RFC 7644 section 3.5.1). */
function reviseBy(document: ScimObject, active: boolean | undefined, member: Membership): Revision {
  return { particulars: particularsOf(document), fields: changedAttributes(userType, writableDocument(member), document), active };
}

function activeOf(document: ScimObject): boolean | undefined {
  return typeof document['active'] === 'boolean' ? document['active'] : undefined;
}

function deactivates({ path, value }: StrictOperation): boolean {
  return path.attribute.stored === 'active' && value === false;
}
