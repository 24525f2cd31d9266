// Reads everything that is kept of a person: one snapshot, in which each workspace that knows the person is entered in turn.
import type { Pool } from 'pg';
import type { PersonalData, PersonalDataReads } from '../../domain/erasure-ports.ts';
import { scopeFor, type Call } from '../../domain/model/caller.ts';
import { fail, refuse, succeed, type Outcome } from '../../domain/refusals.ts';
import { admit } from '../../domain/rules/admit.ts';
import { accountUnknown, mayDisposeOf } from '../../domain/rules/erasure.ts';
import { standingOf, standingStatement } from '../commands/ground-statement.ts';
import type { Row, Statement } from '../database/batch.ts';
import { scopeOf } from '../database/scope.ts';
import { createSnapshots, type Snapshot } from '../database/snapshot.ts';
import { personalParts } from './personal-data-parts.ts';

/** Builds the reads on a pool. */
export function createPersonalDataReads(pool: Pool): PersonalDataReads {
  const snapshots = createSnapshots(pool, { most: 2, waitMs: 5_000, stallMs: 8_000 });
  return {
    everythingOf: async (call, accountId) => {
      const snapshot = await snapshots.open(openingOf(call, accountId));
      if (snapshot === undefined) return fail(refuse('busy', 'Other exports are being made. Send the request again in a few seconds.'));
      try {
        return await readAll(snapshot, call, accountId);
      } finally {
        await snapshot.end();
      }
    },
  };
}

function openingOf({ credential }: Call, accountId: string): Statement[] {
  const values = [credential.tenant.organizationId, accountId];
  return [
    scopeOf(credential.tenant),
    standingStatement(credential),
    { name: 'export_organization', text: 'select id, name, account_owner_id, now() as at from organization where id = $1', values: [credential.tenant.organizationId] },
    { name: 'export_account', text: 'select id, email_key as email, service, created_at from user_account where organization_id = $1 and id = $2 and erased_at is null', values },
    { name: 'export_subjects', text: 'select subject, created_at from account_subject where organization_id = $1 and account_id = $2 order by subject', values },
    {
      name: 'export_sessions',
      text: 'select id, workspace_id, membership_id, verified_email_key as verified_email, created_at, expires_at, ended_at from user_session where organization_id = $1 and account_id = $2 order by id',
      values,
    },
    { name: 'export_seats', text: 'select workspace_id from seat_claim where organization_id = $1 and account_id = $2 order by workspace_id', values },
    { name: 'export_places', text: 'select workspace_id, membership_id from usher_account_places($1) order by workspace_id, membership_id', values: [accountId] },
    { name: 'export_home', text: 'select workspace_id from usher_workspaces() order by workspace_id limit 1', values: [] },
  ];
}

async function readAll(snapshot: Snapshot, call: Call, accountId: string): Promise<Outcome<PersonalData>> {
  const [, standing = [], [organization] = [], [account] = [], subjects = [], sessions = [], seats = [], places = [], [home] = []] = snapshot.opened;
  const admitted = admit(call.credential, standingOf(call.credential, standing[0]), scopeFor(call, 'read'));
  if (!admitted.ok) return admitted;
  const { id, name, account_owner_id: accountOwnerId, at } = organization ?? {};
  const refused = mayDisposeOf(admitted.value, accountId, { accountOwnerId: String(accountOwnerId), name: String(name) });
  if (refused !== undefined) return fail(refused);
  if (account === undefined || home === undefined) return fail(accountUnknown);
  const memberIds = Map.groupBy(places, (row) => row['workspace_id'] as string);
  // What concerns no workspace stands in the log of the oldest one.
  const ids = [...new Set([home['workspace_id'] as string, ...memberIds.keys()])].toSorted();
  const workspaces: object[] = [];
  for (const workspaceId of ids) {
    const members = (memberIds.get(workspaceId) ?? []).map((row) => row['membership_id'] as string);
    workspaces.push(await readPlace(snapshot, { workspaceId, organizationId: call.credential.tenant.organizationId }, members, accountId));
  }
  const own = { ...shown(account), subjects: subjects.map(shown), sessions: sessions.map(shown), seats: seats.map(shown) };
  return succeed({ exportedAt: (at as Date).toISOString(), organization: { id, name }, account: own, workspaces });
}

async function readPlace(snapshot: Snapshot, tenant: Call['credential']['tenant'], members: readonly string[], accountId: string): Promise<object> {
  await snapshot.fetch(scopeOf(tenant));
  const [workspace] = await snapshot.fetch({ name: 'export_workspace', text: 'select id, slug, name from workspace where id = $1', values: [tenant.workspaceId] });
  const found = new Map<string, Row[]>();
  for (const { name, text } of personalParts) {
    const values = [tenant.workspaceId, members, ...(text.includes('$3') ? [accountId] : [])];
    found.set(name, await snapshot.fetch({ name: `export_${name}`, text, values }));
  }
  const ofMember = personalParts.filter(({ of }) => of !== undefined).map(({ name }) => name);
  const partsOf = (id: unknown) => Object.fromEntries(ofMember.map((name) => [name, (found.get(name) ?? []).filter((row) => row['membership_id'] === id).map(withoutMember)]));
  const memberships = (found.get('memberships') ?? []).map((row) => ({ ...shown(row), ...partsOf(row['id']) }));
  const others = personalParts.filter(({ name, of }) => of === undefined && name !== 'memberships').map(({ name }) => [name, (found.get(name) ?? []).map(shown)]);
  return { workspace, memberships, ...Object.fromEntries(others) };
}

function withoutMember(row: Row): object {
  return shown(Object.fromEntries(Object.entries(row).filter(([column]) => column !== 'membership_id')));
}

/** A row as JSON: names in camel case, times as texts. */
function shown(row: Row): object {
  const named = ([column, value]: [string, unknown]) => [column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value instanceof Date ? value.toISOString() : value];
  return Object.fromEntries(Object.entries(row).map(named as (entry: [string, unknown]) => [string, unknown]));
}
