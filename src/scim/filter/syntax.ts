// The filter after parsing and before its names and literals are looked up in a schema.
import type { CompareOperator } from './ast.ts';

/** An attribute as the caller wrote it; `at` is its 1-based place in the filter. */
export interface Name {
  readonly text: string;
  readonly at: number;
}

/** A comparison value as JSON means it (compValue of https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2), with its place. */
export interface Literal {
  readonly value: string | number | boolean | null;
  readonly at: number;
}

/** attrExp of https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2 */
export type Test =
  | { readonly operator: 'pr'; readonly name: Name }
  | { readonly operator: CompareOperator; readonly name: Name; readonly literal: Literal };

/**
 * The whole of a filter. `elements` is valuePath; its `then` is what Entra puts behind the bracket (`emails[type eq "work"].value eq "x"`),
 * a test of the same element by its sub-attribute.
 */
export type Syntax =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Syntax[] }
  | { readonly kind: 'not'; readonly term: Syntax }
  | { readonly kind: 'test'; readonly test: Test }
  | { readonly kind: 'elements'; readonly name: Name; readonly filter: Syntax; readonly then: Test | undefined };
