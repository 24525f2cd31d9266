// Makes a normalised operation strict: resolves its path, asks whether the attribute may be written, checks the value.
import { show } from '../filter/refuse.ts';
import type { Operation } from '../dialect/operation.ts';
import { badRequest } from '../errors.ts';
import { parsePath } from '../filter/parse-path.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { checkOperand } from './check-operand.ts';
import { isOptional } from './resource.ts';
import { nameTarget } from './strict-operation.ts';
import type { StrictOperation, Target } from './strict-operation.ts';

/**
 * The strict form of an operation, or undefined for one that is checked and then dropped: writes to `password`, which the server does
 * not keep, and to `schemas`, which follows from the content. An operation on `id` stays, for the engine to compare. Refuses with
 * invalidSyntax an unknown op, noTarget a remove without path, invalidPath an unknown path, mutability a write to a read-only attribute
 * and the removal of a required one, invalidValue everything about the value. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function toStrict(type: ResourceType, operation: Operation): StrictOperation | undefined {
  const op = checkOp(operation.op);
  const target = findTarget(type, op, operation);
  const name = nameTarget(target);
  if (op !== 'remove' && operation.value === undefined) {
    throw badRequest('invalidValue', `The operation "${op}" on "${name}" has no "value".`);
  }
  refuseReadOnly(target, op);
  const value = checkOperand(target, op, operation.value);
  const { attribute } = target.path;
  if (attribute.stored === 'nowhere') return undefined;
  if (emptiesWhole(target, op, value)) refuseUnassigned(type, target, op);
  if (attribute.stored === 'schemas' || (attribute.stored === 'id' && value === undefined)) return undefined;
  return { op, ...target, value };
}

function checkOp(op: string): StrictOperation['op'] {
  if (op === 'add' || op === 'remove' || op === 'replace') return op;
  throw badRequest('invalidSyntax', `"op" must be "add", "remove" or "replace", not ${show(op)}.`);
}

function findTarget(type: ResourceType, op: StrictOperation['op'], operation: Operation): Target {
  if (operation.path === undefined) {
    if (op === 'remove') throw badRequest('noTarget', 'The operation "remove" needs a "path" that says what to remove.');
    throw badRequest('invalidValue', `The operation "${op}" needs a "path", or an object of attributes as its "value".`);
  }
  const { path, filter, sub } = parsePath(operation.path, type);
  const { attribute } = path;
  if (filter !== undefined && !attribute.multiValued) {
    throw badRequest('invalidPath', `"${attribute.name}" has one value, so a filter cannot select from it. Leave the brackets out.`);
  }
  return { path: { ...path, sub: undefined }, filter, sub: sub ?? path.sub };
}

function refuseReadOnly(target: Target, op: StrictOperation['op']): void {
  const { attribute } = target.path;
  const comparesId = attribute.stored === 'id' && op !== 'remove';
  if (comparesId || (attribute.mutability !== 'readOnly' && target.sub?.mutability !== 'readOnly')) return;
  const remedy = attribute.stored === 'groups' ? 'Change the members of the group instead.' : 'Take it out of the attribute mapping.';
  throw badRequest('mutability', `"${nameTarget(target)}" is read-only. ${remedy}`);
}

function emptiesWhole(target: Target, op: StrictOperation['op'], value: unknown): boolean {
  if (target.filter !== undefined || value !== undefined) return false;
  return !(op === 'add' && target.path.attribute.multiValued && target.sub === undefined);
}

function refuseUnassigned(type: ResourceType, target: Target, op: StrictOperation['op']): void {
  const { attribute } = target.path;
  if (attribute.stored === 'active') {
    throw badRequest('invalidValue', '"active" is always true or false and cannot be unassigned. Send false to deactivate.');
  }
  if (!(target.sub ?? attribute).required) return;
  // With the last of its attributes the whole extension goes; what is left of it is checked in the end.
  if (target.sub === undefined && isOptional(type, target.path)) return;
  const name = nameTarget(target);
  if (op === 'remove') throw badRequest('mutability', `"${name}" is required and cannot be removed.`);
  throw badRequest('invalidValue', `"${name}" is required and cannot be empty.`);
}
