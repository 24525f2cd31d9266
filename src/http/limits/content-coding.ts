// Which coding an answer may travel in, as Accept-Encoding says; may assume nothing of the header.
import { ScimError } from '../../scim/errors.ts';
import { parseHeaderList, weightOf } from './header-list.ts';

/** Codings of this server, the better one first. */
const offered = ['br', 'gzip'] as const;

export type Coding = (typeof offered)[number];

/** `coding` is the one that the client likes best and likes as much as none at all; `plain` tells whether it takes an answer without one. */
export interface Codings {
  readonly coding: Coding | undefined;
  readonly plain: boolean;
}

/** Without a header anything goes, and nothing is coded. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
export function chooseCoding(acceptEncoding: string | null | undefined): Codings {
  if (acceptEncoding === null || acceptEncoding === undefined) return { coding: undefined, plain: true };
  const weights = new Map<string, number>();
  for (const item of parseHeaderList(acceptEncoding)) {
    const name = item.name === 'x-gzip' ? 'gzip' : item.name;
    if (!weights.has(name)) weights.set(name, weightOf(item));
  }
  const others = weights.get('*');
  const plain = weights.get('identity') ?? (others === 0 ? 0 : undefined);
  const weighed = offered.map((name) => ({ name, weight: weights.get(name) ?? others ?? 0 }));
  const best = weighed.reduce((one, other) => (other.weight > one.weight ? other : one));
  return { coding: best.weight > 0 && best.weight >= (plain ?? 0) ? best.name : undefined, plain: plain !== 0 };
}

/** Throws 406 before anything is done for a client that takes neither a coding of this server nor an answer without one. */
export function requireCoding(acceptEncoding: string | null): void {
  if (acceptEncoding === null) return;
  const { coding, plain } = chooseCoding(acceptEncoding);
  if (coding === undefined && !plain) {
    throw new ScimError(406, undefined, `The Accept-Encoding header allows none of the codings of this server. Allow ${offered.join(', ')} or identity.`);
  }
}
