// What members own in the host application: kinds with what becomes of them when their owner leaves, and the resources themselves.

/**
 * What becomes of a resource whose owner loses access: `reattribute` gives it to somebody who is there, `keep-creator` lets it run on under
 * its stored creator, `keep-attribution` changes nothing about who made it.
 */
export type OnDeparture = 'reattribute' | 'keep-creator' | 'keep-attribution';

/** The kinds that the operator has configured, by name. */
export type BelongingKinds = ReadonlyMap<string, OnDeparture>;

/** A resource as commands find it; no creator and no owner stand for the system. `takings` counts the departures since the host last named the owner. */
export interface OwnedResource {
  readonly id: string;
  readonly kind: string;
  readonly externalRef: string;
  readonly name: string | undefined;
  readonly createdBy: string | undefined;
  readonly ownerId: string | undefined;
  readonly takings: number;
}

/** A resource as answers show it; times are ISO 8601 in UTC with milliseconds. `heldFor` is the member to whom it goes back. */
export interface OwnedResourceView {
  readonly id: string;
  readonly kind: string;
  readonly externalRef: string;
  readonly name: string | undefined;
  readonly createdBy: string | undefined;
  readonly ownerId: string | undefined;
  readonly heldFor: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What whoever ends a member's access may ask for beside it. Nothing asked: belongings go to the acting person or the system, keys are kept. */
export interface Handover {
  /** The active, human member who gets what is reattributed. */
  readonly reassignTo?: string | undefined;
  /** On a removal: the keys that the member made here stop working for good. */
  readonly revokeApiKeys?: boolean | undefined;
  /** On a deactivation: the keys stop working until the reactivation. */
  readonly suspendApiKeys?: boolean | undefined;
}

/** A key that is not revoked. */
export interface LeftKey {
  readonly id: string;
  readonly suspended: boolean;
}

/** What hangs on one member: how many resources of each kind it owns, how many departures have taken from it, and its keys that are not revoked. */
export interface Belongings {
  readonly owned: ReadonlyMap<string, number>;
  readonly taken: number;
  readonly keys: readonly LeftKey[];
}

/** Members with what hangs on them; one with nothing is left out. */
export type BelongingsOf = ReadonlyMap<string, Belongings>;

const mostKinds = 100;
const kindForm = /^[a-z][a-z0-9-]{0,39}$/;
const policies: readonly string[] = ['reattribute', 'keep-creator', 'keep-attribution'] satisfies readonly OnDeparture[];

/** Reads the kinds out of JSON: an object of `{"<kind>": {"onDeparture": "<what becomes of it>"}}`. Answers them, or every fault in words. */
export function readBelongingKinds(content: unknown): { readonly ok: true; readonly kinds: BelongingKinds } | { readonly ok: false; readonly faults: readonly string[] } {
  if (!isRecord(content)) return { ok: false, faults: ['must be an object that has a member for each kind.'] };
  const kinds = new Map<string, OnDeparture>();
  const faults: string[] = [];
  for (const [name, kind] of Object.entries(content)) {
    if (!kindForm.test(name)) faults.push(`${JSON.stringify(name)} is no name of a kind: use at most 40 of a-z, 0-9 and -, a letter first.`);
    else if (!isRecord(kind) || Object.keys(kind).join() !== 'onDeparture' || !isOnDeparture(kind['onDeparture'])) {
      faults.push(`${name} must be {"onDeparture": …} with one of ${policies.join(', ')}.`);
    } else kinds.set(name, kind['onDeparture']);
  }
  if (kinds.size > mostKinds) faults.push(`There are ${kinds.size} kinds; at most ${mostKinds} are read.`);
  return faults.length === 0 ? { ok: true, kinds } : { ok: false, faults };
}

/** The kinds that a departure moves. */
export function reattributedKinds(kinds: BelongingKinds): string[] {
  return [...kinds].flatMap(([name, onDeparture]) => (onDeparture === 'reattribute' ? [name] : []));
}

function isOnDeparture(value: unknown): value is OnDeparture {
  return typeof value === 'string' && policies.includes(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
