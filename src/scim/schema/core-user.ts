// The core User schema of RFC 7643 section 4.1 as data.
import type { Attribute, Schema } from './attribute.ts';
import { complex, define, flag, indexedTextLength, list, reference, text } from './define.ts';

/** The sub-attributes display, type and primary that most lists share (https://www.rfc-editor.org/rfc/rfc7643#section-2.4). */
function labels(what: string, types?: readonly string[]): Attribute[] {
  return [
    text('display', `How to show this ${what} to people.`),
    text('type', `What this ${what} is used for.`, types === undefined ? {} : { canonicalValues: types }),
    flag('primary', `Whether this is the preferred ${what}; true for one element at most.`),
  ];
}

const name = complex('name', "The parts of the person's name.", [
  text('formatted', 'The whole name, ready to be shown.'),
  text('familyName', 'Family name, or last name.'),
  text('givenName', 'Given name, or first name.'),
  text('middleName', 'Middle name or names.'),
  text('honorificPrefix', 'What stands before the name, such as Dr.'),
  text('honorificSuffix', 'What stands after the name, such as III.'),
]);

const addresses = list('addresses', 'Postal addresses of the person.', [
  text('formatted', 'The whole address, ready to be shown; may hold line breaks.'),
  text('streetAddress', 'Street, house number, post-office box; may hold line breaks.'),
  text('locality', 'City or town.'),
  text('region', 'State or region.'),
  text('postalCode', 'Postal code.', { acceptsNumber: true }),
  text('country', 'Country, as a code of ISO 3166-1 alpha-2 where the client knows it. Kept as sent.'),
  text('type', 'What this address is used for.', { canonicalValues: ['work', 'home', 'other'] }),
  flag('primary', 'Whether this is the preferred address; true for one element at most.'),
]);

const groups = list(
  'groups',
  'Groups to which the user belongs directly. Changed through the groups, not here.',
  [
    text('value', 'Identifier of the group.', { caseExact: true, mutability: 'readOnly' }),
    reference('$ref', ['Group'], 'URL of the group.', { mutability: 'readOnly' }),
    text('display', 'Name of the group.', { mutability: 'readOnly' }),
    text('type', 'How the user belongs to the group.', { mutability: 'readOnly', canonicalValues: ['direct', 'indirect'] }),
  ],
  { mutability: 'readOnly', stored: 'groups' },
);

/** The core User schema in full. https://www.rfc-editor.org/rfc/rfc7643#section-4.1 */
export const coreUser: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A person of the workspace',
  attributes: [
    text('userName', 'Name with which the person signs in; unique in the workspace, whatever its case.', {
      required: true,
      uniqueness: 'server',
      maxLength: indexedTextLength,
      stored: 'userName',
    }),
    name,
    text('displayName', 'Name to show for the person.'),
    text('nickName', 'How the person is called in daily life.'),
    reference('profileUrl', ['external'], "URL of the person's profile page. Kept as sent."),
    text('title', 'Job title.'),
    text('userType', 'Relation of the person to the organization, such as Employee or Contractor.'),
    text('preferredLanguage', 'Language in which the person wants to be addressed. Kept as sent.'),
    text('locale', 'Locale for dates, numbers and currency. Kept as sent.'),
    text('timezone', 'Time zone, such as Europe/Berlin. Kept as sent.'),
    flag('active', 'Whether the person may use the workspace. false deactivates, true lifts what this client deactivated.', { stored: 'active' }),
    text('password', 'Accepted and dropped: this server keeps no passwords.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
      stored: 'nowhere',
    }),
    list(
      'emails',
      'E-mail addresses of the person.',
      [text('value', 'The e-mail address.', { maxLength: indexedTextLength }), ...labels('e-mail address', ['work', 'home', 'other'])],
      { stored: 'emails' },
    ),
    list('phoneNumbers', 'Telephone numbers of the person.', [
      text('value', 'The number, kept as sent.', { acceptsNumber: true }),
      ...labels('number', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    ]),
    list('ims', 'Instant messaging addresses of the person.', [
      text('value', 'The address.'),
      ...labels('address', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
    ]),
    list('photos', 'URLs of pictures of the person.', [
      reference('value', ['external'], 'URL of the picture.'),
      ...labels('picture', ['photo', 'thumbnail']),
    ]),
    addresses,
    groups,
    list('entitlements', 'Things the person is entitled to.', [text('value', 'The entitlement.'), ...labels('entitlement')]),
    list('roles', 'Roles of the person as the client names them.', [text('value', 'The role.'), ...labels('role')]),
    list('x509Certificates', 'Certificates issued to the person.', [
      define('value', 'binary', 'The certificate, DER in Base64.', { caseExact: true }),
      ...labels('certificate'),
    ]),
  ],
};
