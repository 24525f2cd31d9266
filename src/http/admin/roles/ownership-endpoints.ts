// Ownership: passing it on, and naming who follows when an identity provider takes an owner away.
import type { ConnectionReads } from '../../../domain/areas/connection-reads.ts';
import { nominateSuccessor, withdrawSuccessor, type Nomination } from '../../../domain/commands/nominate-successor.ts';
import { transferOwnership } from '../../../domain/commands/transfer-ownership.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { RoleReads } from '../../../domain/role-ports.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { dryRunParameter, successorFields, successorShape, transferFields, transferShape } from './shapes.ts';

/** Blocked intents that an answer names at most. */
const mostOffered = 50;

/** What the endpoints work with. */
export interface OwnershipContext {
  readonly store: CommandStore;
  readonly roles: RoleReads;
  readonly connections: ConnectionReads;
  readonly limitBytes: number;
}

/** The transfer, and the caller's successor. */
export function ownershipEndpoints(context: OwnershipContext): AdminEndpoint[] {
  return [
    endpointAt(`${adminPath}/team/ownership-transfer`, { POST: transfer(context) }),
    endpointAt(`${adminPath}/team/successor`, { GET: read(context), PUT: nominate(context), DELETE: withdraw(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Ownership', summary, answers, problems };
}

/** Who asks gives up; anybody else's ownership is taken by a change of role. */
function transfer({ store, connections, limitBytes }: OwnershipContext): Operation {
  const told = about('transferOwnership', 'Make another member owner and become an admin', { 200: { description: 'Both members afterwards.', shape: transferShape } }, [
    'role-not-manageable',
    'account-owner-protected',
    'not-found',
  ]);
  return operation({ ...told, query: dryRunParameter, body: { shape: transferFields, limitBytes } }, async ({ c, call, query: { dryRun }, body: { to, alsoAccount, reason } }) => {
    const fromId = call.credential.kind === 'person' ? call.credential.membershipId : undefined;
    const done = await transferOwnership(store, { ...call, rehearsal: dryRun }, { toId: to, fromId, alsoAccount, reason });
    if (!done.ok) return c.get('fail')(done.refusal);
    const { to: receiver, from } = done.value;
    // What guards refused while the giver was owner can be finished now; whoever may not see that is told nothing of it.
    const blocked = from === undefined ? undefined : await connections.intents(call, { limit: mostOffered, offset: 0, walk: { from: undefined }, status: 'open', memberId: from.id });
    return answerJson({ dryRun, to: receiver, from: from ?? null, blockedIntents: blocked?.ok === true ? blocked.value.rows : [] });
  });
}

const named = { 200: { description: 'Whom the caller has named, or null.', shape: successorShape } };

function read({ roles }: OwnershipContext): Operation {
  return operation(about('readSuccessor', 'Read whom one has named as successor', named), async ({ c, call }) => {
    const found = await roles.successor(call);
    return found.ok ? answerJson(showNomination(found.value)) : c.get('fail')(found.refusal);
  });
}

function nominate({ store, limitBytes }: OwnershipContext): Operation {
  const told = about('nominateSuccessor', 'Name who follows when the identity provider takes one away', named, ['permission-denied', 'not-found', 'account-owner-protected']);
  return operation({ ...told, body: { shape: successorFields, limitBytes } }, async ({ c, call, body: { member, alsoAccount } }) => {
    const done = await nominateSuccessor(store, call, { successorId: member, alsoAccount });
    return done.ok ? answerJson(showNomination(done.value)) : c.get('fail')(done.refusal);
  });
}

function withdraw({ store }: OwnershipContext): Operation {
  return operation(about('withdrawSuccessor', 'Take the nomination back', { 204: { description: 'Nobody is named.' } }, ['permission-denied']), async ({ c, call }) => {
    const done = await withdrawSuccessor(store, call);
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

function showNomination(found: Nomination | undefined): object {
  return { successor: found === undefined ? null : { id: found.successorId, userName: found.userName, alsoAccount: found.alsoAccount } };
}
