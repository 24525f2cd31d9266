// Writes filters as short s-expressions, so that tests can say what they expect on one line.
import type { Filter } from '../../../src/scim/filter/ast.ts';
import type { AttributePath } from '../../../src/scim/schema/attribute.ts';

export function notation(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.kind} ${filter.terms.map(notation).join(' ')})`;
    case 'not':
      return `(not ${notation(filter.term)})`;
    case 'compare':
      return `(${filter.operator} ${pathNotation(filter.path)} ${JSON.stringify(filter.value)})`;
    case 'present':
      return `(pr ${pathNotation(filter.path)})`;
    case 'some':
      return `(some ${pathNotation(filter.path)} ${notation(filter.filter)})`;
    case 'constant':
      return String(filter.value);
  }
}

/** `name`, `name.sub`; an attribute of an extension stands behind "+". */
export function pathNotation({ extension, attribute, sub }: AttributePath): string {
  return `${extension === undefined ? '' : '+'}${attribute.name}${sub === undefined ? '' : `.${sub.name}`}`;
}
