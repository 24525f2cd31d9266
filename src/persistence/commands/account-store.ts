// Transactions over all workspaces of an organization: everything is locked first, then each workspace is entered in turn as its own tenant.
import type { Pool } from 'pg';
import type { AccountAsk } from '../../domain/areas/erasure.ts';
import type { AccountDecision, AccountGround, AccountStore, ErasedRows, ErasurePlace } from '../../domain/erasure-ports.ts';
import { linkSpaceOf, type Call, type Tenant } from '../../domain/model/caller.ts';
import type { Change } from '../../domain/changes.ts';
import type { BelongingKinds } from '../../domain/model/belonging.ts';
import type { Ended, Ground, Locks } from '../../domain/ports.ts';
import type { Row, Statement } from '../database/batch.ts';
import { lockOrganization, scopeOf } from '../database/scope.ts';
import { runTransaction } from '../database/transaction.ts';
import { uuidV7 } from '../database/uuid-v7.ts';
import { belongingsLoad } from './belongings-load.ts';
import type { StoreOptions } from './command-store.ts';
import { erasedRowsOf } from './erasure-statements.ts';
import { statementsOfAll } from './fold-changes.ts';
import { groundStatement, standingOf, standingStatement, workspaceOf } from './ground-statement.ts';
import { lockMembers, readTargets, targetOf } from './target-statements.ts';

/** The strongest there are. */
const locks: Locks = { organization: 'exclusive', workspace: 'exclusive', account: true };

/** A workspace with the memberships that the account ever had in it, the live one at the end. */
interface Place {
  readonly tenant: Tenant;
  readonly memberIds: readonly string[];
}

/** Builds the store. */
export function createAccountStore(pool: Pool, { belongingKinds, committed }: Pick<StoreOptions, 'belongingKinds' | 'committed'>): AccountStore {
  return {
    onAccountEverywhere: async <R>(call: Call, ask: AccountAsk, decide: (ground: AccountGround) => AccountDecision<R>) => {
      const { tenant } = call.credential;
      let parts: Extract<AccountDecision<R>, { kind: 'commit' }>['parts'] = [];
      let rows: ErasedRows = {};
      const ended = await runTransaction<R>(pool, {
        load: openingOf(call, ask),
        more: (loaded) => placesIn(openingIn(loaded), tenant).flatMap((place) => readPlace(place, call)),
        decide: (loaded) => {
          const decision = decide(groundIn(call, openingIn(loaded), belongingKinds));
          if (decision.kind !== 'commit') return decision;
          parts = decision.parts;
          return { kind: 'commit', changes: parts.flatMap(({ changes }) => changes), result: decision.result };
        },
        write: () => {
          const statements = parts.flatMap((part) => writePart(part, tenant.organizationId));
          return {
            // The owner's trigger asks for the owners of the workspace at hand: it must speak before the next one is entered.
            statements: [{ name: 'constraints_now', text: 'set constraints all immediate', values: [] }, ...statements],
            views: (written) => {
              rows = erasedRowsOf(statements, written.slice(1));
              return { member: undefined, group: undefined, resource: undefined };
            },
          };
        },
        rehearsal: call.rehearsal === true,
      });
      if (ended.kind !== 'committed') return ended;
      if (call.rehearsal !== true) for (const { workspaceId } of parts) committed(workspaceId, tenant.organizationId);
      return { ...ended, result: { decided: ended.result, rows } } satisfies Ended<{ decided: R; rows: ErasedRows }>;
    },
  };
}

/** The account after the workspaces: whoever provisions locks in this order, too. */
function openingOf({ credential }: Call, ask: AccountAsk): Statement[] {
  const { tenant } = credential;
  const asked = ['accountId' in ask ? ask.accountId : undefined, 'memberId' in ask ? ask.memberId : undefined];
  const values = [tenant.organizationId, tenant.workspaceId, ...asked];
  const wanted = 'coalesce($3::uuid, (select m.account_id from membership m where m.workspace_id = $2 and m.id = $4::uuid))';
  return [
    scopeOf(tenant),
    ...lockOrganization(tenant.organizationId),
    { name: 'account_lock', text: `select a.id, a.email_key, a.erased_at is not null as erased from user_account a where a.organization_id = $1 and a.id = ${wanted} for update`, values },
    {
      name: 'account_places',
      text: `select p.workspace_id, p.membership_id, p.live from user_account a cross join lateral usher_account_places(a.id) p
        where a.organization_id = $1 and a.id = ${wanted} order by p.workspace_id, p.live, p.membership_id`,
      values,
    },
    standingStatement(credential),
  ];
}

