// One credential of every kind, for one organization, as the tests of this folder send them.
import { changeRole } from '../../../../src/domain/commands/change-role.ts';
import { revokeToken } from '../../../../src/domain/commands/credentials.ts';
import { newUser, scimClient, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { askToken, emailOf, makeHost, sender } from '../../host/host.ts';
import { person } from '../team.ts';

/** Tokens by what they are. */
export interface Tokens {
  readonly owner: string;
  readonly member: string;
  readonly ownerSession: string;
  readonly home: string;
  readonly vouched: string;
  readonly connection: string;
  readonly host: string;
  readonly readingHost: string;
  readonly readingKey: string;
  readonly writingKey: string;
  readonly appKey: string;
  readonly scimKey: string;
  readonly leftKey: string;
  readonly revoked: string;
  readonly deactivated: string;
  readonly endedSession: string;
}

/** Makes them all. */
export async function everyToken(service: StartedServer, workspace: TestWorkspace): Promise<Tokens> {
  const tokenOf = async (id: string) => (await workspace.personToken(id)).token;
  const owner = await tokenOf(workspace.ownerId);
  const asOwner = sender(service, owner);
  const host = await makeHost(service, workspace);
  const keyOf = async (token: string, ...scopes: readonly string[]) => ((await sender(service, token)('POST', '/team/keys', { name: scopes.join(' '), scopes })).json as { token: string }).token;
  const connection = (await workspace.connectionToken('okta')).token;
  const readingHost = (await askToken(service, { grant_type: 'client_credentials', client_id: host.login.clientId, client_secret: host.login.secret, scope: 'host.read' })).json as { access_token: string };

  const linked = (await scimClient(service, connection).post('/Users', newUser('linked@every.example', { externalId: 'linked' }))).body.id as string;
  await changeRole(service.ports.store, workspace.operator, linked, 'admin');
  const connectionId = (await service.query('select id from idp_connection where workspace_id = $1', [workspace.tenant.workspaceId]))[0]?.['id'];
  const vouched = (await host.open({ workspace: workspace.slug, subject: { id: 'linked', email: 'linked@every.example', emailVerified: true }, connection: connectionId })).json as { sessionToken: string };

  const [gone, leaver, sleeper] = [await person(service, workspace, 'admin'), await person(service, workspace, 'admin'), await person(service, workspace, 'admin')];
  const leftKey = await keyOf(await tokenOf(leaver), 'admin.read', 'admin.write', 'scim.read');
  await asOwner('DELETE', `/team/members/${leaver}`);
  const revoked = await workspace.personToken(gone);
  await revokeToken(service.ports.store, workspace.operator, revoked.record.id);
  const deactivated = await tokenOf(sleeper);
  await asOwner('POST', `/team/members/${sleeper}/deactivate`);
  const ended = await host.signIn('gone', await emailOf(service, gone), workspace.slug);
  await sender(service, ended.sessionToken)('DELETE', '/sessions/current');

  const ownerEmail = `owner@${workspace.slug}.example`;
  return {
    owner,
    member: await tokenOf(await person(service, workspace)),
    ownerSession: (await host.signIn('owner', ownerEmail, workspace.slug)).sessionToken,
    home: (await host.signIn('owner', ownerEmail)).sessionToken,
    vouched: vouched.sessionToken,
    connection,
    host: host.token,
    readingHost: readingHost.access_token,
    readingKey: await keyOf(owner, 'admin.read'),
    writingKey: await keyOf(owner, 'admin.write'),
    appKey: await keyOf(owner, 'app:reports'),
    scimKey: await keyOf(owner, 'scim.read', 'scim.write'),
    leftKey,
    revoked: revoked.token,
    deactivated,
    endedSession: ended.sessionToken,
  };
}
