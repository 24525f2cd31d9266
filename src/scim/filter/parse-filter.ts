// The filter parser: from the caller's text to the AST that storage compiles.
import type { AttributePath, ResourceType } from '../schema/attribute.ts';
import type { Filter } from './ast.ts';
import { checkLength } from './limits.ts';
import { parseSyntax } from './parse-syntax.ts';
import { resolveFilter, resolveInElement } from './resolve-filter.ts';

/**
 * Parses a filter on one resource type; what it means is said at `Filter`. Refuses with 400 invalidFilter, place and remedy in the
 * detail: whatever Figure 1 does not allow, unknown attributes, values and operators that do not fit an attribute's type, attributes
 * never returned, and filters beyond 4,096 bytes, 64 terms or 16 open brackets.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 */
export function parseFilter(text: string, type: ResourceType): Filter {
  checkLength(text, 'filter');
  return resolveFilter(parseSyntax(text), type, [type]);
}

/**
 * Parses a filter on several resource types at once, as at the server root: one filter for each type, in their order. An attribute that
 * a type lacks has no value there: `ne` and `eq null` hold, nothing else does. Refuses what `parseFilter` refuses, and attributes that
 * no type has; what does not fit one type is refused for all. https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1
 */
export function parseFilterForTypes(text: string, types: readonly ResourceType[]): Filter[] {
  checkLength(text, 'filter');
  const syntax = parseSyntax(text);
  return types.map((type) => resolveFilter(syntax, type, types));
}

/**
 * Parses what stands between the brackets of `emails[…]`, where `path` is the complex attribute before them. The paths of the result
 * carry `path`'s attribute and a sub-attribute; `matchesElement` tests an element with it. `offset` is added to the places in refusals.
 * Refuses with 400 invalidFilter. https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 */
export function parseValueFilter(text: string, path: AttributePath, offset = 0): Filter {
  checkLength(text, 'filter');
  return resolveInElement(parseSyntax(text, true, offset), path);
}
