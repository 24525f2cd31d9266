// Settings of a workspace and of its organization: what may happen to them, what storage is told, and what the audit calls it.
import type { WorkspacePolicy } from '../model/workspace.ts';

/** What is set of a workspace; absent parts stay. */
export interface WorkspaceSet {
  readonly name?: string;
  readonly timeZone?: string;
  readonly policy?: Partial<WorkspacePolicy>;
}

/** What is set of an organization; absent parts stay, a limit of null means any number of seats. */
export interface OrganizationSet {
  readonly name?: string;
  readonly seatLimit?: number | null;
}

/** Decisions about settings. `fields` name what differs from before. */
export type SettingsEvent =
  | { readonly kind: 'workspaceChanged'; readonly id: string; readonly set: WorkspaceSet; readonly fields: readonly string[] }
  | { readonly kind: 'policyChanged'; readonly id: string; readonly policy: Partial<WorkspacePolicy>; readonly fields: readonly string[] }
  | { readonly kind: 'organizationChanged'; readonly id: string; readonly set: OrganizationSet; readonly fields: readonly string[] };

/** What storage is told of them; each raises the version by one. */
export type SettingsChange =
  | { readonly kind: 'workspace.update'; readonly set: WorkspaceSet }
  | { readonly kind: 'organization.update'; readonly set: OrganizationSet };

/** Audited actions of this area. */
export type SettingsAction = 'workspace_update' | 'policy_update' | 'organization_update';
