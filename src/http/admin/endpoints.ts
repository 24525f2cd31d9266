// All addresses of the team API, area by area.
import { auditEndpoints, type AuditContext } from './audit/audit-endpoints.ts';
import { keyEndpoints, type KeyContext } from './belongings/key-endpoints.ts';
import { resourceEndpoints, type ResourceContext } from './belongings/resource-endpoints.ts';
import { connectionEndpoints, type ConnectionContext } from './connections/connection-endpoints.ts';
import { insightEndpoints } from './connections/insight-endpoints.ts';
import { accountEndpoints, type AccountContext } from './host/account-endpoints.ts';
import { sessionEndpoints, type SessionContext } from './host/session-endpoints.ts';
import { answerEndpoints } from './invitations/answer-endpoints.ts';
import { invitationEndpoints, type InvitationContext } from './invitations/invitation-endpoints.ts';
import { memberEndpoints, type TeamContext } from './members/member-endpoints.ts';
import type { AdminEndpoint } from './operation.ts';
import { groupEndpoints, type GroupContext } from './roles/group-endpoints.ts';
import { ownershipEndpoints, type OwnershipContext } from './roles/ownership-endpoints.ts';
import { privacyEndpoints, type PrivacyContext } from './privacy/privacy-endpoints.ts';
import { roleEndpoints, type RoleContext } from './roles/role-endpoints.ts';
import { scheduleEndpoints, type ScheduleContext } from './schedules/schedule-endpoints.ts';
import { seatEndpoints, type SeatContext } from './seats/seat-endpoints.ts';
import { settingsEndpoints, type SettingsContext } from './settings/settings-endpoints.ts';
import { webhookEndpoints, type WebhookContext } from './webhooks/webhook-endpoints.ts';

/** What the areas work with. */
export type AdminContext = ConnectionContext & WebhookContext & TeamContext & ResourceContext & KeyContext & InvitationContext & SessionContext & AccountContext & RoleContext & GroupContext & OwnershipContext & AuditContext & ScheduleContext & SeatContext & SettingsContext & PrivacyContext;

/** The endpoints of every area. */
export function adminEndpoints(context: AdminContext): AdminEndpoint[] {
  return [...connectionEndpoints(context), ...insightEndpoints(context), ...webhookEndpoints(context), ...memberEndpoints(context), ...resourceEndpoints(context), ...keyEndpoints(context), ...invitationEndpoints(context), ...answerEndpoints(context), ...sessionEndpoints(context), ...accountEndpoints(context), ...roleEndpoints(context), ...groupEndpoints(context), ...ownershipEndpoints(context), ...auditEndpoints(context), ...scheduleEndpoints(context), ...seatEndpoints(context), ...settingsEndpoints(context), ...privacyEndpoints(context)];
}
