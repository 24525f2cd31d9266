// Entity tags of resources; a version is the counter that storage raises with every change.

/** The weak entity tag of a version, as in `ETag` and `meta.version`. https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
export function weakEtag(version: number | bigint): string {
  return `W/"${version}"`;
}
