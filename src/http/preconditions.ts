// The conditions that a request puts on the version of its resource, in If-Match and If-None-Match; may assume nothing of the two headers.
import type { Refusal } from '../domain/refusals.ts';
import { checkVersion, type Expected } from '../domain/rules/precondition.ts';
import { parseEtags } from '../scim/etag.ts';

/** A condition that holds for every version is left out. */
export interface Preconditions {
  /** If-Match. */
  readonly wanted: Expected;
  /** If-None-Match. */
  readonly unwanted: Expected;
}

const every: Expected = { has: () => true };

/**
 * Undefined for a request without conditions. If-Match compares weakly although HTTP wants it strong, because all tags of SCIM are weak:
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.14. What cannot be read names no version: such an If-Match never holds.
 */
export function readPreconditions(headers: Headers): Preconditions | undefined {
  const [match, noneMatch] = [headers.get('if-match'), headers.get('if-none-match')];
  if (match === null && noneMatch === null) return undefined;
  return { wanted: parseEtags(match), unwanted: noneMatch === null ? undefined : (parseEtags(noneMatch) ?? every) };
}

/** The versions on which a write may be made: both conditions in one, so that they are compared under the row's lock. */
export function expectedBy(conditions: Preconditions | undefined): Expected {
  if (conditions === undefined) return undefined;
  const { wanted, unwanted } = conditions;
  return { has: (version) => wanted?.has(version) !== false && unwanted?.has(version) !== true };
}

/** What a read answers instead of the resource, in the order of https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2; undefined: the resource. */
export function judgeRead({ wanted, unwanted }: Preconditions, etag: string): 'unchanged' | Refusal | undefined {
  const [version = 0] = parseEtags(etag) ?? [];
  return checkVersion(version, wanted)?.refusal ?? (unwanted?.has(version) === true ? 'unchanged' : undefined);
}
