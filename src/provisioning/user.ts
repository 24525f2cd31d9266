// The User resource type: each SCIM verb as one read or one domain command on a membership.
import type { Call } from '../domain/model/caller.ts';
import type { Membership, Particulars } from '../domain/model/membership.ts';
import { changeMember, type MemberChange, type Revision } from '../domain/commands/change-member.ts';
import { provisionMember } from '../domain/commands/provision-member.ts';
import { removeMember } from '../domain/commands/remove-member.ts';
import { succeed, type Outcome } from '../domain/refusals.ts';
import { checkStrict } from '../scim/dialect/check-strict.ts';
import { normaliseResource } from '../scim/normalise-resource.ts';
import { applyPatch } from '../scim/patch/apply-patch.ts';
import { parsePatch } from '../scim/patch/parse-patch.ts';
import type { StrictOperation } from '../scim/patch/strict-operation.ts';
import { defaultProjection, type Projection } from '../scim/projection.ts';
import { replaceResource } from '../scim/replace-resource.ts';
import type { ResourceType, ScimObject } from '../scim/schema/attribute.ts';
import { isObject } from '../scim/schema/check-value.ts';
import { uniqueValues } from '../scim/schema/unique-values.ts';
import { changedAttributes } from './changed-attributes.ts';
import { isHeldToLetter } from './held-to-letter.ts';
import { noSuchResource, readUuid } from './identifiers.ts';
import type { ProvisioningContext, Representation, ResourceHandler } from './resource-handler.ts';
import { isActive, particularsOf, partsFor, representMember, showMember, writableDocument } from './user-resource.ts';

/** The handler of users; `type` is the User with the extensions that are loaded. */
export function createUserHandler(type: ResourceType): ResourceHandler {
  return {
    type,
    bodies: 'plain',
    patchShows: 'always',

    async create({ store, baseUrl }, call, body, projection) {
      const document = normaliseResource(type, body);
      const input = { particulars: particularsWith(type, document), active: document['active'] !== false, role: 'member', roles: rolesIn(document), parts: partsFor(projection) } as const;
      const done = await provisionMember(store, call, input);
      return done.ok ? succeed(representMember(type, done.value, baseUrl, projection)) : done;
    },

    async read({ reads, baseUrl }, call, id, projection) {
      const uuid = readUuid(id);
      if (uuid === undefined) return noSuchResource(type, id);
      const found = await reads.member(call, uuid, partsFor(projection));
      return found.ok ? succeed(representMember(type, found.value, baseUrl, projection)) : found;
    },

    async list({ reads, baseUrl }, call, query, projection) {
      const found = await reads.members(call, query, partsFor(projection));
      if (!found.ok) return found;
      return succeed({ ...found.value, rows: found.value.rows.map((view) => showMember(type, view, baseUrl, projection)) });
    },

    kindParts: (projection) => ({ kind: 'member', parts: partsFor(projection) }),

    show({ baseUrl }, _call, found, projection) {
      if (found.kind !== 'member') throw new Error(`a ${found.kind} is no user`);
      return showMember(type, found.view, baseUrl, projection);
    },

    async replace(context, call, id, body, projection, expected) {
      const document = normaliseResource(type, body);
      const revise = (member: Membership): Revision => reviseBy(type, replaceResource(type, writableDocument(member), document), activeOf(document), member);
      return await change(type, context, call, { id, revise, endsAccess: document['active'] === false, restoresAccess: document['active'] === true, expected }, projection);
    },

    async patch(context, call, id, body, projection, expected) {
      const operations = parsePatch(type, body);
      const revise: MemberChange['revise'] = (member, actor) => {
        if (isHeldToLetter(actor)) checkStrict(type, body);
        const { resource, activeAsserted } = applyPatch(type, writableDocument(member), operations);
        return reviseBy(type, resource, activeAsserted, member);
      };
      const restoresAccess = operations.some(asserts(true));
      return await change(type, context, call, { id, revise, endsAccess: operations.some(asserts(false)), restoresAccess, expectsReturn: restoresAccess, expected }, projection ?? defaultProjection);
    },

    async remove({ store }, call, id, expected) {
      const uuid = readUuid(id);
      return uuid === undefined ? noSuchResource(type, id) : await removeMember(store, call, uuid, { expected });
    },
  };
}

async function change(
  type: ResourceType,
  { store, baseUrl }: ProvisioningContext,
  call: Call,
  wanted: Pick<MemberChange, 'id' | 'revise' | 'endsAccess' | 'restoresAccess' | 'expectsReturn' | 'expected'>,
  projection: Projection,
): Promise<Outcome<Representation>> {
  const id = readUuid(wanted.id);
  if (id === undefined) return noSuchResource(type, wanted.id);
  let asserted: boolean | undefined;
  const revise: MemberChange['revise'] = (member, actor) => {
    const revision = wanted.revise(member, actor);
    asserted = revision.active;
    return revision;
  };
  const done = await changeMember(store, call, { ...wanted, revise, id, parts: partsFor(projection) });
  if (!done.ok) return done;
  return succeed({ ...representMember(type, done.value, baseUrl, projection), withheld: asserted !== undefined && asserted !== isActive(done.value.status) });
}

/** Only `active` as the request asserts it counts: a document without it leaves the status alone (RFC 7644 section 3.5.1). */
function reviseBy(type: ResourceType, document: ScimObject, active: boolean | undefined, member: Membership): Revision {
  const before = writableDocument(member);
  const fields = changedAttributes(type, before, document);
  return { particulars: particularsWith(type, document, before), fields, active, roles: fields.includes('roles') ? rolesIn(document) : undefined };
}

/** The particulars with the values that the schemas of the type make unique. */
function particularsWith(type: ResourceType, document: ScimObject, before?: ScimObject): Particulars {
  return { ...particularsOf(document), keys: uniqueValues(type, document, before) };
}

/** What the attribute `roles` names; the domain knows whether that means anything. */
function rolesIn({ roles }: ScimObject): string[] {
  if (!Array.isArray(roles)) return [];
  return (roles as unknown[]).flatMap((role) => (isObject(role) && typeof role['value'] === 'string' ? role['value'] : []));
}

function activeOf(document: ScimObject): boolean | undefined {
  return typeof document['active'] === 'boolean' ? document['active'] : undefined;
}

function asserts(active: boolean): (operation: StrictOperation) => boolean {
  return ({ path, value }) => path.attribute.stored === 'active' && value === active;
}
