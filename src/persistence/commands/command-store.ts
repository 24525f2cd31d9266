// The domain's transactions on PostgreSQL: what each kind of command locks and loads, and how its changes are written.
import type { Pool } from 'pg';
import type { Change } from '../../domain/changes.ts';
import { linkSpaceOf, type Call, type Tenant } from '../../domain/model/caller.ts';
import type { BelongingKinds } from '../../domain/model/belonging.ts';
import type { Email } from '../../domain/model/keys.ts';
import type { Workspace } from '../../domain/model/workspace.ts';
import type { CommandStore, Decision, Ended, Ground, Locks, Target, Views, ViewRequest, Witness } from '../../domain/ports.ts';
import { refuse } from '../../domain/refusals.ts';
import { noSuchWorkspace } from '../../domain/rules/admit.ts';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import { conflictOf } from '../database/errors.ts';
import { begin, commit, lockedScopeOf, scopeOf } from '../database/scope.ts';
import { runTransaction, withClient } from '../database/transaction.ts';
import { uuidV7 } from '../database/uuid-v7.ts';
import { groupViewOf, readGroup } from '../reads/group-select.ts';
import { memberViewOf, readMember } from '../reads/member-select.ts';
import { readResource, resourceViewOf } from '../reads/resource-select.ts';
import { accountLoad } from './account-load.ts';
import { auditStatements } from './audit-statements.ts';
import { statementsOfAll } from './fold-changes.ts';
import { groundStatement, organizationOf, standingOf, workspaceOf } from './ground-statement.ts';
import { loadGroup } from './group-load.ts';
import { inviteeLoad } from './invitee-load.ts';
import { recordLoads } from './record-loads.ts';
import { ownersOf } from './role-columns.ts';
import { lockResource } from './resource-statements.ts';
import { situationLoad } from './situation-load.ts';
import { lockAccountsOf, lockMembers, readTargets, targetOf } from './target-statements.ts';

/** What a kind of command loads after its locks, and what it decides from the rows. */
interface Plan<R> {
  /** Accounts, then memberships together with the one of a person who acts, then groups. */
  readonly lock: readonly Statement[];
  readonly load: readonly Statement[];
  /** Read in an exchange of its own if the rows of `load` ask for it; what it reads follows theirs. */
  readonly more?: (loaded: readonly Row[][]) => readonly Statement[];
  readonly decide: (ground: Ground, loaded: readonly Row[][], locked: readonly Row[][]) => Decision<R>;
  readonly emailsNow?: (membershipId: string) => readonly Email[] | undefined;
  readonly draft?: Workspace | undefined;
}

/** What the store needs beside its pool: the addresses that filters may compare, what members can own, and somebody to tell of new audit rows. */
export interface StoreOptions {
  readonly baseUrl: string;
  readonly belongingKinds: BelongingKinds;
  readonly committed: (workspaceId: string, organizationId: string) => void;
}