interface Opening {
  readonly workspaceIds: readonly string[];
  readonly account: Row | undefined;
  readonly memberships: readonly Row[];
  readonly standing: Row | undefined;
  /** What `readPlace` found, place by place. */
  readonly rest: readonly (readonly Row[])[];
}

function openingIn([, , locked = [], accounts = [], memberships = [], standing = [], ...rest]: readonly Row[][]): Opening {
  return { workspaceIds: locked.map((row) => row['workspace_id'] as string), account: accounts[0], memberships, standing: standing[0], rest };
}

/** Where the account is or was a member; where it never was the organization's oldest workspace, in whose log stands what concerns none. */
function placesIn({ workspaceIds, memberships }: Opening, { organizationId }: Tenant): Place[] {
  const found = [...Map.groupBy(memberships, (row) => row['workspace_id'] as string)];
  if (found.length === 0) return workspaceIds.slice(0, 1).map((workspaceId) => ({ tenant: { workspaceId, organizationId }, memberIds: [] }));
  return found.map(([workspaceId, rows]) => ({ tenant: { workspaceId, organizationId }, memberIds: rows.map((row) => row['membership_id'] as string) }));
}

const belongingsOf = (place: Place, call: Call) => ({ call: { ...call, credential: { kind: 'system' as const, tenant: place.tenant } }, ask: { ids: place.memberIds, way: 'leaving' as const } });

function readPlace(place: Place, call: Call): Statement[] {
  const { tenant, memberIds } = place;
  const { call: here, ask } = belongingsOf(place, call);
  return [
    scopeOf(tenant),
    lockMembers(tenant.workspaceId, memberIds),
    groundStatement(here.credential, locks, false),
    readTargets(tenant.workspaceId, memberIds, linkSpaceOf(here.credential)),
    ...belongingsLoad.statements(here, ask),
  ];
}

function groundIn(call: Call, opening: Opening, belongingKinds: BelongingKinds): AccountGround {
  const { account, workspaceIds, standing } = opening;
  const places = placesIn(opening, call.credential.tenant);
  const each = opening.rest.length / Math.max(1, places.length);
  const read = places.map((place, index) => placeIn(call, place, opening.rest.slice(index * each, (index + 1) * each), belongingKinds));
  const [first] = read;
  if (first === undefined) throw new Error('an organization has a workspace');
  const known = new Set(places.map(({ tenant }) => tenant.workspaceId));
  return {
    call,
    standing: standingOf(call.credential, standing),
    account: account && { id: account['id'] as string, emailKey: (account['email_key'] as string | null) ?? undefined, erased: account['erased'] as boolean },
    organization: first.ground.workspace.organization,
    places: read,
    otherWorkspaceIds: workspaceIds.filter((id) => !known.has(id)),
  };
}

function placeIn(call: Call, place: Place, [, , grounds = [], targets = [], ...rows]: readonly (readonly Row[])[], belongingKinds: BelongingKinds): ErasurePlace {
  const { call: here, ask } = belongingsOf(place, call);
  const [row] = grounds;
  if (row === undefined) throw new Error('a workspace that is locked exists');
  const ground: Ground = { call: { ...here, requestId: call.requestId }, locks, standing: { kind: 'system' }, workspace: workspaceOf(row), seatsUsed: undefined, belongingKinds, newId: uuidV7 };
  return { ground, memberIds: place.memberIds, target: targets[0] && targetOf(targets[0]), belongings: belongingsLoad.found(rows.map((each) => [...each]), here, ask) };
}

function writePart({ workspaceId, changes }: { readonly workspaceId: string; readonly changes: readonly Change[] }, organizationId: string): Statement[] {
  const tenant = { workspaceId, organizationId };
  return [scopeOf(tenant), ...statementsOfAll(changes, { tenant, emailsNow: () => undefined })];
}
