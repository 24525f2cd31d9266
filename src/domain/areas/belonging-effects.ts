// What the events of belongings come to.
import type { EffectTable } from '../effect.ts';
import type { BelongingEvent } from './belongings.ts';

/** The effect of each event. A reattribution names its handover, by which the host application can list what moved. */
export const belongingEffects: EffectTable<BelongingEvent> = {
  belongingRegistered: ({ resource }) => ({
    changes: [{ kind: 'belonging.insert', resource }],
    audit: { action: 'resource_register', targetId: resource.id, metadata: { kind: resource.kind, owner: resource.ownerId ?? 'system' } },
  }),
  belongingChanged: ({ id, name, owner, fields }) => ({
    changes: [{ kind: 'belonging.update', id, name, owner }],
    audit: { action: 'resource_change', targetId: id, metadata: { fields, ...(owner === undefined ? {} : { owner: owner.id ?? 'system' }) } },
  }),
  belongingUnregistered: ({ id, of }) => ({
    changes: [{ kind: 'belonging.delete', id }],
    audit: { action: 'resource_unregister', targetId: id, metadata: { kind: of } },
  }),
  belongingsReattributed: ({ id, fromId, toId, kinds, count }) => ({
    changes: [{ kind: 'belongings.take', id, fromId, toId, kinds }],
    audit: { action: 'resource_reattribute', targetId: fromId, metadata: { handover: id, to: toId ?? 'system', count } },
  }),
  belongingsReturned: ({ toId, count }) => ({
    changes: [{ kind: 'belongings.return', toId, count }],
    audit: { action: 'resource_return', targetId: toId, metadata: { count } },
  }),
};
