// API keys on PostgreSQL: one by its id, and lists of one's own, of a member's, of everybody's, and of those left behind.
import type { Pool } from 'pg';
import type { KeyFilter, KeyReads } from '../../domain/belonging-ports.ts';
import type { ApiKeyView, KeyScope } from '../../domain/model/api-key.ts';
import type { Call } from '../../domain/model/caller.ts';
import { fail, refuseAll, succeed, type Outcome } from '../../domain/refusals.ts';
import { permissionDenied } from '../../domain/rules/authority.ts';
import { keysSeenBy, keyUnknown } from '../../domain/rules/keys.ts';
import type { Row } from '../database/batch.ts';
import type { ParameterList } from '../filter/parameters.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';
import { recordsPage } from './records-page.ts';

const statusOf = (k: string) => `case when ${k}.revoked_at is not null then 'revoked' when ${k}.expires_at <= now() then 'expired'
  when ${k}.suspended_at is not null then 'suspended' else 'active' end`;

const columns = `p.id, p.name, p.scopes, p.created_at, p.expires_at, p.last_used_at, ${statusOf('p')} as status, p.membership_id,
  m.user_name as creator_name, case when m.deleted_at is null then m.status else 'removed' end as creator_status`;
const joins = 'join membership m on m.workspace_id = p.workspace_id and m.id = p.membership_id';

/** Builds the reads on a pool. */
export function createKeyReads(pool: Pool): KeyReads {
  return {
    key: async (call, id) => {
      const text = `select ${columns} from api_key p ${joins} where p.workspace_id = $1 and p.id = $2`;
      const read = await readAs(pool, call, [{ name: 'api_key', text, values: [call.credential.tenant.workspaceId, id] }]);
      if (!read.ok) return read;
      const { actor, rows } = read.value;
      const [row] = rows[0] ?? [];
      const seen = keysSeenBy(actor);
      const hidden = seen === undefined || (seen !== 'all' && row?.['membership_id'] !== seen.memberId);
      return row === undefined || hidden ? fail(keyUnknown(id)) : succeed(viewOf(row));
    },
    keys: async (call, filter, cut) => {
      const asked = await scopeOfList(pool, call, filter);
      if (!asked.ok) return asked;
      const { workspaceId } = call.credential.tenant;
      const where = (parameters: ParameterList) => conditionsOf(workspaceId, asked.value, parameters);
      const order = { key: undefined, id: 'k.id', descending: false };
      const read = await readPage(pool, call, cut, true, recordsPage({ cut: 'api_key k', where, order, shownKey: '', columns, joins, given: [] }, cut));
      if (!read.ok) return read;
      const { total, rows, next, previous } = read.value;
      return succeed({ total, rows: rows.map(viewOf), next, previous });
    },
  };
}

/** The filter within what the caller may see; its role must be known before the query is made. */
async function scopeOfList(pool: Pool, call: Call, filter: KeyFilter): Promise<Outcome<KeyFilter>> {
  const asked = await readAs(pool, call, []);
  if (!asked.ok) return asked;
  const seen = keysSeenBy(asked.value.actor);
  if (seen === 'all') return succeed(filter);
  const others = seen === undefined || (filter.creatorId !== undefined && filter.creatorId !== seen.memberId) || filter.leftBehind === true;
  return others ? fail(refuseAll([permissionDenied('keys.revoke')])) : succeed({ ...filter, creatorId: seen.memberId });
}

function conditionsOf(workspaceId: string, { creatorId, status, leftBehind }: KeyFilter, parameters: ParameterList): string[] {
  const gone = 'exists (select from membership g where g.workspace_id = k.workspace_id and g.id = k.membership_id and g.deleted_at is not null)';
  return [
    `k.workspace_id = ${parameters.add(workspaceId, 'uuid')}`,
    ...(creatorId === undefined ? [] : [`k.membership_id = ${parameters.add(creatorId, 'uuid')}`]),
    ...(status === undefined ? [] : [`${statusOf('k')} = ${parameters.add(status, 'text')}`]),
    ...(leftBehind === undefined ? [] : [leftBehind ? `${gone} and ${statusOf('k')} in ('active', 'suspended')` : `not ${gone}`]),
  ];
}

function viewOf(row: Row): ApiKeyView {
  const time = (name: string) => (row[name] as Date | null)?.toISOString();
  return {
    id: row['id'] as string,
    name: row['name'] as string,
    scopes: row['scopes'] as KeyScope[],
    status: row['status'] as ApiKeyView['status'],
    creator: { id: row['membership_id'] as string, userName: row['creator_name'] as string, status: row['creator_status'] as ApiKeyView['creator']['status'] },
    createdAt: (row['created_at'] as Date).toISOString(),
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
  };
}