/** Builds the store. */
export function createCommandStore(pool: Pool, { baseUrl, belongingKinds, committed }: StoreOptions): CommandStore {
  const run = async <R>(call: Call, locks: Locks, plan: Plan<R>): Promise<Ended<R>> => {
    const { tenant } = call.credential;
    const opening = [lockedScopeOf(tenant, locks), ...plan.lock];
    const ended = await runTransaction<R>(pool, {
      load: [...opening, groundStatement(call.credential, locks, plan.draft !== undefined), ...plan.load],
      more: (rows) => plan.more?.(rows.slice(opening.length + 1)) ?? [],
      decide: (rows) => {
        const ground = groundOf(call, locks, rows[opening.length]?.[0], belongingKinds, plan.draft);
        return ground === undefined ? withoutWorkspace(call) : plan.decide(ground, rows.slice(opening.length + 1), rows.slice(1, opening.length));
      },
      write: (decision) => writeOf(call, decision.changes, decision.view, plan.emailsNow),
      rehearsal: call.rehearsal === true,
    });
    if (ended.kind === 'committed' && call.rehearsal !== true) committed(tenant.workspaceId, tenant.organizationId);
    return ended;
  };

  return {
    onMembers: async (call, locks, ids, decide, witness) =>
      await run(call, locks, membersPlan(call, locks, ids, { statements: [], witness }, (ground, _, targets) => decide(ground, targets))),
    onAccount: async (call, locks, accountKey, decide, draft) => {
      const { lock, load, more, read } = accountLoad(call, accountKey, actorOf(call));
      return await run(call, locks, { lock, load, more, draft, decide: (ground, rows) => decide(ground, read(rows)) });
    },
    onInvitees: async (call, locks, keys, groupIds, decide) => {
      const { lock, load, more, read } = inviteeLoad(call, keys, groupIds, actorOf(call));
      return await run(call, locks, { lock, load, more, decide: (ground, rows) => decide(read(ground, rows)) });
    },
    onGroup: async (call, locks, groupId, steps, decide) => {
      const context = { linkSpace: linkSpaceOf(call.credential), baseUrl, alone: locks.workspace === 'exclusive' };
      const { lock, load, more, read } = loadGroup(call.credential.tenant.workspaceId, groupId, steps, actorOf(call), context);
      return await run(call, locks, { lock, load, more, decide: (ground, loaded, locked) => decide(read(ground, loaded, locked)) });
    },
    onResource: async (call, locks, type, id, decide) => {
      const { workspaceId } = call.credential.tenant;
      return await run(call, locks, {
        lock: [lockMembers(workspaceId, actorOf(call)), ...(id === undefined ? [] : [lockResource(workspaceId, type, id)])],
        load: id === undefined ? [] : [readResource(workspaceId, type, id, linkSpaceOf(call.credential))],
        decide: (ground, [rows = []]) => decide({ ...ground, resource: rows[0] && resourceViewOf(rows[0]) }),
      });
    },
    onRecord: async (call, locks, { of, ask, memberIds = [] }, decide, witness) => {
      const load = recordLoads[of];
      return await run(call, locks, membersPlan(call, locks, memberIds, { statements: load.statements(call, ask), witness }, (ground, rows, targets) => decide(ground, load.found(rows, call, ask), targets)));
    },
    recordDenied: async (call, entry, changes = []) => {
      const { tenant } = call.credential;
      const denied = auditStatements({ ...entry, id: uuidV7() }, tenant.workspaceId);
      const also = statementsOfAll(changes, { tenant, emailsNow: () => undefined });
      // One exchange is one implicit transaction, so that a failure leaves none open on the pool's connection.
      const write = async (statements: readonly Statement[]) => await withClient(pool, async (client) => await runBatch(client, [scopeOf(tenant), ...denied, ...statements]));
      await write(also).catch(async (error: unknown) => {
        if (conflictOf(error) === undefined) throw error;
        await write([]);
      });
      committed(tenant.workspaceId, tenant.organizationId);
    },
  };
}

type DecideOnMembers<R> = (ground: Ground, records: readonly Row[][], targets: ReadonlyMap<string, Target>) => Decision<R>;

interface BesideMembers {
  readonly statements: readonly Statement[];
  readonly witness: Witness | undefined;
}

/** Locks and reads members, and the records that `statements` read beside them; with a witness also how the members stand. */
function membersPlan<R>(call: Call, locks: Locks, ids: readonly string[], { statements, witness }: BesideMembers, decide: DecideOnMembers<R>): Plan<R> {
  const situation = witness === undefined ? undefined : situationLoad(call, ids);
  const { workspaceId, organizationId } = call.credential.tenant;
  const emails = new Map<string, readonly Email[]>();
  return {
    lock: [...(locks.account ? [lockAccountsOf(workspaceId, organizationId, ids)] : []), lockMembers(workspaceId, [...ids, ...actorOf(call)])],
    load: [readTargets(workspaceId, ids, linkSpaceOf(call.credential)), ...statements, ...(situation?.statements ?? [])],
    decide: (ground, [rows = [], ...records]) => {
      const targets = rows.map(targetOf);
      for (const { member } of targets) emails.set(member.id, member.emails);
      const decision = decide(ground, records.slice(0, statements.length), new Map(targets.map((target) => [target.member.id, target])));
      if (witness === undefined || situation === undefined || decision.kind !== 'commit') return decision;
      return witness(ground, situation.read(records.slice(statements.length)), decision);
    },
    emailsNow: (id) => emails.get(id),
  };
}

