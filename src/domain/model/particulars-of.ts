// A member made by hand, as the command line and invitations make one.
import type { Particulars } from './membership.ts';

/** Looks to SCIM like a pushed member: userName and primary work e-mail are its address, the first word of the name is the given name. */
export function particularsOf(email: string, name: string | undefined): Particulars {
  const [givenName, ...rest] = (name ?? '').split(' ').filter((word) => word !== '');
  const familyName = rest.join(' ');
  const names = givenName === undefined ? {} : { displayName: [givenName, familyName].filter((word) => word !== '').join(' '), name: { givenName, ...(familyName === '' ? {} : { familyName }) } };
  return {
    userName: email,
    externalId: undefined,
    emails: [{ value: email, type: 'work', display: undefined, primary: true }],
    managerId: undefined,
    profile: { ...names, emails: [{ value: email, type: 'work', primary: true }] },
  };
}
