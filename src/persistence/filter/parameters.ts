// Collects the parameters of a statement while its text is put together; every placeholder handed out must end up in the text.
import type { Parameter } from '../database/parameter.ts';

/** Types that placeholders are cast to, so that their meaning never depends on what stands around them. */
export type ParameterType = 'text' | 'uuid' | 'numeric' | 'timestamptz' | 'boolean';

/** The parameters of one statement. `add` takes a value in and answers its placeholder, `$n::type`. */
export interface ParameterList {
  readonly values: readonly Parameter[];
  readonly add: (value: string, type: ParameterType) => string;
}

/** An empty list, or one that goes on behind the parameters that a statement has already. */
export function parameterList(given: readonly Parameter[] = []): ParameterList {
  const values: Parameter[] = [...given];
  return { values, add: (value, type) => `$${values.push(value)}::${type}` };
}