const noWorkspace: Decision<never> = { kind: 'refuse', refusal: refuse('credential-invalid', 'The workspace of this credential does not exist.') };

/** A call that is aimed at a workspace of its organization learns that there is none; any other credential names its own. */
function withoutWorkspace({ credential }: Call): Decision<never> {
  return credential.kind === 'host' || credential.kind === 'account' ? { kind: 'refuse', refusal: noSuchWorkspace } : noWorkspace;
}

/** A person who acts is locked with the targets, in one statement and so in one order: nobody acts whose own access is ending at this moment. */
function actorOf({ credential }: Call): string[] {
  return credential.kind === 'person' ? [credential.membershipId] : [];
}

function groundOf(call: Call, locks: Locks, row: Row | undefined, belongingKinds: BelongingKinds, draft: Workspace | undefined): Ground | undefined {
  const workspace = row === undefined ? draft : draft === undefined ? workspaceOf(row) : { ...draft, organization: organizationOf(row) };
  if (workspace === undefined) return undefined;
  const seatsUsed = (row?.['seats_used'] as number | null | undefined) ?? undefined;
  return { call, locks, standing: standingOf(call.credential, row), workspace, owners: ownersOf(row), seatsUsed, belongingKinds, newId: uuidV7 };
}

function writeOf(call: Call, changes: readonly Change[], view: ViewRequest | undefined, emailsNow: Plan<never>['emailsNow']) {
  const { tenant } = call.credential;
  const context = { tenant, emailsNow: emailsNow ?? (() => undefined) };
  const statements = statementsOfAll(changes, context);
  const shown = view === undefined ? [] : [viewStatement(call, view)];
  return {
    statements: [...statements, ...shown],
    views: (rows: readonly Row[][]): Views => viewsOf(view, rows[statements.length]?.[0]),
    evidence: evidenceOf(tenant, changes, view, shown),
  };
}

/**
 * Every command that changes anything leaves an audit row in the same transaction. Its lock on the workspace ends with the lost session,
 * so that whoever holds it alone sees what has become of the row.
 */
function evidenceOf(tenant: Tenant, changes: readonly Change[], view: ViewRequest | undefined, shown: readonly Statement[]) {
  const audit = changes.find((change) => change.kind === 'audit');
  if (audit === undefined) return undefined;
  const trace: Statement = { name: 'find_audit', text: 'select from audit_event where workspace_id = $1 and id = $2', values: [tenant.workspaceId, audit.entry.id] };
  return {
    statements: [begin, lockedScopeOf(tenant, { organization: 'none', workspace: 'exclusive', account: false }), trace, ...shown, commit],
    views: ([, , found = [], rows = []]: readonly Row[][]): Views | undefined => {
      const unseen = found.length === 0 || (view !== undefined && rows[0] === undefined);
      return unseen ? undefined : viewsOf(view, rows[0]);
    },
  };
}

function viewsOf(view: ViewRequest | undefined, row: Row | undefined): Views {
  return {
    member: row !== undefined && view?.kind === 'member' ? memberViewOf(row) : undefined,
    group: row !== undefined && view?.kind === 'group' ? groupViewOf(row) : undefined,
    resource: row !== undefined && view?.kind === 'resource' ? resourceViewOf(row) : undefined,
  };
}

function viewStatement({ credential }: Call, view: ViewRequest): Statement {
  const { workspaceId } = credential.tenant;
  const linkSpace = linkSpaceOf(credential);
  switch (view.kind) {
    case 'member':
      return readMember(workspaceId, view.id, linkSpace, view.parts);
    case 'group':
      return readGroup(workspaceId, view.id, linkSpace, view.members);
    case 'resource':
      return readResource(workspaceId, view.type, view.id, linkSpace);
  }
}
