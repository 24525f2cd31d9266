// One sentence for a resource of the operator's types that is not there.
import type { ResourceKind } from '../model/resource.ts';
import { refuse, type Refusal } from '../refusals.ts';

/** The refusal of a resource that does not exist, was removed, is of another type or belongs to another tenant. */
export function resourceNotFound({ name }: Pick<ResourceKind, 'name'>, id: string): Refusal {
  return refuse('not-found', `There is no ${name} ${id} in this workspace. It may have been deleted: look it up with a filter.`);
}
