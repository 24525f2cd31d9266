// Catches the refusal of a parser; anything thrown that is no ScimError fails the test.
import { ScimError } from '../../../src/scim/errors.ts';

export function refusalOf(attempt: () => unknown): ScimError | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  return undefined;
}
