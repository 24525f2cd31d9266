// What a click and a sign-in may cost in exchanges and rows, with very many sessions about; no time is measured.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { watchDatabase, type Cost, type WatchedDatabase } from '../../support/watched-database.ts';
import { person } from '../admin/team.ts';
import { emailOf, makeHost, type Host, type Opened } from './host.ts';

const others = 3_000;

let service: StartedServer;
let watched: WatchedDatabase;
let workspace: TestWorkspace;
let host: Host;
let email: string;
let session: Opened;

beforeAll(async () => {
  service = await startForTest({ DATABASE_POOL_SIZE: '1' });
  watched = watchDatabase(service);
  workspace = await service.workspace();
  host = await makeHost(service, workspace);
  email = await emailOf(service, await person(service, workspace));
  session = await host.signIn('measured', email, workspace.slug);
  const { organizationId } = workspace.tenant;
  await service.query(
    `with made as (insert into user_account (organization_id, id) select $1, gen_random_uuid() from generate_series(1, ${others}) returning id)
      insert into user_session (organization_id, id, account_id, client_id, expires_at) select $1, gen_random_uuid(), id, $2, now() + interval '1 hour' from made`,
    [organizationId, host.login.id],
  );
  await service.query('analyze');
  // PostgreSQL turns to plans that serve every value after five executions.
  for (let time = 0; time < 7; time += 1) {
    await host.introspect(session.sessionToken);
    await host.signIn('measured', email, workspace.slug);
  }
});
afterAll(async () => await service.stop());

const lookedAt = ({ looked }: Cost) => ['membership', 'user_session', 'user_account', 'account_subject', 'oauth_token', 'workspace_directory'].reduce((sum, table) => sum + (looked[table] ?? 0), 0);

it('a click is one exchange', async () => {
  const cost = await watched.costOf(async () => await host.introspect(session.sessionToken));
  expect([cost.exchanges, cost.statements], JSON.stringify(cost)).toEqual([1, ['scope', 'standing_host', 'standing_session']]);
  expect(lookedAt(cost)).toBeLessThan(10);
});

it('a sign-in is three, and looks at nobody else', async () => {
  const cost = await watched.costOf(async () => await host.signIn('measured', email, workspace.slug));
  expect(cost.exchanges).toBe(3);
  expect(lookedAt(cost), JSON.stringify(cost.looked)).toBeLessThan(60);
});
