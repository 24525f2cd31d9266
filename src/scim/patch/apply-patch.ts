// The PATCH engine: applies strict operations to a resource in memory, all or none; touches only what the schema resolved.
import { badRequest } from '../errors.ts';
import type { AttributePath, ResourceType, ScimObject } from '../schema/attribute.ts';
import { isObject } from '../schema/check-value.ts';
import { editList } from './edit-list.ts';
import { checkResult, describeSchemas, readAttribute, writeAttribute } from './resource.ts';
import { isSame } from './sameness.ts';
import type { Spend } from './select-elements.ts';
import type { StrictOperation } from './strict-operation.ts';
import { addedParts, writeParts } from './write-parts.ts';

/** What a PATCH makes of a resource, and what it said. */
export interface PatchResult {
  /** The resource after all operations; shares unchanged parts with the one given. */
  readonly resource: ScimObject;
  /** The last value the request wrote to `active`, equal to the old one or not; undefined when it wrote none. */
  readonly activeAsserted: boolean | undefined;
  /** The attributes the request wrote or removed, changed or not, each once: `title`, `urn:…:User:department`. */
  readonly written: readonly string[];
}

const maxSteps = 1_000_000;

/**
 * Applies operations in order to `current`, whose keys are spelled as the schema spells them, and which is left as it is. Refuses with
 * mutability another `id`, changes to what is immutable and the end of a required attribute; with noTarget a filter that selects nothing
 * and cannot be created; with invalidValue two primary elements, an element without a required sub-attribute, and a request that compares
 * more than a million times. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function applyPatch(type: ResourceType, current: ScimObject, operations: readonly StrictOperation[]): PatchResult {
  const resource = { ...current };
  const spend = limitSteps();
  const written = new Map<string, AttributePath>();
  let activeAsserted: boolean | undefined;
  for (const operation of operations) {
    const { path, value } = operation;
    if (path.attribute.stored === 'id') {
      compareId(resource, value);
      continue;
    }
    applyOperation(resource, operation, spend);
    written.set(nameAttribute(path), path);
    if (path.attribute.stored === 'active' && typeof value === 'boolean') activeAsserted = value;
  }
  for (const path of written.values()) checkResult(type, resource, path);
  describeSchemas(type, resource);
  return { resource, activeAsserted, written: [...written.keys()] };
}

function applyOperation(resource: ScimObject, operation: StrictOperation, spend: Spend): void {
  const { attribute } = operation.path;
  const old = readAttribute(resource, operation.path);
  const list: readonly unknown[] = Array.isArray(old) ? old : [];
  const next = attribute.multiValued ? editList(operation, list, spend) : nextValue(operation, old, spend);
  const assigned = Array.isArray(next) && next.length === 0 ? undefined : next;
  const had = attribute.multiValued ? list.length > 0 : old !== undefined && old !== null;
  if (attribute.mutability === 'immutable' && had && !isSame(attribute, old, assigned)) {
    throw badRequest('mutability', `"${attribute.name}" cannot change once it is set.`);
  }
  writeAttribute(resource, operation.path, assigned);
}

/** A complex value is written sub-attribute by sub-attribute, so that those not named stay. */
function nextValue({ op, path, sub, value }: StrictOperation, old: unknown, spend: Spend): unknown {
  const { attribute } = path;
  if (attribute.type !== 'complex') return op === 'remove' ? undefined : value;
  const before = isObject(old) ? old : {};
  const parts = sub === undefined ? value : { [sub.name]: op === 'remove' ? null : (value ?? null) };
  if (!isObject(parts) || (sub === undefined && op === 'remove')) return undefined;
  return writeParts(attribute, before, op === 'add' ? addedParts(attribute, before, parts, spend) : parts);
}

function compareId(resource: ScimObject, id: unknown): void {
  if (id === resource['id']) return;
  throw badRequest('mutability', '"id" is given by this server and never changes. Leave it out, or send the one of the resource.');
}

function nameAttribute({ extension, attribute }: AttributePath): string {
  return extension === undefined ? attribute.name : `${extension}:${attribute.name}`;
}

function limitSteps(): Spend {
  let left = maxSteps;
  return (steps) => {
    left -= steps;
    if (left < 0) throw badRequest('invalidValue', 'The operations compare too many values. Send them in several requests.');
  };
}
