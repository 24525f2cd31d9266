// Entity tags of resources; a version is the counter that storage raises with every change.

/** The weak entity tag of a version, as in `ETag` and `meta.version`. https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
export function weakEtag(version: number | bigint): string {
  return `W/"${version}"`;
}

/** An entity tag, or a version as clients send it without its dress. */
const tag = /^\s*(?:(?:W\/)?"([^"]*)"|([^\s",]+))\s*(?:,|$)/iu;
const counter = /^[1-9]\d{0,9}$/u;

/**
 * The versions that a list of entity tags names, as in If-Match, If-None-Match and the `version` of a bulk operation; undefined for `*`
 * and for no list at all. Compared weakly, for all tags are weak; a tag that this server never gave names no version. Parsing stops at
 * what is no tag: what was not understood must never widen a condition.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1, https://www.rfc-editor.org/rfc/rfc7644#section-3.14
 */
export function parseEtags(list: string | null | undefined): ReadonlySet<number> | undefined {
  if (list === null || list === undefined || list.trim() === '*') return undefined;
  const versions = new Set<number>();
  for (let rest = list, found = tag.exec(rest); found !== null; rest = rest.slice(found[0].length), found = tag.exec(rest)) {
    const text = found[1] ?? found[2] ?? '';
    if (counter.test(text)) versions.add(Number(text));
  }
  return versions;
}
