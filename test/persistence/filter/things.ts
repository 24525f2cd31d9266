// A resource type of an operator's for the differential test: random resources, their documents, and filters on them.
import fc from 'fast-check';
import type { ResourceType, ScimObject } from '../../../src/scim/schema/attribute.ts';
import { define, text } from '../../../src/scim/schema/define.ts';
import { gadgets, gadgetUserType } from '../../scim/filter/gadget-type.ts';
import { commonLeaves, each, list, one, single, treesOf, type Tree } from './naive-filter.ts';
import { decimals, gadget, inMilliseconds, integers, lists, perhaps, stamp, texts, times, type Document } from './population.ts';
import { baseUrl, idOf, type Thing } from './tenant.ts';

const urn = 'urn:example:thing';
/** Begins as the other does. */
const extra = 'urn:example:thing:extra:1.0';
const ofGadgets = gadgetUserType.extensions.find(({ schema }) => schema.id === gadgets)?.schema.attributes ?? [];

export const thingType: ResourceType = {
  id: 'Thing',
  name: 'Thing',
  description: 'Attributes of all types, in the core and in an extension',
  endpoint: '/Things',
  schema: { id: urn, name: 'Thing', description: '', attributes: [...ofGadgets, text('code', '', { uniqueness: 'server' }), define('number', 'integer', '', { uniqueness: 'server' })] },
  extensions: [
    {
      schema: {
        id: extra,
        name: 'Extra',
        description: '',
        attributes: [text('note', ''), define('until', 'dateTime', ''), define('level', 'decimal', ''), text('keys', '', { multiValued: true, caseExact: true }), text('badge', '', { caseExact: true, uniqueness: 'server' })],
      },
      required: false,
    },
  ],
};

const fold = (value: string) => value.normalize('NFC').toLowerCase();
const idOfThing = (index: number) => idOf(200 + index);

const thing = (index: number): fc.Arbitrary<Thing> =>
  fc
    .record({
      core: gadget,
      code: fc.option(texts.map((value) => `${value}${index}`), { nil: undefined }),
      number: fc.option(fc.constant(index - 2), { nil: undefined }),
      extra: fc.option(fc.record({ note: perhaps(texts), until: perhaps(times), level: perhaps(decimals), keys: lists(perhaps(texts)), badge: fc.option(texts.map((value) => `${index}${value}`), { nil: undefined }) }), { nil: undefined }),
      externalId: fc.option(texts.map((value) => `${value}${index}`), { nil: undefined }),
      alienExternalId: fc.option(texts.map((value) => `${value}${index}`), { nil: undefined }),
      type: fc.constantFrom('Thing', 'Thing', 'Thing', 'Other'),
      version: fc.integer({ min: 1, max: 3 }),
      created: stamp,
      modified: stamp,
    })
    .map(({ core, code, number, extra: more, ...rest }) => ({
      ...rest,
      id: idOfThing(index),
      profile: { ...core, code, number, ...(more === undefined ? {} : { [extra]: more }) },
      unique: {
        ...(code === undefined ? {} : { [`${urn}:code`]: fold(code) }),
        ...(number === undefined ? {} : { [`${urn}:number`]: String(number) }),
        ...(more?.badge === undefined ? {} : { [`${extra}:badge`]: more.badge }),
      },
    })) as fc.Arbitrary<Thing>;

export const things: fc.Arbitrary<readonly Thing[]> = fc.tuple(...Array.from({ length: 8 }, (_, index) => thing(index)));

/** The resources of the type as clients see them. */
export function thingDocuments(all: readonly Thing[]): Document[] {
  return all.filter(({ type }) => type === 'Thing').map(({ id, externalId, profile, version, created = '', modified = '' }) => {
    const more = profile[extra] as ScimObject | undefined;
    const schemas = [urn, ...(Object.values(more ?? {}).some((value) => value !== undefined) ? [extra] : [])];
    const meta = { resourceType: 'Thing', created: inMilliseconds(created), lastModified: inMilliseconds(modified), location: `${baseUrl}/Things/${id}`, version: `W/"${version ?? 1}"` };
    return { id, content: { ...profile, id, externalId, meta, schemas, extra: more ?? {} } };
  });
}

/** Filters on things; `own` gives texts worth asking for. Unique attributes come often, for equality goes another way there. */
export function thingFilters(all: readonly Thing[], own: fc.Arbitrary<string>): fc.Arbitrary<Tree> {
  const codes = all.flatMap(({ profile }) => (typeof profile['code'] === 'string' ? [profile['code'], profile['code'].toUpperCase(), profile['code'].toLowerCase()] : []));
  const badges = all.flatMap(({ profile }) => (profile[extra] as { badge?: string } | undefined)?.badge ?? []);
  const values = fc.oneof(own, texts);
  const ids = fc.nat({ max: 9 }).map(idOfThing);
  const parts = list({ name: 'parts', path: ['parts'], parts: [
    one('value', 'exact', ['value'], values),
    one('label', 'folded', ['label'], values),
    one('count', 'number', ['count'], integers),
    one('fitted', 'time', ['fitted']),
    each('marks', ['marks']),
    { ...one('primary', 'boolean', ['primary']), assumed: false },
  ] });
  const leaves = [
    one('id', 'exact', ['id'], ids),
    one('externalId', 'exact', ['externalId'], values),
    one('level', 'number', ['level'], integers),
    one('weight', 'number', ['weight'], decimals),
    one('bought', 'time', ['bought']),
    one(`${urn}:broken`, 'boolean', ['broken']),
    one('serial', 'exact', ['serial'], values),
    each('tags', ['tags']),
    ...Array.from({ length: 4 }, () => one('code', 'folded', ['code'], codes.length === 0 ? values : fc.constantFrom(...codes))),
    one(`${urn}:number`, 'number', ['number'], fc.integer({ min: -3, max: 8 })),
    ...single('box', ['box'], [one('width', 'number', ['width'], integers), one('colour', 'folded', ['colour'])]),
    one('note', 'folded', ['extra', 'note'], values),
    one(`${extra}:until`, 'time', ['extra', 'until']),
    one(`${extra}:level`, 'number', ['extra', 'level'], decimals),
    ...Array.from({ length: 3 }, () => one('badge', 'exact', ['extra', 'badge'], badges.length === 0 ? values : fc.constantFrom(...badges))),
    { ...each(`${extra}:keys`, ['extra', 'keys']), kind: 'exact' as const },
    ...commonLeaves(ids.map((id) => `${baseUrl}/Things/${id}`), urn, extra, extra.toUpperCase()),
    ...parts.leaves,
  ];
  return treesOf(leaves, [parts.elements]);
}
