// Decides whether a credential whose signature is right may still act now; the very first step of every read and every command.
import type { Actor, Credential, Scope, Standing } from '../model/caller.ts';
import { fail, refuse, succeed, type Outcome } from '../refusals.ts';

/**
 * Turns a credential and its standing into an actor. Refuses `credential-invalid` (unknown, revoked or expired token, ended epoch),
 * `membership-deactivated`, `connection-paused` and `permission-denied` (a scope is missing).
 */
export function admit(credential: Credential, standing: Standing, scope: Scope): Outcome<Actor> {
  if (credential.kind === 'operator' || credential.kind === 'system') return succeed({ kind: credential.kind });
  if (standing.kind === 'operator' || standing.kind === 'system' || !standing.tokenLive) {
    return fail(refuse('credential-invalid', 'The token was revoked or has expired. Create a new one and use it from now on.'));
  }
  const admitted = standing.kind === 'connection' ? admitConnection(standing) : admitPerson(credential, standing);
  if (admitted.ok && credential.kind === 'connection' && !scope.startsWith('scim.')) {
    return fail(refuse('permission-denied', 'The token belongs to a connection of an identity provider, which speaks SCIM only. Use the token of a person.'));
  }
  if (admitted.ok && !credential.scopes.includes(scope)) {
    return fail(refuse('permission-denied', `The token lacks the scope ${scope}. Create a token that carries it.`));
  }
  return admitted;
}

function admitConnection(standing: Extract<Standing, { kind: 'connection' }>): Outcome<Actor> {
  const { connection } = standing;
  if (connection === undefined) return fail(refuse('credential-invalid', 'The connection of this token no longer exists. Create a new token.'));
  if (connection.paused) {
    return fail(refuse('connection-paused', `The connection "${connection.label}" is paused. Resume it to let provisioning go on.`));
  }
  return succeed({ kind: 'connection', id: connection.id, label: connection.label });
}

function admitPerson(credential: Credential, standing: Extract<Standing, { kind: 'person' }>): Outcome<Actor> {
  const { member } = standing;
  if (member === undefined) return fail(refuse('credential-invalid', 'The person of this token is no longer a member of the workspace.'));
  if (!member.active) {
    return fail(refuse('membership-deactivated', 'The membership of this token is deactivated. After a reactivation create a new token.'));
  }
  if (credential.kind !== 'person' || credential.epoch !== member.epoch) {
    return fail(refuse('credential-invalid', 'The token was issued before the access of its person ended. Create a new one.'));
  }
  return succeed({ kind: 'person', id: member.id, accountId: member.accountId, role: member.role });
}
