// The SELECTs that show connections, what was refused to them, what they assert in vain, and their requests.
import type { ConnectionReads, ConnectionView, DriftView, IntentView, LoggedRequest, RequestFilter, TokenView } from '../../domain/areas/connection-reads.ts';
import { changedPolicy, usualConnectionPolicy, type PolicyChange } from '../../domain/model/connection-policy.ts';
import type { PageCut } from '../../domain/ports.ts';
import { departuresNow } from '../commands/ground-statement.ts';
import type { Row, Statement } from '../database/batch.ts';
import type { ParameterList } from '../filter/parameters.ts';
import type { PageStatements } from './list-statements.ts';
import { recordsPage } from './records-page.ts';

const time = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const tokens = `(select coalesce(json_agg(json_build_object('id', t.id, 'createdAt', ${time('t.created_at')}, 'expiresAt', ${time('t.expires_at')}, 'lastUsedAt', ${time('t.last_used_at')}) order by t.created_at, t.id), '[]')
    from access_token t where t.workspace_id = c.workspace_id and t.connection_id = c.id and t.revoked_at is null and (t.expires_at is null or t.expires_at > now()))`;

const openIntents = `(select count(*)::int from blocked_intent b join membership m on m.workspace_id = b.workspace_id and m.id = b.membership_id
    where b.workspace_id = c.workspace_id and b.connection_id = c.id and b.status = 'open' and m.deleted_at is null)`;

/** Live connections by their labels, or the one with the id. */
export function readConnections(workspaceId: string, id?: string): Statement {
  return {
    name: `connections_shown${id === undefined ? '' : '_one'}`,
    text: `select c.id, c.label, c.paused_at is not null as paused, c.policy, ${tokens} as tokens, ${time('c.created_at')} as created_at, ${time('c.last_seen_at')} as last_seen_at,
        ${departuresNow} as departures, ${time('c.tripped_at')} as tripped_at, ${openIntents} as open_intents
      from idp_connection c where c.workspace_id = $1 and c.deleted_at is null${id === undefined ? '' : ' and c.id = $2'} order by c.label_key`,
    values: id === undefined ? [workspaceId] : [workspaceId, id],
  };
}

export function connectionOf(row: Row): ConnectionView {
  return {
    id: row['id'] as string,
    label: row['label'] as string,
    paused: row['paused'] as boolean,
    policy: changedPolicy(usualConnectionPolicy, row['policy'] as PolicyChange),
    tokens: row['tokens'] as TokenView[],
    createdAt: row['created_at'] as string,
    lastSeenAt: row['last_seen_at'] as string | null,
    departures: row['departures'] as number,
    trippedAt: row['tripped_at'] as string | null,
    openIntents: row['open_intents'] as number,
  };
}

const intentColumns = (b: string) => `${b}.id, ${b}.connection_id, c.label, ${b}.membership_id, m.user_name, ${b}.act, ${b}.rule, ${b}.times,
  ${time(`${b}.first_at`)} as first_at, ${time(`${b}.last_at`)} as last_at, case when ${b}.status = 'open' and m.deleted_at is not null then 'resolved' else ${b}.status end as status`;
const intentJoins = (b: string) => `join idp_connection c on c.workspace_id = ${b}.workspace_id and c.id = ${b}.connection_id
  join membership m on m.workspace_id = ${b}.workspace_id and m.id = ${b}.membership_id`;

/** The latest first; whoever is gone leaves nothing open. */
export function intentsPage(workspaceId: string, { status, connectionId, memberId, ...cut }: Parameters<ConnectionReads['intents']>[1]): PageStatements {
  const gone = '(select m.deleted_at is not null from membership m where m.workspace_id = b.workspace_id and m.id = b.membership_id)';
  return recordsPage(
    {
      cut: 'blocked_intent b',
      where: (parameters) => [
        `b.workspace_id = ${parameters.add(workspaceId, 'uuid')}`,
        `case when b.status = 'open' and ${gone} then 'resolved' else b.status end = ${parameters.add(status, 'text')}`,
        ...(connectionId === undefined ? [] : [`b.connection_id = ${parameters.add(connectionId, 'uuid')}`]),
        ...(memberId === undefined ? [] : [`b.membership_id = ${parameters.add(memberId, 'uuid')}`]),
      ],
      order: { key: { value: 'b.last_at', type: 'timestamptz', unique: false }, id: 'b.id', descending: true },
      shownKey: 'p.last_at',
      columns: intentColumns('p'),
      joins: intentJoins('p'),
      given: [],
    },
    cut,
  );
}

export function readIntent(workspaceId: string, id: string): Statement {
  return { name: 'intent_shown', text: `select ${intentColumns('b')} from blocked_intent b ${intentJoins('b')} where b.workspace_id = $1 and b.id = $2`, values: [workspaceId, id] };
}

