// OAuth 2.0 for host applications: client credentials become a short-lived access token; may assume the request frame before it.
import { Hono, type Context } from 'hono';
import { nowhere } from '../../domain/model/caller.ts';
import { ScimError } from '../../scim/errors.ts';
import { isForm, readForm } from '../limits/read-form.ts';
import { onlyGet } from '../only-get.ts';
import type { RequestEnv } from '../request-frame.ts';
import { readClientLogin } from './client-login.ts';
import { OauthError } from './oauth-error.ts';

/** Scopes of a host application; it gets those that it asks for, or all. */
const hostScopes = ['host.read', 'host.write'] as const;

/** An access token that was issued. */
export interface IssuedToken {
  readonly id: string;
  readonly expiresAt: Date;
}

/** `issue` checks the secret and records a token; `sign` writes it. `baseUrl` is the public address of the server root. */
export interface OauthOptions {
  readonly issue: (login: { readonly organizationId: string; readonly clientId: string; readonly secretHash: string }, lifeSeconds: number) => Promise<IssuedToken | undefined>;
  readonly sign: (token: IssuedToken & { readonly clientId: string; readonly tenant: { readonly workspaceId: string; readonly organizationId: string }; readonly scopes: readonly string[] }) => Promise<string>;
  readonly lifeSeconds: number;
  readonly baseUrl: string;
}

const longestForm = 16_384;
const tokenPath = '/oauth2/token';

/** `/oauth2/token` and the metadata that tells where it is. https://www.rfc-editor.org/rfc/rfc8414 */
export function oauthRoutes(options: OauthOptions): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  const metadata = metadataOf(options.baseUrl);
  onlyGet(app, '/.well-known/oauth-authorization-server', (c) => c.json(metadata, 200, { 'Cache-Control': 'public, max-age=300' }));
  app.all(tokenPath, async (c) => {
    try {
      return await answerToken(c, options);
    } catch (error) {
      if (error instanceof OauthError) return answerError(error);
      if (error instanceof ScimError && (error.status === 400 || error.status === 415)) return answerError(new OauthError('invalid_request', error.message));
      throw error;
    }
  });
  return app;
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
async function answerToken(c: Context<RequestEnv>, { issue, sign, lifeSeconds }: OauthOptions): Promise<Response> {
  const { method, headers } = c.req.raw;
  if (method !== 'POST') return c.get('fail')(new ScimError(405, undefined, 'This address knows the method POST only.'), { Allow: 'POST' });
  if (!isForm(headers.get('content-type'))) throw new OauthError('invalid_request', 'Send the parameters as a form: application/x-www-form-urlencoded in UTF-8.');
  const fields = await readForm(c.req.raw, longestForm);
  const login = readClientLogin(headers.get('authorization'), fields);
  const grant = fields.get('grant_type');
  if (grant === undefined) throw new OauthError('invalid_request', 'The parameter grant_type is missing.');
  if (grant !== 'client_credentials') throw new OauthError('unsupported_grant_type', 'The only grant is client_credentials.');
  const scopes = scopesOf(fields.get('scope'));
  const issued = await issue(login, lifeSeconds);
  if (issued === undefined) throw new OauthError('invalid_client', 'The client is not known, or its secret is not right or was revoked.');
  const { organizationId, clientId } = login;
  const token = await sign({ ...issued, clientId, scopes, tenant: { workspaceId: nowhere, organizationId } });
  return answer({ access_token: token, token_type: 'Bearer', expires_in: lifeSeconds, scope: scopes.join(' ') }, 200);
}

function scopesOf(asked: string | undefined): readonly string[] {
  if (asked === undefined || asked === '') return hostScopes;
  const scopes = [...new Set(asked.split(' '))];
  if (scopes.every((scope) => hostScopes.some((known) => known === scope))) return scopes;
  throw new OauthError('invalid_scope', `The scopes of a host application are ${hostScopes.join(' and ')}.`);
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function answerError({ code, message }: OauthError): Response {
  if (code === 'invalid_client') return answer({ error: code, error_description: message }, 401, { 'WWW-Authenticate': 'Basic realm="usher"' });
  return answer({ error: code, error_description: message }, 400);
}

function answer(body: object, status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Pragma: 'no-cache', ...headers } });
}

function metadataOf(baseUrl: string): object {
  return {
    issuer: baseUrl,
    token_endpoint: `${baseUrl}${tokenPath}`,
    jwks_uri: `${baseUrl}/.well-known/jwks.json`,
    introspection_endpoint: `${baseUrl}/api/v1/introspect`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    scopes_supported: hostScopes,
  };
}
