// The effects of group events: one audit row per request (domain.md §5), or several when it names more than a thousand ids.
import type { AuditEntry, Change } from './changes.ts';
import type { Effect } from './effect.ts';
import type { DomainEvent } from './events.ts';

/** Ids one audit row names; longer lists go on in further rows. */
const idsPerRow = 1000;

type GroupEvent = Extract<DomainEvent, { kind: `group${string}` }>;

/** What a group event does; `linkSpace` is the externalId space of the caller. */
export function groupEffect(event: GroupEvent, linkSpace: string): Effect {
  switch (event.kind) {
    case 'groupCreated': {
      const { id, particulars, members, skipped } = event;
      const changes: Change[] = [{ kind: 'group.insert', id, particulars }];
      if (particulars.externalId !== undefined) changes.push({ kind: 'groupLink.put', groupId: id, linkSpace, externalId: particulars.externalId });
      if (members.length > 0) changes.push({ kind: 'groupMembers.add', groupId: id, members });
      return { changes, audit: { action: 'group_create', targetId: id, pages: pagesOf(skippedIn(skipped), members.map((member) => member.id), []) } };
    }
    case 'groupChanged':
      return changed(event, linkSpace);
    case 'groupRemoved':
      return { changes: [{ kind: 'group.remove', id: event.id }], audit: { action: 'group_delete', targetId: event.id } };
  }
}

function changed(event: Extract<GroupEvent, { kind: 'groupChanged' }>, linkSpace: string): Effect {
  const { id, particulars, fields, relinked, added, removed } = event;
  const changes: Change[] = [{ kind: 'group.update', id, particulars }];
  if (relinked) changes.push({ kind: 'groupLink.put', groupId: id, linkSpace, externalId: particulars?.externalId });
  if (removed.length > 0) changes.push({ kind: 'groupMembers.remove', groupId: id, ids: removed });
  if (added.length > 0) changes.push({ kind: 'groupMembers.add', groupId: id, members: added });
  const pages = pagesOf({ ...(fields.length > 0 ? { fields } : {}), ...skippedIn(event.skipped) }, added.map((member) => member.id), removed);
  return { changes, audit: { action: actionOf(event), targetId: id, pages } };
}

/** How many ids of a push were passed over, and the first of them. */
function skippedIn(skipped: readonly string[] = []): AuditEntry['metadata'] {
  return skipped.length === 0 ? {} : { skipped: skipped.length, skippedIds: skipped.slice(0, 10) };
}

function actionOf({ fields, added, removed }: Extract<GroupEvent, { kind: 'groupChanged' }>): 'group_update' | 'group_member_add' | 'group_member_remove' {
  if (fields.length > 0 || (added.length > 0 && removed.length > 0)) return 'group_update';
  return added.length > 0 ? 'group_member_add' : 'group_member_remove';
}

/** One metadata object per audit row: the first carries `first`, each at most a thousand added and a thousand removed ids. */
function pagesOf(first: AuditEntry['metadata'], added: readonly string[], removed: readonly string[]): AuditEntry['metadata'][] {
  const count = Math.max(1, Math.ceil(Math.max(added.length, removed.length) / idsPerRow));
  return Array.from({ length: count }, (_, page) => {
    const slice = (ids: readonly string[]) => ids.slice(page * idsPerRow, (page + 1) * idsPerRow);
    const [plus, minus] = [slice(added), slice(removed)];
    return { ...(page === 0 ? first : {}), ...(plus.length > 0 ? { added: plus } : {}), ...(minus.length > 0 ? { removed: minus } : {}) };
  });
}
