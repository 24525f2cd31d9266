// Makes the role of the running server and gives it exactly its rights; assumes migrated tables and the migration lock held by the caller.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg, { type ClientBase } from 'pg';
import type { Login } from './database/pool.ts';
import { MigrationError } from './migration-error.ts';

/**
 * The role the server works as; its name is known in all databases of a server. A role that was `named` by the operator keeps its
 * password: others may log in with it.
 */
export interface RuntimeRole {
  readonly role: string;
  readonly password: string;
  readonly named?: boolean;
}

const keep = 'select, insert, update';
const all = 'select, insert, update, delete';
const append = 'select, insert';
const drain = 'select, insert, delete';

/** What the runtime role may do with each table; a table that stands here with nothing is reached through functions alone. */
export const runtimeRights: ReadonlyMap<string, string | undefined> = new Map([
  ['organization', keep],
  ['workspace', keep],
  ['user_account', keep],
  ['organization_directory', undefined],
  ['workspace_directory', undefined],
  ['membership', keep],
  ['membership_email', all],
  ['membership_link', all],
  ['membership_hold', all],
  ['invitation', keep],
  ['mail_message', all],
  ['seat_claim', all],
  ['seat_ledger', append],
  ['seat_balance', append],
  ['seat_unsealed', drain],
  ['scim_group', all],
  ['group_link', all],
  ['group_member', all],
  ['workspace_role', all],
  ['group_role', all],
  ['successor', all],
  ['scim_resource', all],
  ['resource_link', all],
  ['unique_value', all],
  ['idp_connection', keep],
  ['access_token', keep],
  ['blocked_intent', all],
  ['scim_request_log', all],
  ['api_key', keep],
  ['owned_resource', all],
  ['resource_taking', all],
  ['audit_event', append],
  ['audit_reason', all],
  ['audit_unsealed', drain],
  ['audit_seal', append],
  ['outbox_event', all],
  ['event_endpoint', all],
  ['event_delivery', all],
  ['usher_job_state', undefined],
  ['scheduled_action', keep],
  ['idempotency_key', all],
  ['oauth_client', keep],
  ['oauth_secret', keep],
  ['oauth_token', all],
  ['account_subject', all],
  ['user_session', all],
  ['usher_migration', undefined],
]);

/** Creates the role if it is missing, sets its password unless it was named, checks that it is harmless and grants its rights. */
export async function letIn(client: ClientBase, owner: Login, runtime: RuntimeRole, connectTimeoutMs: number): Promise<void> {
  if (runtime.role === owner.user) throw new MigrationError('the runtime role must be another role than the owner of the tables');
  await ensureRole(client, owner, runtime, connectTimeoutMs);
  await checkHarmless(client, runtime.role);
  await grant(client, runtime.role);
}

/** Roles belong to the whole server, so that migrations of other databases may do the same at this moment. */
async function ensureRole(client: ClientBase, owner: Login, runtime: RuntimeRole, connectTimeoutMs: number): Promise<void> {
  const role = pg.escapeIdentifier(runtime.role);
  const login = `login password ${pg.escapeLiteral(scramVerifier(runtime.password))}`;
  const { rows } = await client.query('select from pg_roles where rolname = $1', [runtime.role]);
  if (rows.length === 0) {
    try {
      await client.query(`create role ${role} ${login} nosuperuser nobypassrls nocreatedb nocreaterole noreplication noinherit`);
      return;
    } catch (error) {
      if (isCode(error, '42501')) {
        throw new MigrationError(`the role "${runtime.role}" does not exist and the owner login may not create it: create it with LOGIN and its password`, { cause: error });
      }
      if (!isCode(error, '42710', '23505')) throw error;
    }
  }
  const check = async (why: string) => await checkPassword(owner, runtime, why, connectTimeoutMs);
  if (runtime.named === true) await check('keeps its password because DATABASE_RUNTIME_URL names it');
  else await setPassword(client, `alter role ${role} ${login}`, async () => await check('cannot be given another password by the owner login'));
}

