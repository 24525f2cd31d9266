// The erasure of an account and the export of what is kept of it: by the person at account home, by the account owner on its behalf.
import { eraseAccount, type Erasure, type ErasureRequest } from '../../../domain/commands/erase-account.ts';
import { exportAccount } from '../../../domain/commands/export-account.ts';
import type { AccountStore, PersonalData, PersonalDataReads } from '../../../domain/erasure-ports.ts';
import type { AccountReads } from '../../../domain/host-ports.ts';
import { atWorkspace, type Call } from '../../../domain/model/caller.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import { fail, succeed, type Outcome } from '../../../domain/refusals.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { idOf } from '../given.ts';
import { actParameters } from '../members/act-on-members.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { consentOf } from './consent.ts';
import { confirmFields, consentParameters, erasureFields, erasureShape, personalDataShape } from './shapes.ts';

/** What the endpoints work with. */
export interface PrivacyContext {
  readonly store: CommandStore;
  readonly accounts: AccountReads;
  readonly accountStore: AccountStore;
  readonly personalData: PersonalDataReads;
  readonly limitBytes: number;
}

const accountId = { kind: 'account', hint: 'The list of who holds a seat shows them.' };

/** The addresses. */
export function privacyEndpoints(context: PrivacyContext): AdminEndpoint[] {
  return [
    endpointAt(`${adminPath}/account/erasure`, { POST: eraseOwn(context) }),
    endpointAt(`${adminPath}/account/export`, { GET: exportOwn(context) }),
    endpointAt(`${adminPath}/organization/erasures`, { POST: eraseOther(context) }),
    endpointAt(`${adminPath}/organization/accounts/:id/export`, { GET: exportOther(context) }),
  ];
}

const erasureProblems = ['permission-denied', 'not-found', 'last-owner', 'account-owner-protected', 'invalid-value'] as const;

const erasureAnswers: Told['answers'] = { 200: { description: 'What was erased; with dryRun what would be, and nothing is changed.', shape: erasureShape } };
const exportAnswers: Told['answers'] = { 200: { description: 'Everything that is kept of the person.', shape: personalDataShape } };

function eraseOwn(context: PrivacyContext): Operation {
  const told: Told = {
    id: 'eraseOwnAccount',
    tag: 'Personal data',
    summary: 'Erase my account',
    description: 'Ends all memberships in the organization and erases every word of and about the person. It cannot be undone.',
    doors: ['account'],
    answers: erasureAnswers,
    problems: erasureProblems,
  };
  return operation({ ...told, query: actParameters, body: { shape: confirmFields, limitBytes: context.limitBytes } }, async ({ c, call, query, body: { confirm } }) => {
    const home = await atHome(context, call);
    if (!home.ok) return c.get('fail')(home.refusal);
    const { credential } = call;
    if (credential.kind !== 'account') throw new Error('only an account comes through this door');
    const done = await erase(context, home.value, { of: { accountId: credential.accountId }, word: { confirm } }, query.dryRun);
    return done.ok ? answerErasure(done.value, query.dryRun) : c.get('fail')(done.refusal);
  });
}

function eraseOther(context: PrivacyContext): Operation {
  const told: Told = {
    id: 'eraseAccount',
    tag: 'Personal data',
    summary: 'Erase the account of somebody who has consented',
    description: 'For the account owner. The audit log keeps when the consent was given and a digest of its reference.',
    answers: erasureAnswers,
    problems: erasureProblems,
  };
  return operation({ ...told, query: actParameters, body: { shape: erasureFields, limitBytes: context.limitBytes } }, async ({ c, call, query, body }) => {
    const { accountId: id, memberId = '', consent, reason } = body;
    const of = id === undefined ? { memberId } : { accountId: id };
    const done = await erase(context, call, { of, word: { consent: consentOf(consent) }, reason }, query.dryRun);
    return done.ok ? answerErasure(done.value, query.dryRun) : c.get('fail')(done.refusal);
  });
}

async function erase({ store, accountStore }: PrivacyContext, call: Call, request: ErasureRequest, rehearsal: boolean): Promise<Outcome<Erasure>> {
  return await eraseAccount(store, accountStore, rehearsal ? { ...call, rehearsal } : call, request);
}

function answerErasure({ accountId: id, memberships, seats, rows }: Erasure, dryRun: boolean): Response {
  return answerJson({ dryRun, accountId: id, memberships, seats, rows });
}

function exportOwn(context: PrivacyContext): Operation {
  const told: Told = { id: 'exportOwnData', tag: 'Personal data', summary: 'Export my data', doors: ['account'], answers: exportAnswers };
  return operation(told, async ({ c, call }) => {
    const home = await atHome(context, call);
    if (!home.ok) return c.get('fail')(home.refusal);
    const { credential } = call;
    if (credential.kind !== 'account') throw new Error('only an account comes through this door');
    return answerExport(await exportAccount(context.store, context.personalData, home.value, { accountId: credential.accountId }, undefined), c.get('fail'));
  });
}

function exportOther(context: PrivacyContext): Operation {
  const told: Told = {
    id: 'exportAccountData',
    tag: 'Personal data',
    summary: 'Export the data of somebody who has consented',
    description: 'For the account owner. The audit log keeps when the consent was given and a digest of its reference.',
    answers: exportAnswers,
    problems: ['permission-denied', 'not-found'],
  };
  return operation({ ...told, query: consentParameters, before: ([id]) => void idOf(accountId, id) }, async ({ c, call, ids, query }) => {
    const consent = consentOf({ reference: query.consentReference, givenAt: query.consentGivenAt });
    return answerExport(await exportAccount(context.store, context.personalData, call, { accountId: idOf(accountId, ids[0]) }, consent), c.get('fail'));
  });
}

function answerExport(found: Outcome<PersonalData>, refused: (refusal: Extract<typeof found, { ok: false }>['refusal']) => Response): Response {
  return found.ok ? answerJson(found.value, { 'Cache-Control': 'no-store' }) : refused(found.refusal);
}

/** What concerns no workspace stands in the log of the organization's oldest one. */
async function atHome({ accounts }: PrivacyContext, call: Call): Promise<Outcome<Call>> {
  const home = await accounts.home(call);
  return home.ok ? succeed(atWorkspace(call, home.value)) : fail(home.refusal);
}
