// The enterprise extension of User, RFC 7643 section 4.3, as data.
import type { Schema } from './attribute.ts';
import { complex, indexedTextLength, reference, text } from './define.ts';

/** https://www.rfc-editor.org/rfc/rfc7643#section-4.3. The manager's `$ref` and `displayName` are derived from `value`, hence read-only. */
export const enterpriseUser: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'What an employer knows about a user',
  attributes: [
    text('employeeNumber', 'Identifier given by the employer, digits or not.', { acceptsNumber: true }),
    text('costCenter', 'Name or number of the cost center.', { acceptsNumber: true }),
    text('organization', 'Name of the organization.'),
    text('division', 'Name of the division.'),
    text('department', 'Name of the department.'),
    complex(
      'manager',
      'The manager of the person, who may be a user of this workspace.',
      [
        text('value', 'Identifier of the manager as a user here; an unknown one is kept.', { caseExact: true, maxLength: indexedTextLength }),
        reference('$ref', ['User'], 'URL of the manager.', { mutability: 'readOnly' }),
        text('displayName', 'Name of the manager, taken from that user.', { mutability: 'readOnly' }),
      ],
      { stored: 'manager' },
    ),
  ],
};
