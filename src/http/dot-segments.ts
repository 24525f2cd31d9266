// Segments of dots in the address of a request; may assume nothing of it.

/** As the URL standard counts them: https://url.spec.whatwg.org/#double-dot-path-segment */
const dotSegment = /(?<=\/)(?:\.|%2e){1,2}(?=\/|$)/giu;

/**
 * The target of a request with its dot segments, encoded or not, made into names that nothing has. A URL would take them for steps up
 * and down the path, so that `/Users/%2E%2E` was the address of everything.
 */
export function keepDotSegments(target: string): string {
  const end = target.search(/[?#]/u);
  const path = end === -1 ? target : target.slice(0, end);
  if (!path.includes('/.') && !path.includes('/%2')) return target;
  return path.replace(dotSegment, (dots) => dots.replaceAll(/\.|%2e/giu, '%252E')) + target.slice(path.length);
}
