// Groups with more members than an answer should hold in memory: one snapshot of the group, its members fetched in pieces.
import { linkSpaceOf, type Call } from '../../domain/model/caller.ts';
import type { LongGroup, ShownMember } from '../../domain/model/group.ts';
import { fail, refuse, succeed, type Outcome } from '../../domain/refusals.ts';
import { standingStatement } from '../commands/ground-statement.ts';
import type { Row, Statement } from '../database/batch.ts';
import { scopeOf } from '../database/scope.ts';
import type { Snapshot, Snapshots } from '../database/snapshot.ts';
import { groupViewOf, memberDisplay, readGroup, shownMemberOf } from './group-select.ts';

/** Members in one piece. */
const pieceLength = 1_000;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/** What is answered when all connections that may serve long answers are taken. */
const busy = refuse('busy', 'Too many large groups are being read at the same time. Ask again in a moment, or leave the members out with excludedAttributes=members.');

/**
 * Opens a group to be read to its end or closed. `admit` judges the standing and the group's row before anything is shown; refuses what it
 * refuses, and `busy`.
 */
export async function openLongGroup(snapshots: Snapshots, call: Call, id: string, admit: (standing: Row | undefined, group: Row | undefined) => Outcome<Row>): Promise<Outcome<LongGroup>> {
  const { credential } = call;
  const { workspaceId } = credential.tenant;
  const snapshot = await snapshots.open([scopeOf(credential.tenant), standingStatement(credential), readGroup(workspaceId, id, linkSpaceOf(credential), false)]);
  if (snapshot === undefined) return fail(busy);
  const [, standing = [], groups = []] = snapshot.opened;
  const admitted = admit(standing[0], groups[0]);
  if (admitted.ok) return succeed({ view: groupViewOf(admitted.value), pieces: piecesOf(snapshot, workspaceId, id) });
  await snapshot.end();
  return admitted;
}

/** Not a generator: closing one that was never begun would leave the snapshot open. */
function piecesOf(snapshot: Snapshot, workspaceId: string, groupId: string): AsyncIterableIterator<readonly ShownMember[]> {
  let after: string | undefined = beforeAll;
  const finish = async (): Promise<IteratorReturnResult<undefined>> => {
    after = undefined;
    await snapshot.end();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      if (after === undefined) return await finish();
      const rows = await snapshot.fetch(pieceAfter(workspaceId, groupId, after));
      const piece = rows.map(shownMemberOf);
      const last = piece.at(-1);
      if (last === undefined) return await finish();
      after = piece.length < pieceLength ? undefined : last.id;
      return { done: false, value: piece };
    },
    return: finish,
  };
}

function pieceAfter(workspaceId: string, groupId: string, after: string): Statement {
  return {
    name: 'group_members_piece',
    text: `select gm.member_id as id, gm.member_type as type, ${memberDisplay} as display from group_member gm
      where gm.workspace_id = $1 and gm.group_id = $2 and gm.member_id > $3 order by gm.member_id limit ${pieceLength}`,
    values: [workspaceId, groupId, after],
  };
}
