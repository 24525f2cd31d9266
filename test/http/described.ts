// What a running server says of itself, and requests made from that alone: the source of the tests that discovery tells the truth.
import { expect } from 'vitest';
import type { Scim } from '../support/started-server.ts';

/** An attribute as /Schemas shows it. */
export interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly uniqueness: string;
  readonly description: string;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

/** A schema as /Schemas shows it. */
export interface Described {
  readonly id: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly meta: { readonly location: string; readonly resourceType: string };
}

/** A resource type as /ResourceTypes shows it. */
export interface ResourceType {
  readonly id: string;
  readonly endpoint: string;
  readonly schema: string;
  readonly schemaExtensions: readonly { readonly schema: string; readonly required: boolean }[];
}

/** One attribute with the schema and the resource type that have it. */
export interface Place {
  readonly type: ResourceType;
  readonly schema: Described;
  readonly extension: boolean;
  readonly attribute: Attribute;
}

/** All that discovery describes; `places` has each attribute once for each resource type. */
export interface Discovery {
  readonly schemas: readonly Described[];
  readonly types: readonly ResourceType[];
  readonly places: readonly Place[];
}

export type Resource = Readonly<Record<string, unknown>> & { readonly id: string };

export async function discover(scim: Scim): Promise<Discovery> {
  const schemas = (await scim.get('/Schemas')).body.Resources as readonly Described[];
  const types = (await scim.get('/ResourceTypes')).body.Resources as readonly ResourceType[];
  const places = types.flatMap((type) =>
    [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)].flatMap((urn) => {
      const schema = schemas.find(({ id }) => id === urn);
      if (schema === undefined) throw new Error(`${urn} is not described`);
      return schema.attributes.map((attribute) => ({ type, schema, extension: urn !== type.schema, attribute }));
    }),
  );
  return { schemas, types, places };
}

export const pathOf = ({ schema, extension, attribute }: Place, sub?: Attribute): string =>
  `${extension ? `${schema.id}:` : ''}${attribute.name}${sub === undefined ? '' : `.${sub.name}`}`;
export const labelOf = (place: Place): string => `${place.type.id} ${pathOf(place)}`;
export const writable = (attribute: Attribute): boolean => attribute.mutability !== 'readOnly';

let samples = 0;

/** A value that fits a simple attribute and is unlike any other; later ones sort after earlier ones, but for booleans and canonical values. */
export function sample({ type, canonicalValues }: Pick<Attribute, 'type' | 'canonicalValues'>): unknown {
  samples += 1;
  const padded = String(samples).padStart(6, '0');
  switch (type) {
    case 'boolean':
      return samples % 2 === 0;
    case 'integer':
    case 'decimal':
      return samples;
    case 'dateTime':
      return new Date(1_700_000_000_000 + samples).toISOString();
    case 'binary':
      return Buffer.from(`sample ${padded}`).toString('base64');
    case 'reference':
      return `https://x.example/${padded}`;
    default:
      return canonicalValues?.[samples % canonicalValues.length] ?? `Sample ${padded}`;
  }
}

/** A value for an attribute with all its parts; `memberId` is an existing user. */
export function valueOf(attribute: Attribute, memberId: string): unknown {
  if (attribute.type !== 'complex') return attribute.multiValued ? [sample(attribute)] : sample(attribute);
  const parts = Object.fromEntries((attribute.subAttributes ?? []).filter(writable).map((sub) => [sub.name, sample(sub)]));
  const value = attribute.name === 'members' ? { value: memberId } : parts;
  return attribute.multiValued ? [value] : value;
}

/** A new resource that has just this attribute besides what is required. */
export async function createWith(scim: Scim, { schemas }: Discovery, { type, schema, extension, attribute }: Place, value: unknown): Promise<Resource> {
  const core = schemas.find(({ id }) => id === type.schema);
  const own = extension && value !== undefined ? { [schema.id]: { ...requiredOf(schema), [attribute.name]: value } } : { [attribute.name]: extension ? undefined : value };
  const body = { schemas: [type.schema], ...requiredOf(core), ...own };
  const { status, body: created } = await scim.post(type.endpoint, body);
  expect(status, JSON.stringify(created)).toBe(201);
  return created as Resource;
}

function requiredOf(schema: Described | undefined): Record<string, unknown> {
  const required = (schema?.attributes ?? []).filter((each) => each.required && writable(each));
  return Object.fromEntries(required.map((each) => [each.name, valueOf(each, '')]));
}

/** A resource of which just this attribute is asked for. */
export async function readAlone(scim: Scim, place: Place, id: string): Promise<Resource> {
  return (await scim.get(`${place.type.endpoint}/${id}?attributes=${pathOf(place)}`).expect(200)).body as Resource;
}

export async function newMember(scim: Scim): Promise<string> {
  return (await scim.post('/Users', { userName: `member ${(samples += 1)}` })).body.id as string;
}

/** The attribute as a resource shows it. */
export function shownOf({ schema, extension, attribute }: Place, resource: Readonly<Record<string, unknown>>): unknown {
  const holder = extension ? (resource[schema.id] as Record<string, unknown> | undefined) : resource;
  return holder?.[attribute.name];
}

/** Whether a filter selects a resource. */
export async function matches(scim: Scim, { type }: Place, filter: string, id: string): Promise<boolean> {
  const { status, body } = await scim.get(`${type.endpoint}?filter=${encodeURIComponent(`id eq "${id}" and ${filter}`)}`);
  expect([filter, status, body.detail]).toEqual([filter, 200, undefined]);
  return body.totalResults === 1;
}