export function intentOf(row: Row): IntentView {
  return {
    id: row['id'] as string,
    connection: { id: row['connection_id'] as string, label: row['label'] as string },
    member: { id: row['membership_id'] as string, userName: row['user_name'] as string },
    act: row['act'] as IntentView['act'],
    rule: row['rule'] as IntentView['rule'],
    times: row['times'] as number,
    firstAt: row['first_at'] as string,
    lastAt: row['last_at'] as string,
    status: row['status'] as IntentView['status'],
  };
}

/** Members for whom the last word of the connection is not in effect, in the order of their userNames. */
export function driftPage(workspaceId: string, connectionId: string, cut: PageCut): PageStatements {
  const refused = (connection: string, m: string) => `from blocked_intent b where b.workspace_id = ${m}.workspace_id and b.membership_id = ${m}.id
    and b.connection_id = ${connection} and b.status = 'open' and b.act <> 'demote'`;
  return recordsPage(
    {
      cut: 'membership m',
      where: (parameters) => {
        const [workspace, connection] = [parameters.add(workspaceId, 'uuid'), parameters.add(connectionId, 'uuid')];
        return [
          `m.workspace_id = ${workspace}`,
          'm.deleted_at is null',
          `((select l.asserted_active <> (m.status <> 'deactivated') from membership_link l where l.workspace_id = m.workspace_id and l.membership_id = m.id and l.link_space = ${connection} and l.live)
            or (m.status <> 'deactivated' and exists (select ${refused(connection, 'm')})))`,
        ];
      },
      order: { key: { value: 'm.user_name_key', type: 'text', unique: true }, id: 'm.id', descending: false },
      shownKey: 'p.user_name_key',
      columns: `p.id, p.user_name, p.status, (select b.rule ${refused('$1::uuid', 'p')} limit 1) as rule,
        array(select h.source from membership_hold h where h.workspace_id = p.workspace_id and h.membership_id = p.id order by h.source) as holds`,
      given: [connectionId],
    },
    cut,
  );
}

export function driftOf(row: Row): DriftView {
  const inactive = row['status'] === 'deactivated';
  const rule = (row['rule'] as DriftView['rule']) ?? null;
  return {
    memberId: row['id'] as string,
    userName: row['user_name'] as string,
    asserted: inactive ? 'active' : 'inactive',
    effective: inactive ? 'inactive' : 'active',
    why: inactive ? 'withheld' : rule === null ? 'overridden' : 'refused',
    holds: row['holds'] as DriftView['holds'],
    rule: inactive ? null : rule,
  };
}

const requestColumns = (r: string, bodies: boolean) => `${r}.id, ${time(`${r}.at`)} as at, ${r}.method, ${r}.path, ${r}.status, ${r}.problem, ${r}.duration_ms, ${r}.request_id${bodies ? `, ${r}.request, ${r}.response` : ''}`;

/** The requests of a connection, the latest first, without their bodies. */
export function requestsPage(workspaceId: string, connectionId: string, { status, statusClass, path, method, since, until, ...cut }: PageCut & RequestFilter): PageStatements {
  const classStart = statusClass === undefined ? undefined : String(statusClass * 100);
  return recordsPage(
    {
      cut: 'scim_request_log r',
      where: (parameters: ParameterList) => [
        `r.workspace_id = ${parameters.add(workspaceId, 'uuid')}`,
        `r.connection_id = ${parameters.add(connectionId, 'uuid')}`,
        ...(status === undefined ? [] : [`r.status = ${parameters.add(String(status), 'numeric')}`]),
        ...(classStart === undefined ? [] : [`r.status >= ${parameters.add(classStart, 'numeric')} and r.status < ${parameters.add(classStart, 'numeric')} + 100`]),
        ...(path === undefined ? [] : [`r.path = ${parameters.add(path, 'text')}`]),
        ...(method === undefined ? [] : [`r.method = ${parameters.add(method, 'text')}`]),
        ...(since === undefined ? [] : [`r.at >= ${parameters.add(since, 'timestamptz')}`]),
        ...(until === undefined ? [] : [`r.at < ${parameters.add(until, 'timestamptz')}`]),
      ],
      order: { key: undefined, id: 'r.id', descending: true },
      shownKey: 'p.id',
      columns: requestColumns('p', false),
      given: [],
    },
    cut,
  );
}

export function readRequest(workspaceId: string, connectionId: string, id: string): Statement {
  return {
    name: 'request_shown',
    text: `select ${requestColumns('r', true)} from scim_request_log r where r.workspace_id = $1 and r.connection_id = $2 and r.id = $3`,
    values: [workspaceId, connectionId, id],
  };
}

export function requestOf(row: Row): LoggedRequest {
  const body = (name: string): unknown => (typeof row[name] === 'string' ? (JSON.parse(row[name]) as unknown) : null);
  return {
    id: row['id'] as string,
    at: row['at'] as string,
    method: row['method'] as string,
    path: row['path'] as string,
    status: row['status'] as number,
    problem: row['problem'] as string | null,
    durationMs: row['duration_ms'] as number,
    requestId: row['request_id'] as string,
    request: body('request'),
    response: body('response'),
  };
}
