// PATCH paths of RFC 7644 section 3.5.2, Figure 7.
import { describe, expect, it } from 'vitest';
import { parsePath } from '../../../src/scim/filter/parse-path.ts';
import { groupType } from '../../../src/scim/schema/resource-types.ts';
import { core, enterprise, gadgets, gadgetUserType } from './gadget-type.ts';
import { notation, pathNotation } from './notation.ts';
import { refusalOf } from './refusal-of.ts';

const userPaths: readonly [path: string, attribute: string, filter: string | undefined][] = [
  ['userName', 'userName', undefined],
  ['USERNAME', 'userName', undefined],
  ['name', 'name', undefined],
  ['name.familyName', 'name.familyName', undefined],
  [`${core}:name.familyName`, 'name.familyName', undefined],
  ['externalId', 'externalId', undefined],
  ['password', 'password', undefined],
  ['emails', 'emails', undefined],
  ['emails.value', 'emails.value', undefined],
  [`${enterprise}:employeeNumber`, '+employeeNumber', undefined],
  [`${enterprise}:manager`, '+manager', undefined],
  [`${enterprise}:manager.value`, '+manager.value', undefined],
  ['manager', '+manager', undefined],
  ['manager.value', '+manager.value', undefined],
  ['addresses[type eq "work"]', 'addresses', '(eq addresses.type "work")'],
  ['addresses[type eq "work"].streetAddress', 'addresses.streetAddress', '(eq addresses.type "work")'],
  ['emails[type eq "work"].value', 'emails.value', '(eq emails.type "work")'],
  ['roles[primary eq "True"].display', 'roles.display', '(eq roles.primary true)'],
  ['emails[type eq "work" and value ew "x"].primary', 'emails.primary', '(and (eq emails.type "work") (ew emails.value "x"))'],
  ['emails[not (type eq "work")]', 'emails', '(not (eq emails.type "work"))'],
  ['emails[value eq "a]b[c"].type', 'emails.type', '(eq emails.value "a]b[c")'],
  ['emails[ type\neq "work" ]', 'emails', '(eq emails.type "work")'],
  [`${core}:emails[type eq "work"].value`, 'emails.value', '(eq emails.type "work")'],
  [`${gadgets}:parts[count ge 2].label`, '+parts.label', '(ge +parts.count 2)'],
  ['parts[count ge 2].label', '+parts.label', '(ge +parts.count 2)'],
];

const groupPaths: readonly [path: string, attribute: string, filter: string | undefined][] = [
  ['members', 'members', undefined],
  ['members[value eq\n  "2819c223-7f76-453a-919d-413861904646"]', 'members', '(eq members.value "2819c223-7f76-453a-919d-413861904646")'],
  ['members[value eq "7"].display', 'members.display', '(eq members.value "7")'],
  ['members[$ref ew "/7"].$ref', 'members.$ref', '(ew members.$ref "/7")'],
];

describe('paths', () => {
  it.each([
    ...userPaths.map((each) => ['User', ...each] as const),
    ...groupPaths.map((each) => ['Group', ...each] as const),
  ])('of %s: %j', (type, text, attribute, filter) => {
    const parsed = parsePath(text, type === 'User' ? gadgetUserType : groupType);
    expect(pathNotation(parsed.path)).toBe(attribute);
    expect(parsed.sub).toBe(parsed.path.sub);
    expect(parsed.filter && notation(parsed.filter)).toBe(filter);
  });
});

const refused: readonly [path: string, scimType: string, hint: string][] = [
  ['', 'invalidPath', 'form'],
  [' userName', 'invalidPath', 'form'],
  ['userName ', 'invalidPath', 'form'],
  ['nothing', 'invalidPath', 'no attribute of User'],
  ['name.nothing', 'invalidPath', 'no attribute of User'],
  ['name.givenName.x', 'invalidPath', 'form'],
  ['userName.value', 'invalidPath', 'no attribute'],
  ['__proto__', 'invalidPath', 'form'],
  ['constructor.prototype', 'invalidPath', 'no attribute'],
  [enterprise, 'invalidPath', 'no attribute'],
  ['urn:ietf:params:scim:schemas:extension:Custom:2.0:User:attribute', 'invalidPath', 'no attribute'],
  ['userName eq "a"', 'invalidPath', 'form'],
  ['/emails/0', 'invalidPath', 'form'],
  ['emails[0].value', 'invalidFilter', 'character 8'],
  ['emails[type eq "work"', 'invalidPath', 'Close the bracket'],
  ['emails]type eq "work"[', 'invalidPath', 'Close the bracket'],
  ['[type eq "work"]', 'invalidPath', 'form'],
  ['emails [type eq "work"]', 'invalidPath', 'form'],
  ['emails[type eq "work"] .value', 'invalidPath', 'one sub-attribute'],
  ['emails[type eq "work"]value', 'invalidPath', 'one sub-attribute'],
  ['emails[type eq "work"].', 'invalidPath', 'one sub-attribute'],
  ['emails[type eq "work"].value.x', 'invalidPath', 'one sub-attribute'],
  ['emails[type eq "work"].nothing', 'invalidPath', 'no sub-attribute of emails'],
  ['emails[type eq "work"].value eq "x"', 'invalidPath', 'one sub-attribute'],
  ['emails.value[type eq "work"]', 'invalidPath', 'Leave out'],
  ['name[givenName eq "a"].familyName', 'invalidPath', 'Leave out'],
  ['schemas[value eq "a"]', 'invalidPath', 'Leave out'],
  ['userName[value eq "a"]', 'invalidPath', 'Leave out'],
  ['emails[]', 'invalidFilter', 'character 8'],
  ['emails[type]', 'invalidFilter', 'operator'],
  ['emails[type eq work]', 'invalidFilter', 'character 16'],
  ['emails[type eq "work]', 'invalidFilter', 'not closed'],
  ['emails[type eq "work"].value]', 'invalidFilter', 'closes nothing'],
  ['emails[nothing eq "work"]', 'invalidFilter', 'no sub-attribute'],
  ['emails[primary eq "yes"]', 'invalidFilter', 'true or false'],
  ['emails[emails[type pr]]', 'invalidFilter', 'cannot hold another'],
];

describe('refused paths', () => {
  it.each(refused)('%j', (text, scimType, hint) => {
    const refusal = refusalOf(() => parsePath(text, gadgetUserType));
    expect(refusal).toMatchObject({ status: 400, scimType });
    expect(refusal?.message).toContain(hint);
  });

  it('does not repeat what stands in the brackets', () => {
    const refusal = refusalOf(() => parsePath('emails[value eq "jane@example.com"].nothing', gadgetUserType));
    expect(refusal?.message).toContain('"emails[…]"');
    expect(refusal?.message).not.toContain('jane');
  });
});
