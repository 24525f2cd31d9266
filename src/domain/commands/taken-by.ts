// Says in words which value somebody else holds already.
import type { UniqueKey } from '../model/keys.ts';
import type { Particulars } from '../model/membership.ts';
import type { Taken } from './run-command.ts';

/** The sentence for a taken value of an attribute that the operator's schemas make unique; `owner` is what such a resource is called. */
export function uniqueValueTaken(owner: string, keys: readonly UniqueKey[] = []): string {
  const names = keys.flatMap(({ attribute, kept = false }) => (kept ? [] : attribute)).join(' or ');
  return `The value of ${names === '' ? 'a unique attribute' : names} belongs to another ${owner} of this workspace. Send another value, or match the ${owner} that has it.`;
}

/** The sentence for a taken userName, externalId or other unique value. */
export function takenBy({ userName, externalId, keys }: Pick<Particulars, 'userName' | 'externalId' | 'keys'>): Taken {
  return (on) => {
    if (on === 'uniqueValue') return uniqueValueTaken('user', keys);
    return on === 'externalId'
      ? `The externalId "${externalId ?? ''}" belongs to another user of this connection. Match users by externalId before creating them.`
      : `The userName "${userName}" belongs to another user of this workspace. Match users by userName before creating or renaming them.`;
  };
}
