// The core Group schema of RFC 7643 section 4.2 as data.
import type { Schema } from './attribute.ts';
import { indexedTextLength, list, reference, text } from './define.ts';

/**
 * https://www.rfc-editor.org/rfc/rfc7643#section-4.2. `displayName` is required and unique, and a member needs its `value`; the
 * RFC's example leaves both open, clients rely on both.
 */
export const coreGroup: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'A group of the workspace',
  attributes: [
    text('displayName', 'Name of the group; unique in the workspace, whatever its case.', {
      required: true,
      uniqueness: 'server',
      maxLength: indexedTextLength,
      stored: 'displayName',
    }),
    list(
      'members',
      'Users and groups that belong to this group.',
      [
        text('value', 'Identifier of the member.', { required: true, caseExact: true, mutability: 'immutable', maxLength: indexedTextLength }),
        reference('$ref', ['User', 'Group'], 'URL of the member.', { mutability: 'immutable' }),
        text('type', 'Resource type of the member.', { mutability: 'immutable', canonicalValues: ['User', 'Group'] }),
        text('display', 'Name of the member, taken from the member itself.', { mutability: 'readOnly' }),
      ],
      { stored: 'members' },
    ),
  ],
};
