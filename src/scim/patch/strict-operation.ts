// A PATCH operation after which nothing is left to check about its form: resolved, typed and allowed.
import type { Filter } from '../filter/ast.ts';
import type { Attribute, AttributePath } from '../schema/attribute.ts';

/** What an operation is aimed at: an attribute, its elements that a filter selects, or a sub-attribute of either. */
export interface Target {
  /** The attribute; `path.sub` is always undefined, `sub` stands for it. */
  readonly path: AttributePath;
  /** Selects elements of a multi-valued attribute; its paths name sub-attributes of `path.attribute`. */
  readonly filter: Filter | undefined;
  readonly sub: Attribute | undefined;
}

/**
 * One of the three operations of https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 with a checked value; undefined means unassigned.
 * A complex value (but not an element of a list) is a set of sub-attributes to write, where null unassigns one. For `remove` the value
 * is the list of elements to take out of a multi-valued attribute, undefined for all.
 */
export interface StrictOperation extends Target {
  readonly op: 'add' | 'remove' | 'replace';
  readonly value: unknown;
}

/** How refusals call a target: `emails.value`. */
export function nameTarget({ path, sub }: Target): string {
  return sub === undefined ? path.attribute.name : `${path.attribute.name}.${sub.name}`;
}
