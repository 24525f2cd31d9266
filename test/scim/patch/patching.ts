// What the PATCH tests share: a frozen user, one call from body to result, refusals as short texts.
import { ScimError } from '../../../src/scim/errors.ts';
import { applyPatch } from '../../../src/scim/patch/apply-patch.ts';
import type { PatchResult } from '../../../src/scim/patch/apply-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import type { ResourceType, ScimObject } from '../../../src/scim/schema/attribute.ts';
import { userType } from '../../../src/scim/schema/resource-types.ts';

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Freezes a JSON value through and through and gives it back. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

/** Runs a whole PATCH request body with these operations on a resource that must not change. */
export function patch(current: ScimObject, operations: unknown, type: ResourceType = userType): PatchResult {
  return applyPatch(type, deepFreeze(current), parsePatch(type, { schemas: [patchOp], Operations: operations }));
}

/** `scimType: detail` of a refusal; anything else that is thrown goes on. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return `${error.scimType ?? error.status}: ${error.message}`;
  }
  return 'nothing was refused';
}