async function setPassword(client: ClientBase, statement: string, otherwise: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(statement);
      return;
    } catch (error) {
      if (isCode(error, '42501')) {
        await otherwise();
        return;
      }
      // XX000 "tuple concurrently updated": another database's migration set the same password.
      if (!isCode(error, 'XX000') || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * attempt));
    }
  }
}

/** A role that somebody else administers is fine as long as its password is the one we were given. */
async function checkPassword(owner: Login, runtime: RuntimeRole, unchanged: string, connectTimeoutMs: number): Promise<void> {
  const probe = new pg.Client({ ...owner, user: runtime.role, password: runtime.password, connectionTimeoutMillis: connectTimeoutMs });
  probe.on('error', () => undefined);
  try {
    await probe.connect();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`the role "${runtime.role}" exists and ${unchanged}, and logging in with the given one failed: ${why}`, { cause: error });
  } finally {
    await probe.end().catch(() => undefined);
  }
}

async function checkHarmless(client: ClientBase, role: string): Promise<void> {
  const { rows } = await client.query<{ name: string; why: string }>(
    `select r.rolname as name, case when r.rolsuper then 'is a superuser' when r.rolbypassrls then 'bypasses row-level security'
        when r.rolname = current_user then 'owns the tables' else 'may create roles' end as why
      from pg_roles r where pg_has_role($1, r.oid, 'MEMBER') and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolname = current_user)
      order by r.rolname = $1 desc, r.rolname limit 1`,
    [role],
  );
  const found = rows[0];
  if (found === undefined) return;
  const who = found.name === role ? 'it' : `it is a member of "${found.name}", which`;
  throw new MigrationError(`the role "${role}" may not be the runtime role: ${who} ${found.why}`);
}

async function grant(client: ClientBase, name: string): Promise<void> {
  const role = pg.escapeIdentifier(name);
  const tables = [...runtimeRights.keys()].map((table) => `public.${table}`).join(', ');
  const functions = await functionsOfOurs(client);
  await openDoors(client, name);
  const statements = [
    `revoke all on ${tables} from public, ${role}`,
    ...[...runtimeRights].flatMap(([table, rights]) => (rights === undefined ? [] : [`grant ${rights} on public.${table} to ${role}`])),
    `revoke all on function ${functions} from public`,
    `grant execute on function ${functions} to ${role}`,
  ];
  // Several statements in one message are one transaction: nobody sees the rights half given.
  await client.query(statements.join(';\n'));
}

/** CONNECT and USAGE are usually everybody's already; the owner of the tables need not own the database and then cannot grant them. */
async function openDoors(client: ClientBase, name: string): Promise<void> {
  const role = pg.escapeIdentifier(name);
  const { database, connects, uses } = await doorsOf(client, name);
  if (!connects) await client.query(`grant connect on database ${pg.escapeIdentifier(database)} to ${role}`).catch(() => undefined);
  if (!uses) await client.query(`grant usage on schema public to ${role}`).catch(() => undefined);
  if (connects && uses) return;
  // Without the right to grant, PostgreSQL only warns.
  const now = await doorsOf(client, name);
  if (!now.connects) throw new MigrationError(`the role "${name}" may not connect to the database: grant connect on database ${database} to it as its owner`);
  if (!now.uses) throw new MigrationError(`the role "${name}" may not use the tables: grant usage on schema public to it as the owner of the schema`);
}

async function doorsOf(client: ClientBase, name: string): Promise<{ database: string; connects: boolean; uses: boolean }> {
  const { rows } = await client.query<{ database: string; connects: boolean; uses: boolean }>(
    `select current_database() as database, has_database_privilege($1, current_database(), 'connect') as connects, has_schema_privilege($1, 'public', 'usage') as uses`,
    [name],
  );
  const doors = rows[0];
  if (doors === undefined) throw new MigrationError('the server does not answer what the runtime role may do');
  return doors;
}

async function functionsOfOurs(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ signature: string }>(
    `select p.oid::regprocedure::text as signature from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.proname like 'usher\\_%' and pg_get_userbyid(p.proowner) = current_user`,
  );
  return rows.map((row) => row.signature).join(', ');
}

/** The form in which PostgreSQL keeps a password, made here so that the password itself reaches no log of the server (RFC 5802). */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof pg.DatabaseError && codes.includes(error.code ?? '');
}
