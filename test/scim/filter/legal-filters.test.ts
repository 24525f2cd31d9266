// Every construct that the grammar of RFC 7644 section 3.4.2.2 allows, with the filter it must become.
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { core, enterprise, gadgetUserType, gadgets } from './gadget-type.ts';
import { notation } from './notation.ts';

const legal: readonly [filter: string, expected: string][] = [
  // The examples of RFC 7644, Figure 2, as far as the core schema has their attributes.
  ['userName eq "bjensen"', '(eq userName "bjensen")'],
  [`name.familyName co "O'Malley"`, `(co name.familyName "O'Malley")`],
  ['userName sw "J"', '(sw userName "J")'],
  [`${core}:userName sw "J"`, '(sw userName "J")'],
  ['title pr', '(pr title)'],
  ['meta.lastModified gt "2011-05-13T04:42:34Z"', '(gt meta.lastModified "2011-05-13T04:42:34.000Z")'],
  ['meta.lastModified ge "2011-05-13T04:42:34Z"', '(ge meta.lastModified "2011-05-13T04:42:34.000Z")'],
  ['meta.lastModified lt "2011-05-13T04:42:34Z"', '(lt meta.lastModified "2011-05-13T04:42:34.000Z")'],
  ['meta.lastModified le "2011-05-13T04:42:34Z"', '(le meta.lastModified "2011-05-13T04:42:34.000Z")'],
  ['title pr and userType eq "Employee"', '(and (pr title) (eq userType "Employee"))'],
  ['title pr or userType eq "Intern"', '(or (pr title) (eq userType "Intern"))'],
  [`schemas eq "${enterprise}"`, `(eq schemas "${enterprise}")`],
  [
    'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
    '(and (eq userType "Employee") (or (co emails.value "example.com") (co emails.value "example.org")))',
  ],
  [
    'userType ne "Employee" and not (emails co "example.com" or\n  emails.value co "example.org")',
    '(and (ne userType "Employee") (not (or (co emails.value "example.com") (co emails.value "example.org"))))',
  ],
  ['userType eq "Employee" and (emails.type eq "work")', '(and (eq userType "Employee") (eq emails.type "work"))'],
  [
    'userType eq "Employee" and emails[type eq "work" and\n  value co "@example.com"]',
    '(and (eq userType "Employee") (some emails (and (eq emails.type "work") (co emails.value "@example.com"))))',
  ],
  [
    'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
    '(or (some emails (and (eq emails.type "work") (co emails.value "@example.com"))) ' +
      '(some ims (and (eq ims.type "xmpp") (co ims.value "@foo.com"))))',
  ],
  // Operators, all ten and in any case.
  ['title eq "a"', '(eq title "a")'],
  ['title ne "a"', '(ne title "a")'],
  ['title co "a"', '(co title "a")'],
  ['title sw "a"', '(sw title "a")'],
  ['title ew "a"', '(ew title "a")'],
  ['title gt "a"', '(gt title "a")'],
  ['title ge "a"', '(ge title "a")'],
  ['title lt "a"', '(lt title "a")'],
  ['title le "a"', '(le title "a")'],
  ['TITLE Eq "a" AND Title PR oR NOT (tItLe Co "b")', '(or (and (eq title "a") (pr title)) (not (co title "b")))'],
  // Precedence and grouping.
  ['title pr or title pr and title pr', '(or (pr title) (and (pr title) (pr title)))'],
  ['title pr and title pr or title pr', '(or (and (pr title) (pr title)) (pr title))'],
  ['(title pr or title pr) and title pr', '(and (or (pr title) (pr title)) (pr title))'],
  ['title pr and (title pr or title pr)', '(and (pr title) (or (pr title) (pr title)))'],
  ['not (title pr) and title pr', '(and (not (pr title)) (pr title))'],
  ['not (title pr and title pr)', '(not (and (pr title) (pr title)))'],
  ['not (title pr) or not (title pr)', '(or (not (pr title)) (not (pr title)))'],
  ['not(title pr)', '(not (pr title))'],
  ['not (not (title pr))', '(not (not (pr title)))'],
  ['((title pr))', '(pr title)'],
  ['(title pr) and (title pr)', '(and (pr title) (pr title))'],
  ['title pr and (title pr and title pr)', '(and (pr title) (pr title) (pr title))'],
  ['name.formatted pr', '(pr name.formatted)'],
  // White space: longer than one space, and inside brackets.
  ['  title   eq\t"a"  ', '(eq title "a")'],
  ['( title pr )', '(pr title)'],
  ['emails[ type eq "work" ]', '(some emails (eq emails.type "work"))'],
  // Value paths.
  ['emails[type eq "work"]', '(some emails (eq emails.type "work"))'],
  ['emails[not (type eq "work")]', '(some emails (not (eq emails.type "work")))'],
  [
    'emails[type eq "a" or (type eq "b" and not (value co "c"))]',
    '(some emails (or (eq emails.type "a") (and (eq emails.type "b") (not (co emails.value "c")))))',
  ],
  ['not (emails[type eq "work"]) and title pr', '(and (not (some emails (eq emails.type "work"))) (pr title))'],
  ['EMAILS[TYPE pr]', '(some emails (pr emails.type))'],
  [`${core}:emails[type pr]`, '(some emails (pr emails.type))'],
  [`${gadgets}:parts[count gt 3]`, '(some +parts (gt +parts.count 3))'],
  ['name[givenName eq "A" or familyName eq "B"]', '(and (pr name) (or (eq name.givenName "A") (eq name.familyName "B")))'],
  // Entra's form: the sub-attribute behind the bracket is of the same element.
  ['emails[type eq "work"].value eq "x"', '(some emails (and (eq emails.type "work") (eq emails.value "x")))'],
  ['emails[type eq "work"].value pr', '(some emails (and (eq emails.type "work") (pr emails.value)))'],
  ['emails[type eq "work"].value ne "x"', '(some emails (and (eq emails.type "work") (ne emails.value "x")))'],
  ['emails[type eq "work"].value eq null', '(some emails (and (eq emails.type "work") (not (pr emails.value))))'],
  [
    'emails[type eq "work" or type eq "home"].value eq "x"',
    '(some emails (and (or (eq emails.type "work") (eq emails.type "home")) (eq emails.value "x")))',
  ],
  [
    'emails[type eq "work"].value eq "x" and title pr or active eq true',
    '(or (and (some emails (and (eq emails.type "work") (eq emails.value "x"))) (pr title)) (eq active true))',
  ],
  ['(emails[type eq "work"].value co "x")', '(some emails (and (eq emails.type "work") (co emails.value "x")))'],
  ['name[givenName pr].familyName eq "B"', '(and (pr name) (pr name.givenName) (eq name.familyName "B"))'],
  // Complex attributes compared as such mean their value.
  ['emails eq "x"', '(eq emails.value "x")'],
  [`${enterprise}:manager eq "7"`, '(eq +manager.value "7")'],
  ['groups eq "7"', '(eq groups.value "7")'],
  // Names.
  [`${enterprise}:employeeNumber eq "7"`, '(eq +employeeNumber "7")'],
  [`${enterprise.toUpperCase()}:EMPLOYEENUMBER eq "7"`, '(eq +employeeNumber "7")'],
  [`${enterprise}:manager.value eq "7"`, '(eq +manager.value "7")'],
  [`${enterprise}:manager.$ref eq "../Users/7"`, '(eq +manager.$ref "../Users/7")'],
  [`${core}:name.givenName eq "7"`, '(eq name.givenName "7")'],
  ['employeeNumber eq "7"', '(eq +employeeNumber "7")'],
  ['manager eq "7"', '(eq +manager.value "7")'],
  ['manager.value eq "7"', '(eq +manager.value "7")'],
  ['groups.$ref pr', '(pr groups.$ref)'],
  ['groups[$ref ew "/7"]', '(some groups (ew groups.$ref "/7"))'],
  ['meta.resourceType eq "User"', '(eq meta.resourceType "User")'],
  ['id eq "7" and externalId eq "K"', '(and (eq id "7") (eq externalId "K"))'],
  ['tags eq "red"', '(eq +tags "red")'],
  // Strings.
  ['title eq ""', '(eq title "")'],
  [String.raw`title eq "a\"b\\c\/d"`, String.raw`(eq title "a\"b\\c/d")`],
  [String.raw`title eq "\b\f\n\r\t"`, String.raw`(eq title "\b\f\n\r\t")`],
  [String.raw`title eq "\u00e9\u00C9"`, '(eq title "éÉ")'],
  [String.raw`title eq "\ud83d\ude00"`, '(eq title "😀")'],
  ['title eq "😀 Zoë"', '(eq title "😀 Zoë")'],
  ['title eq "and or not ( ) [ ] pr"', '(eq title "and or not ( ) [ ] pr")'],
  ['title eq "\u007f"', '(eq title "\u007f")'],
  // Booleans, also as Entra writes them; numbers; null; dateTimes.
  ['active eq true', '(eq active true)'],
  ['active ne false', '(ne active false)'],
  ['active eq "True"', '(eq active true)'],
  ['active eq "FALSE"', '(eq active false)'],
  ['emails[primary eq "True"].value eq "x"', '(some emails (and (eq emails.primary true) (eq emails.value "x")))'],
  ['level eq 5', '(eq +level 5)'],
  ['level gt -5', '(gt +level -5)'],
  ['level le 1e3', '(le +level 1000)'],
  ['weight ge 0.5', '(ge +weight 0.5)'],
  ['weight lt -1.25E-2', '(lt +weight -0.0125)'],
  ['box.width eq 0', '(eq +box.width 0)'],
  ['employeeNumber eq 701984', '(eq +employeeNumber "701984")'],
  ['title eq null', '(not (pr title))'],
  ['title ne null', '(pr title)'],
  ['emails eq null', '(not (pr emails))'],
  ['name eq null', '(not (pr name))'],
  ['not (title ne null)', '(not (pr title))'],
  ['bought eq "2026-01-31T08:00:00+02:00"', '(eq +bought "2026-01-31T06:00:00.000Z")'],
  ['bought eq "2026-01-31T08:00:00.1234567Z"', '(eq +bought "2026-01-31T08:00:00.123456Z")'],
  ['picture sw "MII"', '(sw +picture "MII")'],
];

describe('legal filters', () => {
  it.each(legal)('%j', (text, expected) => {
    expect(notation(parseFilter(text, gadgetUserType))).toBe(expected);
  });
});
