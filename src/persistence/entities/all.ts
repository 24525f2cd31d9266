// Every entity of the database, one for each table.
import type { EntitySchema } from '@mikro-orm/core';
import { AccessTokenEntity } from './access-token.entity.ts';
import { AccountSubjectEntity } from './account-subject.entity.ts';
import { ApiKeyEntity } from './api-key.entity.ts';
import { AuditEventEntity } from './audit-event.entity.ts';
import { AuditReasonEntity } from './audit-reason.entity.ts';
import { AuditSealEntity } from './audit-seal.entity.ts';
import { AuditUnsealedEntity } from './audit-unsealed.entity.ts';
import { BlockedIntentEntity } from './blocked-intent.entity.ts';
import { EventDeliveryEntity } from './event-delivery.entity.ts';
import { EventEndpointEntity } from './event-endpoint.entity.ts';
import { GroupLinkEntity } from './group-link.entity.ts';
import { GroupMemberEntity } from './group-member.entity.ts';
import { GroupRoleEntity } from './group-role.entity.ts';
import { IdpConnectionEntity } from './idp-connection.entity.ts';
import { IdempotencyKeyEntity } from './idempotency-key.entity.ts';
import { InvitationEntity } from './invitation.entity.ts';
import { JobStateEntity } from './job-state.entity.ts';
import { MailMessageEntity } from './mail-message.entity.ts';
import { MembershipEmailEntity } from './membership-email.entity.ts';
import { MembershipHoldEntity } from './membership-hold.entity.ts';
import { MembershipLinkEntity } from './membership-link.entity.ts';
import { MembershipEntity } from './membership.entity.ts';
import { OauthClientEntity } from './oauth-client.entity.ts';
import { OauthSecretEntity } from './oauth-secret.entity.ts';
import { OauthTokenEntity } from './oauth-token.entity.ts';
import { OrganizationDirectoryEntity } from './organization-directory.entity.ts';
import { OrganizationEntity } from './organization.entity.ts';
import { OutboxEventEntity } from './outbox-event.entity.ts';
import { OwnedResourceEntity } from './owned-resource.entity.ts';
import { ResourceLinkEntity } from './resource-link.entity.ts';
import { ResourceTakingEntity } from './resource-taking.entity.ts';
import { ScheduledActionEntity } from './scheduled-action.entity.ts';
import { ScimGroupEntity } from './scim-group.entity.ts';
import { ScimResourceEntity } from './scim-resource.entity.ts';
import { ScimRequestLogEntity } from './scim-request-log.entity.ts';
import { SeatBalanceEntity } from './seat-balance.entity.ts';
import { SeatClaimEntity } from './seat-claim.entity.ts';
import { SeatLedgerEntity } from './seat-ledger.entity.ts';
import { SeatUnsealedEntity } from './seat-unsealed.entity.ts';
import { SuccessorEntity } from './successor.entity.ts';
import { UniqueValueEntity } from './unique-value.entity.ts';
import { UserAccountEntity } from './user-account.entity.ts';
import { UserSessionEntity } from './user-session.entity.ts';
import { WorkspaceDirectoryEntity } from './workspace-directory.entity.ts';
import { WorkspaceRoleEntity } from './workspace-role.entity.ts';
import { WorkspaceEntity } from './workspace.entity.ts';

export const entities: EntitySchema[] = [
  OrganizationEntity,
  WorkspaceEntity,
  UserAccountEntity,
  OrganizationDirectoryEntity,
  WorkspaceDirectoryEntity,
  MembershipEntity,
  MembershipEmailEntity,
  MembershipLinkEntity,
  MembershipHoldEntity,
  InvitationEntity,
  MailMessageEntity,
  SeatClaimEntity,
  SeatLedgerEntity,
  SeatBalanceEntity,
  SeatUnsealedEntity,
  ScimGroupEntity,
  GroupLinkEntity,
  GroupMemberEntity,
  WorkspaceRoleEntity,
  GroupRoleEntity,
  SuccessorEntity,
  ScimResourceEntity,
  ResourceLinkEntity,
  UniqueValueEntity,
  IdpConnectionEntity,
  AccessTokenEntity,
  BlockedIntentEntity,
  ScimRequestLogEntity,
  ApiKeyEntity,
  OwnedResourceEntity,
  ResourceTakingEntity,
  AuditEventEntity,
  AuditReasonEntity,
  AuditUnsealedEntity,
  AuditSealEntity,
  OutboxEventEntity,
  EventEndpointEntity,
  EventDeliveryEntity,
  JobStateEntity,
  ScheduledActionEntity,
  IdempotencyKeyEntity,
  AccountSubjectEntity,
  OauthClientEntity,
  OauthSecretEntity,
  OauthTokenEntity,
  UserSessionEntity,
];
