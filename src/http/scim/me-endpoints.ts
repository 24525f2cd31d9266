// The alias /Me: a person's own user resource under an address that is the same for everybody; nothing is allowed here that is not there.
import type { Context } from 'hono';
import { ScimError } from '../../scim/errors.ts';
import type { Step } from '../endpoint.ts';
import type { CallEnv } from '../request-frame.ts';
import { scimPath, type EndpointFamily } from './endpoint.ts';

const nobody = 'A connection is nobody: /Me stands for the person of a token, and this token belongs to an identity provider. Use /Users.';

/**
 * `/Me` over the methods of one user. There is no POST: whoever has a token of a person has a user already, so that there is nothing to
 * create. https://www.rfc-editor.org/rfc/rfc7644#section-3.11
 */
export function meEndpoints({ item }: EndpointFamily): EndpointFamily {
  const methods = new Map([...(item?.methods ?? [])].map(([method, step]) => [method, asMyself(step)]));
  return { name: 'Me', self: { template: `${scimPath}/Me`, methods } };
}

/** Location names the permanent address already; Content-Location says that the body is what stands there. */
function asMyself(step: Step): Step {
  return async (c) => {
    const id = ownId(c);
    const answer = await step(c, id, [id]);
    const location = answer.headers.get('location');
    if (location !== null) answer.headers.set('content-location', location);
    return answer;
  };
}

function ownId(c: Context<CallEnv>): string {
  const { credential } = c.get('call');
  if (credential.kind !== 'person') throw new ScimError(404, undefined, nobody);
  return credential.membershipId;
}
