// What races have in common: requests let loose together, owners counted past every rule, and the deadlocks that PostgreSQL had to break.
import { changeRole } from '../../src/domain/commands/change-role.ts';
import type { RoleKey } from '../../src/domain/model/role.ts';
import type { StartedServer, TestWorkspace } from '../support/started-server.ts';
import { newUser, scimClient, type Scim } from '../support/started-server.ts';

/** What an answer says of itself: its status, and for a refusal the rule and the sentence. */
export interface Verdict {
  readonly status: number;
  readonly code: string | undefined;
  readonly detail: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function verdictOf({ status, headers, body }: Answer): Verdict {
  return { status, code: headers['x-problem-code'], detail: (body as { detail?: string } | null)?.detail };
}

/** Sends all requests before it waits for any, and answers their verdicts in the same order. */
export async function letLoose(...requests: readonly PromiseLike<Answer>[]): Promise<Verdict[]> {
  return (await Promise.all(requests)).map(verdictOf);
}

/** `status` or `status code`, sorted: what came out of a race whoever won it. */
export function outcomes(verdicts: readonly Verdict[]): string {
  return verdicts.map(({ status, code }) => (code === undefined ? String(status) : `${status} ${code}`)).toSorted().join(', ');
}

let people = 0;

/** A userName that no test has used. */
export function newName(): string {
  people += 1;
  return `p${people}@race.example`;
}

/** Provisions somebody through the door; answers the id. */
export async function addMember(scim: Scim, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const created = await scim.post('/Users', newUser(newName(), more));
  if (created.status !== 201) throw new Error(`${created.status} ${created.text}`);
  return (created.body as { id: string }).id;
}

/** Gives a role as the operator. */
export async function giveRole({ ports }: StartedServer, workspace: TestWorkspace, id: string, role: RoleKey): Promise<void> {
  const done = await changeRole(ports.store, workspace.operator, id, role);
  if (!done.ok) throw new Error(done.refusal.detail);
}

/** A client that acts as this person. */
export async function actAs(service: StartedServer, workspace: TestWorkspace, id: string): Promise<Scim> {
  return scimClient(service, (await workspace.personToken(id)).token);
}

/** A workspace whose owner is not the account owner, who sits in another workspace of the organization. */
export async function plainWorkspace(service: StartedServer): Promise<TestWorkspace> {
  const home = await service.workspace();
  return await service.workspace({ organization: home.organization });
}

/** Ids of the active owners, counted without the server. */
export async function activeOwners({ query }: StartedServer, { tenant }: TestWorkspace): Promise<string[]> {
  const rows = await query(`select id from membership where workspace_id = $1 and role = 'owner' and status = 'active' and deleted_at is null`, [tenant.workspaceId]);
  return rows.map(({ id }) => String(id));
}

/** Deadlocks in this service's database so far; each of its connections is made to report first. */
export async function deadlocks({ ports, query }: StartedServer): Promise<number> {
  const { pool } = ports.database;
  const clients = await Promise.all(Array.from({ length: pool.totalCount }, async () => await pool.connect()));
  await Promise.all(clients.map(async (client) => await client.query('select pg_stat_force_next_flush()')));
  for (const client of clients) client.release();
  const [row] = await query('select deadlocks::int as count from pg_stat_database where datname = current_database()');
  return Number(row?.['count']);
}
