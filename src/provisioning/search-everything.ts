// The search over all resource types at once: each handler says what of its type is read and how it is shown.
import type { Call } from '../domain/model/caller.ts';
import type { Page, PageCut } from '../domain/ports.ts';
import { succeed, type Outcome } from '../domain/refusals.ts';
import { defaultProjection } from '../scim/projection.ts';
import type { Listed, ProvisioningContext, ResourceHandler, TypeQuery } from './resource-handler.ts';

/** One page over the types of the handlers; `asked` has an entry for each, in their order. */
export async function searchEverything(
  handlers: readonly ResourceHandler[],
  context: ProvisioningContext,
  call: Call,
  asked: readonly TypeQuery[],
  cut: PageCut,
): Promise<Outcome<Page<Listed>>> {
  const kinds = handlers.map((handler, index) => {
    const { filter, sort, projection = defaultProjection } = asked[index] ?? {};
    return { handler, projection, query: { filter, sort, ...handler.kindParts(projection) } };
  });
  const found = await context.reads.search(call, { ...cut, kinds: kinds.map(({ query }) => query) });
  if (!found.ok) return found;
  const { rows, ...page } = found.value;
  const shown = rows.flatMap((row): Listed[] => {
    const kind = kinds[row.at];
    return kind === undefined ? [] : [kind.handler.show(context, call, row, kind.projection)];
  });
  return succeed({ ...page, rows: shown });
}
