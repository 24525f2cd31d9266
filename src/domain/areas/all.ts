// The areas of the domain that stand beside members, groups and resources: one line each for events, changes and audited actions.
import type { BelongingAction, BelongingChange, BelongingEvent } from './belongings.ts';
import type { ConnectionAction, ConnectionChange, ConnectionEvent } from './connections.ts';
import type { ErasureAction, ErasureChange, ErasureEvent } from './erasure.ts';
import type { HostAction, HostChange, HostEvent } from './host.ts';
import type { InvitationAction, InvitationChange, InvitationEvent } from './invitations.ts';
import type { KeyAction, KeyChange, KeyEvent } from './keys.ts';
import type { MailChange } from './mail.ts';
import type { MembersAction, MembersChange, MembersEvent } from './members.ts';
import type { RoleAction, RoleChange, RoleEvent } from './roles.ts';
import type { ScheduleAction, ScheduleChange, ScheduleEvent } from './schedules.ts';
import type { SettingsAction, SettingsChange, SettingsEvent } from './settings.ts';
import type { WebhookAction, WebhookChange, WebhookEvent } from './webhooks.ts';

/** Decisions of all areas. */
export type AreaEvent = WebhookEvent | BelongingEvent | KeyEvent | ConnectionEvent | InvitationEvent | ScheduleEvent | SettingsEvent | RoleEvent | HostEvent | ErasureEvent | MembersEvent;

/** What storage is told by all areas. */
export type AreaChange = WebhookChange | BelongingChange | KeyChange | ConnectionChange | InvitationChange | MailChange | ScheduleChange | SettingsChange | RoleChange | HostChange | ErasureChange | MembersChange;

/** Audited actions of all areas. */
export type AreaAction = WebhookAction | BelongingAction | KeyAction | ConnectionAction | InvitationAction | ScheduleAction | SettingsAction | RoleAction | HostAction | ErasureAction | MembersAction;
