// Turns the domain's changes into statements, one case per kind; a new kind does not compile until it says what it writes.
import type { AreaChange } from '../../domain/areas/all.ts';
import type { Change } from '../../domain/changes.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import type { Email } from '../../domain/model/keys.ts';
import type { Statement } from '../database/batch.ts';
import { auditStatements, ledgerStatements, outboxStatement } from './audit-statements.ts';
import { areaStatements, isOfArea } from './area-statements.ts';
import { groupStatements } from './group-statements.ts';
import { voidInvitation } from './invitation-statements.ts';
import { liftHold, placeHold } from './hold-statements.ts';
import { insertMember, removeMembers, setLink, updateMember } from './member-statements.ts';
import { resourceStatements } from './resource-statements.ts';

/** What the statements of a transaction need beside the changes: the tenant, and the e-mails a member has now. */
export interface WriteContext {
  readonly tenant: Tenant;
  readonly emailsNow: (membershipId: string) => readonly Email[] | undefined;
}

/** The statements of one change, in order. */
export function statementsOf(change: Change, context: WriteContext): Statement[] {
  if (isOfArea(change)) return areaStatements(change, context.tenant);
  const { workspaceId, organizationId } = context.tenant;
  switch (change.kind) {
    case 'membership.insert':
      return insertMember(change, context.tenant);
    case 'membership.update':
      return updateMember(change, context.tenant, context.emailsNow(change.id));
    case 'membership.remove':
      return removeMembers(context.tenant, [change.id]);
    case 'link.put':
      return [setLink(workspaceId, change)];
    case 'hold.place':
      return [placeHold(workspaceId, change)];
    case 'hold.lift':
      return [liftHold(workspaceId, change)];
    case 'invitation.void':
      return voidInvitation(workspaceId, change.membershipId, change.as);
    case 'account.insert':
      return [{ name: 'account_insert', text: 'insert into user_account (organization_id, id, email_key) values ($1, $2, $3)', values: [organizationId, change.id, change.key] }];
    case 'seat.claim':
      return [seatStatement(change.kind, 'insert into seat_claim (organization_id, account_id, workspace_id) values ($1, $2, $3) on conflict do nothing', context.tenant, change)];
    case 'seat.release':
      return [seatStatement(change.kind, 'delete from seat_claim where organization_id = $1 and account_id = $2 and workspace_id = $3', context.tenant, change)];
    case 'seat.ledger':
      return ledgerStatements(change, context.tenant);
    case 'audit':
      return auditStatements(change.entry, workspaceId);
    case 'outbox':
      return [outboxStatement(change, workspaceId)];
    case 'organization.insert':
    case 'organization.accountOwner':
    case 'workspace.insert':
      return [tenantStatement(change, organizationId)];
    case 'group.insert':
    case 'group.update':
    case 'group.remove':
    case 'groupLink.put':
    case 'groupMembers.add':
    case 'groupMembers.remove':
      return groupStatements(change, workspaceId);
    case 'resource.insert':
    case 'resource.update':
    case 'resource.remove':
    case 'resourceLink.put':
      return resourceStatements(change, workspaceId);
  }
}

function seatStatement(name: string, text: string, { organizationId, workspaceId }: Tenant, { accountId }: { accountId: string }): Statement {
  return { name, text, values: [organizationId, accountId, workspaceId] };
}

function tenantStatement(change: Extract<Exclude<Change, AreaChange>, { kind: `organization.${string}` | `workspace.${string}` }>, organizationId: string): Statement {
  switch (change.kind) {
    case 'organization.insert':
      return {
        name: change.kind,
        text: 'insert into organization (id, name, seat_limit, account_owner_id) values ($1, $2, $3, $4)',
        values: [change.id, change.name, change.seatLimit, change.accountOwnerId],
      };
    case 'organization.accountOwner':
      return { name: change.kind, text: 'update organization set account_owner_id = $2 where id = $1', values: [organizationId, change.accountId] };
    case 'workspace.insert':
      return {
        name: change.kind,
        text: 'insert into workspace (id, organization_id, slug, name) values ($1, $2, $3, $4)',
        values: [change.id, organizationId, change.slug, change.name],
      };
  }
}
