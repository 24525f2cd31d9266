// A person of whom everything is kept that can be, under one unmistakable word, and a search for that word in every column of every table.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { workplaceUrn } from '../../support/example-schemas.ts';
import { newUser, scimClient, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { ownersConnections } from '../admin/connections.ts';
import { makeHost, sender, type Host, type Send } from '../host/host.ts';

const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Where the marker stands, as `table.column`; texts, JSON and bytes alike. */
export async function placesOf({ query }: Pick<StartedServer, 'query'>, marker: string): Promise<string[]> {
  const columns = await query(`select table_name as "table", column_name as "column", data_type as type from information_schema.columns where table_schema = 'public' order by 1, 2`);
  const found: string[] = [];
  for (const { table, column, type } of columns) {
    const spelled = type === 'bytea' ? `encode("${String(column)}", 'escape')` : `"${String(column)}"::text`;
    const rows = await query(`select 1 from "${String(table)}" where ${spelled} ilike $1 limit 1`, [`%${marker}%`]);
    if (rows.length > 0) found.push(`${String(table)}.${String(column)}`);
  }
  return found;
}

/** Three workspaces of an organization with their owners, and whoever signs people in. */
export interface Organization {
  readonly places: readonly [TestWorkspace, TestWorkspace, TestWorkspace];
  readonly host: Host;
  /** Of each place, as its owner. */
  readonly owners: readonly [Send, Send, Send];
}

export async function organization(service: StartedServer): Promise<Organization> {
  const first = await service.workspace();
  const second = await service.workspace({ organization: first.organization });
  const third = await service.workspace({ organization: first.organization });
  const places = [first, second, third] as const;
  const as = async (place: TestWorkspace) => sender(service, (await place.personToken(place.ownerId)).token);
  return { places, host: await makeHost(service, first), owners: [await as(first), await as(second), await as(third)] };
}

export async function good(answer: PromiseLike<{ readonly status: number; readonly text: string; readonly json?: unknown; readonly body?: unknown }>, ...statuses: number[]): Promise<Record<string, unknown>> {
  const { status, text, json, body } = await answer;
  expect(statuses.length === 0 ? [200, 201, 202, 204] : statuses, text).toContain(status);
  return (json ?? body ?? {}) as Record<string, unknown>;
}

export interface Everywhere {
  readonly email: string;
  readonly accountId: string;
  /** Pushed as an externalId by a PATCH, whose value the log of requests keeps because it has the form of an id. */
  readonly objectId: string;
  /** Of the invitation in the third place. */
  readonly invitationId: string;
  readonly memberIds: readonly string[];
  readonly home: Send;
  readonly key: string;
  readonly session: string;
}

async function loggedConnection(service: StartedServer, place: TestWorkspace): Promise<Scim> {
  const connections = await ownersConnections(service, place);
  return await connections.scim((await connections.make('logged', { log: { bodies: true } })).id);
}

/** The body with the marker in every kind of attribute. */
export function userOf(marker: string, email: string): Record<string, unknown> {
  const name = { formatted: `Dr ${marker} Doe`, givenName: marker, familyName: `Van ${marker}`, middleName: marker, honorificPrefix: marker };
  return {
    ...newUser(email, { externalId: `ext-${marker}`, displayName: `Display ${marker}`, nickName: marker, title: `Title ${marker}`, profileUrl: `https://${marker}.example/`, name }),
    emails: [{ value: email, type: 'work', primary: true, display: `Mail of ${marker}` }, { value: `${marker}@home.example`, type: 'home' }],
    phoneNumbers: [{ value: `tel:+1-${marker}`, type: 'work' }],
    addresses: [{ formatted: `Street ${marker}`, locality: marker, type: 'home' }],
    ims: [{ value: `im-${marker}`, type: 'xmpp' }],
    photos: [{ value: `https://photos.example/${marker}.png`, type: 'photo' }],
    [enterpriseUrn]: { employeeNumber: `emp-${marker}`, costCenter: marker, department: `Dept ${marker}` },
    [workplaceUrn]: { badge: `badge-${marker}`, desk: `Desk ${marker}`, keys: [`key-${marker}`] },
  };
}

/**
 * Makes the person: provisioned in the first place with everything hanging on it; removed and back in the second; invited in the third.
 * Others write about it, and it writes about others.
 */
export async function livesEverywhere(service: StartedServer, { places, host, owners }: Organization, marker: string): Promise<Everywhere> {
  const [first, second] = places;
  const [ownerOfFirst, ownerOfSecond, ownerOfThird] = owners;
  const email = `${marker}@work.example`;
  const scim = await loggedConnection(service, first);
  const made = await good(scim.post('/Users', userOf(marker, email)), 201);
  const id = String(made['id']);
  // From its next request on the log knows that this connection's bodies are kept.
  await service.ports.requestLog.flush();
  const objectId = randomUUID();
  await good(scim.patch(`/Users/${id}`, { op: 'replace', path: 'externalId', value: objectId }), 200);
  await good(scim.post('/Users', userOf(marker, email)), 409);
  await good(scim.get(`/Users?filter=${encodeURIComponent(`userName eq "${email}"`)}`), 200);
  await good(scim.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: `Chief ${marker}` }), 200);
  await good(scim.post('/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Sales', members: [{ value: id }] }), 201);
  await good(ownerOfFirst('PATCH', `/team/members/${id}`, { role: 'admin' }));
  await good(ownerOfFirst('POST', `/team/members/${id}/deactivate`, { on: '2099-12-24', reason: `later ${marker}` }));
  // Removed once, with words about it, and back with another membership.
  const other = scimClient(service, (await second.connectionToken('okta')).token);
  const gone = String((await good(other.post('/Users', userOf(marker, email)), 201))['id']);
  await good(ownerOfSecond('DELETE', `/team/members/${gone}`, { reason: `first time ${marker}` }));
  const back = String((await good(other.post('/Users', userOf(marker, email)), 201))['id']);
  const bystander = String((await good(other.post('/Users', newUser(`by-${marker.length}-${Math.random().toString(36).slice(2)}@work.example`)), 201))['id']);
  await good(ownerOfSecond('POST', '/team/members/bulk-deactivate', { ids: [back, bystander], reason: `both, says ${marker}` }));
  await good(ownerOfSecond('POST', '/team/members/bulk-reactivate', { ids: [back, bystander] }));
  const invited = await good(ownerOfThird('POST', '/team/invitations', { email, name: `Guest ${marker}`, role: 'member' }), 201);
  // What the person does itself.
  const session = await host.signIn(`subject-${marker}`, email, first.slug);
  const home = await host.signIn(`subject-${marker}`, email);
  const own = sender(service, session.sessionToken);
  const key = await good(own('POST', '/team/keys', { name: `key of ${marker}`, scopes: ['admin.read'] }), 201);
  const colleague = String((await good(scim.post('/Users', newUser(`col-${Math.random().toString(36).slice(2)}@work.example`)), 201))['id']);
  await good(own('POST', `/team/members/${colleague}/deactivate`, { reason: `because ${marker} says so` }, { 'Idempotency-Key': `once-${marker.length}` }));
  await good(own('POST', `/team/members/${colleague}/reactivate`));
  await service.ports.requestLog.flush();
  return { email, accountId: session.accountId, objectId, invitationId: String(invited['id']), memberIds: [id, gone, back, String(invited['memberId'])], home: sender(service, home.sessionToken), key: String(key['token']), session: session.sessionToken };
}
