// The Group resource type: each SCIM verb as one read or one domain command on a group; members travel as steps, never as a whole list.
import { changeGroup, createGroup, removeGroup, type GroupChange, type GroupRevision } from '../domain/commands/change-group.ts';
import type { Call } from '../domain/model/caller.ts';
import type { Group, GroupParticulars, GroupView } from '../domain/model/group.ts';
import { RefusalError, succeed, type Outcome } from '../domain/refusals.ts';
import { checkStrict } from '../scim/dialect/check-strict.ts';
import { normaliseResource } from '../scim/normalise-resource.ts';
import { applyPatch } from '../scim/patch/apply-patch.ts';
import { parsePatch } from '../scim/patch/parse-patch.ts';
import { planGroupPatch } from '../scim/patch/plan-group-patch.ts';
import type { Projection } from '../scim/projection.ts';
import { replaceResource } from '../scim/replace-resource.ts';
import type { ResourceType, ScimObject } from '../scim/schema/attribute.ts';
import { uniqueValues } from '../scim/schema/unique-values.ts';
import { changedAttributes } from './changed-attributes.ts';
import { membersOf, particularsOf, representGroup, representLongGroup, showGroup, showLongGroup, wantsMembers, writableDocument } from './group-resource.ts';
import { isHeldToLetter } from './held-to-letter.ts';
import { noSuchResource, readUuid } from './identifiers.ts';
import { readMemberIds, readMemberSteps } from './member-ids.ts';
import type { Listed, ProvisioningContext, Representation, ResourceHandler } from './resource-handler.ts';

/** The handler of groups; `type` is the Group with the extensions that are loaded. */
export function createGroupHandler(type: ResourceType): ResourceHandler {
  return {
    type,
    bodies: 'large',
    patchShows: 'when asked',

    async create(context, call, body, projection) {
      const document = normaliseResource(type, body);
      const memberIds = readMemberIds(membersOf(document));
      if (!memberIds.ok) return memberIds;
      const done = await createGroup(context.store, call, { particulars: particularsWith(type, document), memberIds: memberIds.value, members: wantsMembers(projection) });
      return done.ok ? succeed(await represent(type, context, call, done.value, projection)) : done;
    },

    async read({ reads, baseUrl }, call, id, projection) {
      const uuid = readUuid(id);
      if (uuid === undefined) return noSuchResource(type, id);
      const found = await reads.group(call, uuid, wantsMembers(projection));
      if (!found.ok) return found;
      if (found.value.members !== 'many') return succeed(representGroup(type, found.value, baseUrl, projection));
      const long = await reads.longGroup(call, uuid);
      return long.ok ? succeed(representLongGroup(type, long.value, baseUrl, projection)) : long;
    },

    async list(context, call, query, projection) {
      const found = await context.reads.groups(call, query, wantsMembers(projection));
      if (!found.ok) return found;
      return succeed({ ...found.value, rows: found.value.rows.map((view) => listed(type, context, call, view, projection)) });
    },

    kindParts: (projection) => ({ kind: 'group', members: wantsMembers(projection) }),

    show(context, call, found, projection) {
      if (found.kind !== 'group') throw new Error(`a ${found.kind} is no group`);
      return listed(type, context, call, found.view, projection);
    },

    async replace(context, call, id, body, projection, expected) {
      const document = normaliseResource(type, body);
      const ids = readMemberIds(membersOf(document));
      if (!ids.ok) return ids;
      const revise = (group: Group): GroupRevision => reviseBy(type, replaceResource(type, writableDocument(group), document), group);
      return await change(type, context, call, { id, revise, steps: [{ kind: 'replace', ids: ids.value }], expected }, projection);
    },

    async patch(context, call, id, body, projection, expected) {
      const { attributes, members } = planGroupPatch(parsePatch(type, body));
      const steps = readMemberSteps(members);
      if (!steps.ok) return steps;
      const revise: GroupChange['revise'] = (group, actor) => {
        if (isHeldToLetter(actor)) checkStrict(type, body);
        return attributes.length === 0 ? { particulars: group, fields: [] } : reviseBy(type, applyPatch(type, writableDocument(group), attributes).resource, group);
      };
      return await change(type, context, call, { id, revise, steps: steps.value, expected }, projection);
    },

    async remove({ store }, call, id, expected) {
      const uuid = readUuid(id);
      return uuid === undefined ? noSuchResource(type, id) : await removeGroup(store, call, uuid, expected);
    },
  };
}

async function change(
  type: ResourceType,
  context: ProvisioningContext,
  call: Call,
  wanted: Omit<GroupChange, 'members'>,
  projection: Projection | undefined,
): Promise<Outcome<Representation>> {
  const id = readUuid(wanted.id);
  if (id === undefined) return noSuchResource(type, wanted.id);
  const done = await changeGroup(context.store, call, { ...wanted, id, members: wantsMembers(projection) });
  return done.ok ? succeed(await represent(type, context, call, done.value, projection)) : done;
}

/** A group of many members is read again when its turn comes: name, version and members are of one moment. */
function listed(type: ResourceType, { reads, baseUrl }: ProvisioningContext, call: Call, view: GroupView, projection: Projection): Listed {
  if (view.members !== 'many') return showGroup(type, view, baseUrl, projection);
  return async () => {
    const found = await reads.longGroup(call, view.id);
    if (found.ok) return showLongGroup(type, found.value, baseUrl, projection);
    if (found.refusal.kind === 'not-found') return undefined;
    throw new RefusalError(found.refusal);
  };
}

/** A group after a change. The change is made, so that an answer which cannot show many members now shows none rather than a refusal, as a rehearsal does whose group is undone. */
async function represent(type: ResourceType, { reads, baseUrl }: ProvisioningContext, call: Call, view: GroupView, projection: Projection | undefined): Promise<Representation> {
  const long = view.members === 'many' && projection !== undefined && call.rehearsal !== true ? await reads.longGroup(call, view.id) : undefined;
  return long?.ok === true && projection !== undefined ? representLongGroup(type, long.value, baseUrl, projection) : representGroup(type, view, baseUrl, projection);
}

function reviseBy(type: ResourceType, document: ScimObject, group: Group): GroupRevision {
  const before = writableDocument(group);
  return { particulars: particularsWith(type, document, before), fields: changedAttributes(type, before, document) };
}

/** The particulars with the values that the schemas of the type make unique. */
function particularsWith(type: ResourceType, document: ScimObject, before?: ScimObject): GroupParticulars {
  return { ...particularsOf(document), keys: uniqueValues(type, document, before) };
}
