// The filter after parsing and resolving against a resource type: the only form that storage and the PATCH engine ever see.
import type { AttributePath } from '../schema/attribute.ts';

/** Comparison operators of https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2 (`pr` is its own node). */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/**
 * A comparison value already checked against the attribute's type: boolean text such as "True" is a boolean by now, a dateTime a text
 * in UTC (`2011-05-13T04:42:34.000Z`, six digits of fraction only where the client gave microseconds). null never gets here: `eq null`
 * and `ne null` have become `present` by https://www.rfc-editor.org/rfc/rfc7643#section-2.5.
 */
export type FilterValue = string | number | boolean;

/**
 * A resolved filter. What it means, the same for SQL and for `matchesElement`
 * (https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2):
 *
 * 1. Two truth values. A comparison is true or false also where the attribute is absent, so `not` is the exact opposite of its term.
 * 2. Slots. A single-valued path is one slot. A path to or through a multi-valued attribute has one slot for each element, filled with
 *    the element or its sub-attribute; with no elements it is one absent slot. null, "" and [] are absent (RFC 7643 section 2.5).
 * 3. `compare` is true if it holds for any slot. On an absent slot only `ne` holds. So `ne` over elements says that some element
 *    differs (or lacks the sub-attribute, or that there are no elements); the opposite of `eq` is written `not (… eq …)`.
 * 4. `present` is true if any slot is filled; without `sub`, a complex value is filled when any of its sub-attributes is.
 * 5. `some` is true if one element satisfies all of the inner filter; no elements, never true. It occurs for multi-valued complex
 *    attributes only: `name[…]` is turned into `name pr and …`. Its inner paths carry the same `extension` and `attribute` as the
 *    outer one and always a `sub`, and they speak of that one element. Inside there is no further `some`.
 * 6. `primary` of an element, where absent, compares as false (RFC 7643 section 2.4); `present` still says it is absent.
 * 7. Texts of attributes that are not `caseExact` compare after `foldCase`, on both sides; caseExact ones as they are. gt, ge, lt, le
 *    on texts order by code point (COLLATE "C"). co, sw and ew occur for string, reference and binary only, gt, ge, lt and le for all
 *    but boolean and binary. dateTime compares as time.
 *
 * `constant` stands where an attribute does not exist for a type in a search over several types, and then only as the whole filter:
 * inside `and`, `or`, `not` and `some` constants are already worked out. `and` and `or` have two terms at least and no term of their
 * own kind.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly term: Filter }
  | { readonly kind: 'compare'; readonly path: AttributePath; readonly operator: CompareOperator; readonly value: FilterValue }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'some'; readonly path: AttributePath; readonly filter: Filter }
  | { readonly kind: 'constant'; readonly value: boolean };
