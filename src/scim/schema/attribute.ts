// Shapes of schemas, attributes and resource types: each attribute is described once and everything else is derived from it.

/** Data types of https://www.rfc-editor.org/rfc/rfc7643#section-2.3 */
export type AttributeType = 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary' | 'complex';

/**
 * Where storage keeps an attribute. Absent means: in the resource's JSON document, under the attribute's own name
 * (extension attributes under their schema's URN).
 */
export type StoredAt =
  | 'id'
  | 'externalId'
  | 'userName'
  | 'displayName'
  | 'active'
  | 'emails'
  | 'groups'
  | 'members'
  | 'manager'
  | 'resourceType'
  | 'created'
  | 'lastModified'
  | 'location'
  | 'version'
  | 'schemas'
  | 'status'
  | 'role'
  | 'roleSource'
  | 'seatHeld'
  | 'holds'
  | 'scheduledDeactivation'
  | 'nowhere';

/** One attribute or sub-attribute with the characteristics of https://www.rfc-editor.org/rfc/rfc7643#section-2.2 and section 7. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
  readonly stored?: StoredAt;
  /** Longest text in UTF-16 units; absent means the general limit of `check-value.ts`. Shorter where storage indexes the value. */
  readonly maxLength?: number;
  /** A whole number is taken for this string and kept as its digits: HR systems send such identifiers as JSON numbers. */
  readonly acceptsNumber?: boolean;
}

/** A schema with its attributes in the order in which they are shown. https://www.rfc-editor.org/rfc/rfc7643#section-7 */
export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** https://www.rfc-editor.org/rfc/rfc7643#section-6 with the schemas resolved. `endpoint` starts with a slash. */
export interface ResourceType {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly endpoint: string;
  readonly schema: Schema;
  readonly extensions: readonly { readonly schema: Schema; readonly required: boolean }[];
}

/** A JSON object as it travels: plain data, keys spelled as the schema spells them once it has been normalised. */
export type ScimObject = { [key: string]: unknown };

/**
 * An attribute found in a resource type. `extension` is the URN of the extension schema that holds it, undefined for the core
 * schema and the common attributes (id, externalId, meta, schemas). `sub` is the sub-attribute where the path names one.
 */
export interface AttributePath {
  readonly extension: string | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}
