// Checks what the attributes of a schema file mean, and makes attributes of them; assumes that their form is right.
import type { Attribute } from './attribute.ts';
import { commonAttributes } from './common.ts';
import { indexedTextLength } from './define.ts';
import { placeOf, type AttributeContent } from './file-shapes.ts';

/** Most attributes of one schema, and most sub-attributes of one attribute. */
export const maxAttributes = 200;

/** A fault with its place in the file. */
export interface PlacedFault {
  readonly place: string;
  readonly what: string;
}

type Content = Omit<AttributeContent, 'subAttributes'> & { readonly subAttributes?: AttributeContent['subAttributes'] };
type Path = readonly PropertyKey[];

/** ATTRNAME of https://www.rfc-editor.org/rfc/rfc7643#section-2.1 */
const attributeName = /^[A-Za-z][A-Za-z0-9$_-]*$/;
const common: ReadonlySet<string> = new Set(commonAttributes.map(({ name }) => name.toLowerCase()));
/** Names that JavaScript gives a meaning on every object; request bodies cannot carry all of them. */
const ofEveryObject: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype'].map((name) => name.toLowerCase()));

/** What stands against a list of attributes, https://www.rfc-editor.org/rfc/rfc7643#section-7. `referable` are names for `referenceTypes`. */
export function checkAttributes(attributes: readonly Content[], path: Path, referable: ReadonlySet<string>): PlacedFault[] {
  const faults: PlacedFault[] = [];
  if (attributes.length === 0) faults.push({ place: placeOf(path), what: 'must not be empty. Add an attribute' });
  if (attributes.length > maxAttributes) faults.push({ place: placeOf(path), what: `has ${attributes.length} elements; at most ${maxAttributes} are possible. Split the schema` });
  const seen = new Set<string>();
  for (const [index, attribute] of attributes.entries()) {
    const at = [...path, index];
    const lower = attribute.name.toLowerCase();
    if (seen.has(lower)) faults.push({ place: placeOf([...at, 'name']), what: `repeats the name ${JSON.stringify(attribute.name)}; names are compared without case. Choose another` });
    seen.add(lower);
    faults.push(...checkAttribute(attribute, path.includes('subAttributes'), referable).map(({ place, what }) => ({ place: placeOf([...at, place]), what })));
    if (attribute.subAttributes !== undefined) faults.push(...checkAttributes(attribute.subAttributes, [...at, 'subAttributes'], referable), ...checkParts(attribute, at));
  }
  return faults;
}

function checkAttribute(attribute: Content, isSub: boolean, referable: ReadonlySet<string>): PlacedFault[] {
  const refusals: readonly (readonly [place: string, what: string | false | undefined])[] = [
    ['name', checkName(attribute, isSub)],
    ['type', isSub && attribute.type === 'complex' && 'is complex, but a sub-attribute cannot be. Give it a simple type'],
    ['subAttributes', checkSubAttributes(attribute, isSub)],
    ['caseExact', isExact(attribute) && attribute.caseExact === false && `must be true or left out: values of type ${attribute.type} are compared exactly`],
    ['canonicalValues', attribute.canonicalValues !== undefined && attribute.type !== 'string' && 'is for attributes of type string. Take it out'],
    ['referenceTypes', checkReferences(attribute, referable)],
    ['returned', checkReturned(attribute)],
    ['required', attribute.required && isReadOnly(attribute) && 'is true, but no client can send a readOnly attribute. Set it to false'],
    ['uniqueness', checkUniqueness(attribute, isSub)],
  ];
  return refusals.flatMap(([place, what]) => (typeof what === 'string' ? [{ place, what }] : []));
}

/** Also where every part is. */
function isReadOnly({ mutability, subAttributes = [] }: Content): boolean {
  return mutability === 'readOnly' || (subAttributes.length > 0 && subAttributes.every((sub) => sub.mutability === 'readOnly'));
}

