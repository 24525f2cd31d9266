// The whole team in one order: one snapshot, its members fetched in pieces.
import { linkSpaceOf, scopeFor, type Call } from '../../domain/model/caller.ts';
import type { MemberParts, MemberView } from '../../domain/model/membership.ts';
import type { Boundary, TeamExport } from '../../domain/ports.ts';
import { fail, refuse, succeed, type Outcome } from '../../domain/refusals.ts';
import { admit } from '../../domain/rules/admit.ts';
import { mayDo } from '../../domain/rules/authority.ts';
import { standingOf, standingStatement } from '../commands/ground-statement.ts';
import { scopeOf } from '../database/scope.ts';
import type { Snapshots } from '../database/snapshot.ts';
import { memberViewOf } from './member-select.ts';
import { teamPage } from './team-page.ts';
import { piecesOf } from './snapshot-pieces.ts';

/** Members in one piece. */
const pieceLength = 500;

const busy = refuse('busy', 'Too many exports are being read at the same time. Ask again in a moment.');

/** Opens the export, to be read to its end or closed. A person without `members.read` finds itself only. */
export async function openTeamExport(snapshots: Snapshots, call: Call, query: TeamExport, parts: MemberParts): Promise<Outcome<AsyncIterableIterator<readonly MemberView[]>>> {
  const { credential } = call;
  const snapshot = await snapshots.open([scopeOf(credential.tenant), standingStatement(credential)]);
  if (snapshot === undefined) return fail(busy);
  const admitted = admit(credential, standingOf(credential, snapshot.opened[1]?.[0]), scopeFor(call, 'read'));
  if (!admitted.ok) {
    await snapshot.end();
    return admitted;
  }
  const only = credential.kind === 'person' && !mayDo(admitted.value, 'members.read') ? credential.membershipId : undefined;
  const scope = { workspaceId: credential.tenant.workspaceId, linkSpace: linkSpaceOf(credential), only };
  const page = (from: Boundary | undefined) => teamPage({ ...query, limit: pieceLength, offset: 0, walk: { from } }, scope, parts).rows;
  return succeed(piecesOf(snapshot, { length: pieceLength, page, viewOf: memberViewOf }));
}
