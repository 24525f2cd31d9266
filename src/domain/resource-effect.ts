// The effects of events on resources of the operator's own types: one audit row each.
import type { Change } from './changes.ts';
import type { Effect } from './effect.ts';
import type { DomainEvent } from './events.ts';

type ResourceEvent = Extract<DomainEvent, { kind: `resource${string}` }>;

/** What an event of a resource does; `linkSpace` is the externalId space of the caller. */
export function resourceEffect(event: ResourceEvent, linkSpace: string): Effect {
  const { type, id } = event;
  switch (event.kind) {
    case 'resourceCreated': {
      const { particulars } = event;
      const changes: Change[] = [{ kind: 'resource.insert', type, id, particulars }];
      if (particulars.externalId !== undefined) changes.push({ kind: 'resourceLink.put', type, resourceId: id, linkSpace, externalId: particulars.externalId });
      return { changes, audit: { action: 'resource_create', targetId: id, metadata: { type } } };
    }
    case 'resourceChanged': {
      const { particulars, fields, relinked } = event;
      const changes: Change[] = [{ kind: 'resource.update', type, id, particulars }];
      if (relinked) changes.push({ kind: 'resourceLink.put', type, resourceId: id, linkSpace, externalId: particulars.externalId });
      return { changes, audit: { action: 'resource_update', targetId: id, metadata: { type, fields } } };
    }
    case 'resourceRemoved':
      return { changes: [{ kind: 'resource.remove', id }], audit: { action: 'resource_delete', targetId: id, metadata: { type } } };
  }
}