function checkName({ name, type }: Content, isSub: boolean): string | undefined {
  if (isSub && name === '$ref') return type === 'reference' ? undefined : 'is $ref, which is of type reference. Change the type or the name';
  if (!attributeName.test(name)) return `must begin with a letter and go on with letters, digits, "_", "-" or "$" (RFC 7643 section 2.1), not ${JSON.stringify(name)}`;
  if (ofEveryObject.has(name.toLowerCase())) return `cannot be ${JSON.stringify(name)}, which has a meaning of its own in programs. Choose another`;
  if (!isSub && common.has(name.toLowerCase())) return `cannot be ${JSON.stringify(name)}: every resource has an attribute of that name already. Choose another`;
  return undefined;
}

function checkSubAttributes({ type, subAttributes }: Content, isSub: boolean): string | undefined {
  if (isSub || (type === 'complex') === (subAttributes !== undefined)) return undefined;
  return type === 'complex' ? 'is missing. A complex attribute needs sub-attributes' : `is for attributes of type complex, not ${type}. Take it out or change the type`;
}

function checkReferences({ type, referenceTypes }: Content, referable: ReadonlySet<string>): string | undefined {
  if (type !== 'reference') return referenceTypes === undefined ? undefined : 'is for attributes of type reference. Take it out';
  if (referenceTypes === undefined) return 'is missing. Say what is referred to: "external", "uri" or names of resource types';
  const unknown = referenceTypes.find((name) => !referable.has(name));
  return unknown === undefined ? undefined : `names ${JSON.stringify(unknown)}, which is no resource type. Known are ${[...referable].join(', ')}`;
}

function checkReturned({ mutability, returned, required }: Content): string | undefined {
  if (mutability === 'writeOnly' && returned !== 'never') return 'must be "never" for a writeOnly attribute, which is never shown';
  if (mutability === 'readOnly' && returned === 'never') return 'is "never" for a readOnly attribute, which then nobody could write or read. Change one of the two';
  if (required && returned === 'never' && mutability === 'immutable') return 'is "never" for an attribute that a PUT must repeat. Make it writeOnly, or not required';
  return undefined;
}

function checkUniqueness({ uniqueness, type, multiValued, returned, mutability }: Content, isSub: boolean): string | undefined {
  if (uniqueness === 'none') return undefined;
  if (uniqueness === 'global') return 'cannot be "global": nothing here is compared beyond a workspace. Use "server"';
  if (isSub || multiValued) return 'cannot be "server" in a list or on a sub-attribute. Use an attribute with one value, or "none"';
  if (!['string', 'reference', 'integer'].includes(type)) return `cannot be "server" on an attribute of type ${type}. Use a string, a reference or an integer, or "none"`;
  if (returned === 'never') return 'cannot be "server" on an attribute that is never returned: the refusal of a repeated value would tell it. Use "none"';
  return mutability === 'readOnly' ? 'cannot be "server" on a readOnly attribute, which no client writes. Use "none"' : undefined;
}

/** A part must not promise what the whole does not keep. */
function checkParts(whole: Content, path: Path): PlacedFault[] {
  return (whole.subAttributes ?? []).flatMap(({ mutability }, index) =>
    whole.mutability === 'readOnly' && mutability !== 'readOnly'
      ? [{ place: placeOf([...path, 'subAttributes', index, 'mutability']), what: 'must be "readOnly", for the whole attribute is' }]
      : [],
  );
}

function isExact({ type }: Content): boolean {
  return type === 'reference' || type === 'binary';
}

/** The attribute of a checked content; a value that storage indexes has a length that an index takes. */
export function attributeOf(content: Content): Attribute {
  const { name, type, multiValued, description, required, caseExact = isExact(content), mutability, returned, uniqueness, canonicalValues, referenceTypes, subAttributes } = content;
  return {
    name,
    type,
    multiValued,
    description,
    required,
    caseExact,
    mutability,
    returned,
    uniqueness,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(attributeOf) }),
    ...(uniqueness === 'server' && type !== 'integer' ? { maxLength: indexedTextLength } : {}),
  };
}
