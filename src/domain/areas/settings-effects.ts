// What the events of settings come to.
import type { EffectTable } from '../effect.ts';
import type { SettingsEvent } from './settings.ts';

/** The effect of each event. Booked deactivations follow the time zone of their workspace. */
export const settingsEffects: EffectTable<SettingsEvent> = {
  workspaceChanged: ({ id, set, fields }) => ({
    changes: [{ kind: 'workspace.update', set }, ...(set.timeZone === undefined ? [] : [{ kind: 'schedule.move' as const, timeZone: set.timeZone }])],
    audit: { action: 'workspace_update', targetId: id, metadata: { fields } },
  }),
  policyChanged: ({ id, policy, fields }) => ({
    changes: [{ kind: 'workspace.update', set: { policy } }],
    audit: { action: 'policy_update', targetId: id, metadata: { fields } },
  }),
  organizationChanged: ({ id, set, fields }) => ({
    changes: [{ kind: 'organization.update', set }],
    audit: { action: 'organization_update', targetId: id, metadata: { fields } },
  }),
};
