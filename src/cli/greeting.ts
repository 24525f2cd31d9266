// What the server says when it is ready: its addresses, where they are described, how to get a token, and three requests that work as pasted.

const createWorkspace = `Set up a workspace first:

  npm run --silent usher -- workspace create --org Demo --slug demo --owner owner@demo.example

`;

/**
 * The text for the terminal. `url` is where this machine reaches the server, `scimUrl` what goes into an identity provider;
 * `hasWorkspace` false explains how to make the workspace that the requests speak of.
 */
export function greeting(url: string, scimUrl: string, hasWorkspace: boolean): string {
  return `
Usher is ready.

  SCIM base URL   ${scimUrl}
  Team API        ${url}/api/v1
  Described at    ${url}/openapi/scim  ${url}/openapi/admin
  Health          ${url}/healthz  ${url}/readyz

${hasWorkspace ? '' : createWorkspace}Get a token (shown once; the label names the connection, which may have two live tokens):

  TOKEN=$(npm run --silent usher -- token create --workspace demo --label "try $(date +%s)" --expires-in-days 1)

Then:

  curl -H "Authorization: Bearer $TOKEN" '${scimUrl}/Users?filter=userName%20eq%20%22owner@demo.example%22'
  curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/scim+json' '${scimUrl}/Users' -d '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@demo.example","emails":[{"value":"ada@demo.example","primary":true}]}'
  curl -H "Authorization: Bearer $TOKEN" '${scimUrl}/Groups'

docs/adopt.md goes on from here: people, your own product beside it, webhooks, mail.

`;
}
