// The last guard: whom an identity provider alone holds back is not let in past it, except by an owner who says so.
import type { Blocker } from '../refusals.ts';
import { outranks } from './authority.ts';
import type { GuardedAct } from './guarded-act.ts';

/** Refuses a reactivation that is to succeed or be told where only holds of identity providers remain, and an override by anybody but an owner. */
export function managedByIdp({ actor, act, target }: GuardedAct): Blocker | undefined {
  if (act.kind !== 'reactivate' || act.insists === undefined || target.status !== 'deactivated') return undefined;
  const ofProviders = target.holds.filter(({ source }) => source.startsWith('idp:'));
  if (ofProviders.length === 0) return undefined;
  if (act.insists === 'override') return outranks(actor, 'owner') ? undefined : blockerOf(target.id, `Only an owner can override the identity provider that keeps ${target.userName} deactivated. Ask an owner.`);
  if (target.holds.some(({ source }) => source === 'admin' || source === 'schedule')) return undefined;
  return blockerOf(target.id, `${target.userName} is kept deactivated by the identity provider. Assign the person there again; an owner may override it with a reason.`);
}

function blockerOf(memberId: string, detail: string): Blocker {
  return { rule: 'managed-by-idp', detail, memberId };
}
