// The attributes that every resource has besides those of its schemas.
import type { Attribute } from './attribute.ts';
import { complex, define, indexedTextLength, reference, text } from './define.ts';

const readOnly = { mutability: 'readOnly' } as const;

/** `schemas`, `id`, `externalId` and `meta`: https://www.rfc-editor.org/rfc/rfc7643#section-3 and section 3.1. */
export const commonAttributes: readonly Attribute[] = [
  reference('schemas', ['uri'], 'URIs of the schemas whose attributes this resource carries.', {
    multiValued: true,
    required: true,
    returned: 'always',
    stored: 'schemas',
  }),
  text('id', 'Identifier given by this server when the resource is created; it never changes and is never used again.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
    stored: 'id',
  }),
  text('externalId', 'Identifier of the resource in the provisioning client, which alone reads and writes it.', {
    caseExact: true,
    maxLength: indexedTextLength,
    stored: 'externalId',
  }),
  complex(
    'meta',
    'What this server records about the resource.',
    [
      text('resourceType', 'Name of the resource type.', { ...readOnly, caseExact: true, stored: 'resourceType' }),
      define('created', 'dateTime', 'When the resource was created here.', { ...readOnly, stored: 'created' }),
      define('lastModified', 'dateTime', 'When the resource last changed here; equal to created until then.', { ...readOnly, stored: 'lastModified' }),
      reference('location', ['uri'], 'Absolute URL of the resource.', { ...readOnly, stored: 'location' }),
      text('version', 'Weak entity tag of this state of the resource.', { ...readOnly, caseExact: true, stored: 'version' }),
    ],
    readOnly,
  ),
];
