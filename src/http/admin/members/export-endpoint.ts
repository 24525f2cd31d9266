// The whole list of members as a file, of one moment, at the speed of whoever takes it.
import type { MemberParts, MemberView } from '../../../domain/model/membership.ts';
import type { TeamReads } from '../../../domain/ports.ts';
import { csvLine, csvType } from '../../csv.ts';
import { streamTexts } from '../../stream-texts.ts';
import { adminPath } from '../admin-path.ts';
import { endpointAt, operation, type AdminEndpoint } from '../operation.ts';
import { exportParameters, filterOf } from './shapes.ts';
import { showMember } from './show-member.ts';

const linesType = 'application/jsonl';
const columns = ['id', 'userName', 'displayName', 'givenName', 'familyName', 'email', 'status', 'role', 'roleSource', 'seatHeld', 'holds', 'groups', 'managedBy', 'lastLoginAt', 'createdAt', 'updatedAt'];

export function exportEndpoint({ team }: { readonly team: TeamReads }, parts: MemberParts): AdminEndpoint {
  const told = {
    id: 'exportMembers',
    tag: 'Members',
    summary: 'Export the list as CSV or JSON Lines',
    answers: { 200: { description: 'All members of the list, each on a line.', mediaTypes: ['text/csv', linesType] } },
    problems: ['busy'],
  } as const;
  const run = operation({ ...told, query: exportParameters }, async ({ c, call, query }) => {
    const { format, sort } = query;
    const opened = await team.export(call, { ...filterOf(query), ...sort }, parts);
    if (!opened.ok) return c.get('fail')(opened.refusal);
    const body = streamTexts(write(opened.value, format), c.get('breakOff'), opened.value);
    const headers = { 'Content-Type': format === 'csv' ? csvType : linesType, 'Content-Disposition': `attachment; filename="members.${format}"` };
    return new Response(body, { status: 200, headers });
  });
  return endpointAt(`${adminPath}/team/members/export`, { GET: run });
}

async function* write(pieces: AsyncIterable<readonly MemberView[]>, format: 'csv' | 'jsonl'): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(columns);
  for await (const piece of pieces) yield piece.map((view) => (format === 'csv' ? csvLine(cellsOf(view)) : `${JSON.stringify(showMember(view))}\n`)).join('');
}

function cellsOf(view: MemberView): (string | boolean | null)[] {
  const { id, userName, name, emails, status, role, roleSource, seatHeld, holds, groups, managedBy, lastLoginAt, createdAt, updatedAt } = showMember(view);
  const email = (emails.find(({ primary }) => primary) ?? emails[0])?.value ?? null;
  const list = (values: readonly string[]) => values.join('; ');
  return [
    id,
    userName,
    name.display,
    name.given,
    name.family,
    email,
    status,
    role,
    roleSource,
    seatHeld,
    list(holds.map(({ source }) => source)),
    list(groups.map((group) => group.name)),
    list(managedBy.map(({ label }) => label)),
    lastLoginAt,
    createdAt,
    updatedAt,
  ];
}
