// The links of invitations: what they look like, what storage keeps of them, and what can be read from one; may assume nothing of a text that claims to be one.
import { createHash, randomBytes } from 'node:crypto';
import type { InvitationLink } from '../domain/areas/invitations.ts';
import type { CursorSeal } from '../scim/cursor-seal.ts';

/** A token that has the form of one. Whether there is such an invitation only storage knows. */
export interface ReadToken {
  readonly workspaceId: string;
  readonly tokenHash: string;
}

/** Makes and reads links. */
export interface InvitationLinks {
  /** A new link into a workspace; `url` is shown to nobody but whom it is meant for. */
  readonly make: (workspaceId: string) => InvitationLink & { readonly url: string };
  readonly read: (token: string) => ReadToken | undefined;
  /** The link out of what its mail keeps of it; undefined when the keys are no longer those that sealed it. */
  readonly unseal: (sealed: string, workspaceId: string) => string | undefined;
}

const workspaceBytes = 16;
const secretBytes = 32;

/** Where links lead when the host application has no page of its own. */
export const invitationPath = '/invitations';

/** `template` is an address with `{token}` in it. A token is the workspace, which is no secret, and 256 random bits. */
export function createInvitationLinks(template: string, seal: CursorSeal): InvitationLinks {
  const urlOf = (token: string) => template.replace('{token}', token);
  return {
    make(workspaceId) {
      const token = Buffer.concat([Buffer.from(workspaceId.replaceAll('-', ''), 'hex'), randomBytes(secretBytes)]).toString('base64url');
      return { tokenHash: hashOf(token), sealed: seal.seal(token, holderIn(workspaceId)), url: urlOf(token) };
    },
    read(token) {
      if (!/^[A-Za-z0-9_-]{64}$/.test(token)) return undefined;
      const hex = Buffer.from(token, 'base64url').subarray(0, workspaceBytes).toString('hex');
      const workspaceId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      return { workspaceId, tokenHash: hashOf(token) };
    },
    unseal(sealed, workspaceId) {
      const token = seal.open(sealed, holderIn(workspaceId));
      return token === undefined ? undefined : urlOf(token);
    },
  };
}

function holderIn(workspaceId: string): string {
  return `invitation ${workspaceId}`;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
