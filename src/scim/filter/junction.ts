// Builds and, or and not in their shortest form.
import type { Filter } from './ast.ts';

/** Terms joined by `and` or `or`: terms of the same kind are flattened, constants worked out, a single term stands for itself. */
export function junction(kind: 'and' | 'or', given: readonly Filter[]): Filter {
  const decisive = kind === 'or';
  const terms: Filter[] = [];
  for (const term of given) {
    if (term.kind === 'constant') {
      if (term.value === decisive) return term;
    } else if (term.kind === kind) {
      terms.push(...term.terms);
    } else {
      terms.push(term);
    }
  }
  const [first] = terms;
  if (first === undefined) return { kind: 'constant', value: !decisive };
  return terms.length === 1 ? first : { kind, terms };
}

/** `junction` with `and`. */
export function conjunction(terms: readonly Filter[]): Filter {
  return junction('and', terms);
}

/** The opposite of a filter; exact, since filters know two truth values. */
export function negation(term: Filter): Filter {
  return term.kind === 'constant' ? { kind: 'constant', value: !term.value } : { kind: 'not', term };
}
