// Places of the attributes that users and groups share, given the alias of the resource's row.
import pg from 'pg';
import type { ResourceKind } from '../../domain/model/resource.ts';
import type { FilterValue } from '../../scim/filter/ast.ts';
import type { Attribute, AttributePath } from '../../scim/schema/attribute.ts';
import { isKeyed, keyedName, keyOfValue } from '../../scim/schema/unique-values.ts';
import { documentPlace, extensionsOf } from './document.ts';
import type { Place, Slots } from './place.ts';
import type { ParameterList } from './parameters.ts';
import { identifierSlot, incomparableSlot, shownTime, textSlot, timeSlot, type Slot } from './slot.ts';

/**
 * What the SQL of a filter depends on besides the filter. `linkSpace` is the externalId space of the caller. `baseUrl` begins every
 * `$ref` and `meta.location` and has no slash at its end; without it they are compared as paths such as `/Users/2819c223…`.
 */
export interface FilterContext {
  readonly linkSpace: string;
  readonly baseUrl?: string | undefined;
}

/** A resource's row: its alias, its type, and the table that links it to externalIds, with the column that says to what. */
export interface ResourceRow {
  readonly alias: 'm' | 'g' | 'r';
  readonly type: ResourceKind;
  readonly links: string;
  readonly linked: string;
}

/** The place of a common attribute, of one that is nowhere, or else the one in the JSON document. */
export function commonPlace(row: ResourceRow, context: FilterContext, parameters: ParameterList, path: AttributePath): Place {
  const { alias, type } = row;
  switch (path.attribute.stored) {
    case undefined:
      return path.attribute.name === 'meta' && path.extension === undefined ? metaPlace(row, context, parameters) : inDocument(row, parameters, path);
    case 'id':
      return simple({ slot: identifierSlot(parameters, `${alias}.id`) });
    case 'externalId':
      return simple(externalId(row, context, parameters));
    case 'schemas': {
      const core = `${pg.escapeLiteral(type.schema.id)}::text`;
      const rows = { from: `(select ${core} union all ${extensionsOf(`${alias}.profile`)}) s(v)`, order: `s.v <> ${core}` };
      return simple({ rows, slot: textSlot(parameters, 'exact', { value: () => 's.v' }) });
    }
    default:
      return simple({ slot: incomparableSlot() });
  }
}

export function simple(slots: Slots): Place {
  return { kind: 'simple', slots };
}

/** The beginning of the URLs of a type's resources. */
export function locations({ baseUrl = '' }: Pick<FilterContext, 'baseUrl'>, { endpoint }: Pick<ResourceKind, 'endpoint'>): string {
  return `${baseUrl}${endpoint}/`;
}

/** Unique values stand beside the document as well, where an index finds them; the list of ids serves it also inside `or`. */
function inDocument({ alias, type }: ResourceRow, parameters: ParameterList, path: AttributePath): Place {
  const place = documentPlace(parameters, `${alias}.profile`, path);
  const { attribute, extension } = path;
  if (place.kind === 'complex' || !isKeyed(attribute)) return place;
  const equals = (value: FilterValue): string => {
    const [kind, name, key] = [type.name, keyedName(extension ?? type.schema.id, attribute), keyOfValue(attribute, value)].map((text) => parameters.add(text, 'text'));
    return `${alias}.id = any (array(select u.resource_id from unique_value u where u.resource_type = ${kind} and u.attribute = ${name} and u.key = ${key}))`;
  };
  return { kind: 'simple', slots: { ...place.slots, equals } };
}

/** The list of ids lets an index find the resource also where the comparison stands inside `or`. */
function externalId({ alias, links, linked }: ResourceRow, { linkSpace }: FilterContext, parameters: ParameterList): Slots {
  const own = `l.link_space = ${parameters.add(linkSpace, 'uuid')}${alias === 'm' ? ' and l.live' : ''}`;
  return {
    rows: { from: `${links} l`, where: `l.workspace_id = ${alias}.workspace_id and l.${linked} = ${alias}.id and ${own}` },
    slot: textSlot(parameters, 'exact', { value: () => 'l.external_id' }),
    equals: (value) => `${alias}.id = any (array(select l.${linked} from ${links} l where ${own} and l.external_id = ${parameters.add(String(value), 'text')}))`,
  };
}

function metaPlace({ alias, type }: ResourceRow, context: FilterContext, parameters: ParameterList): Place {
  const part = ({ stored }: Attribute): Slot => {
    switch (stored) {
      case 'resourceType':
        return textSlot(parameters, 'exact', { value: () => pg.escapeLiteral(type.name) });
      case 'created':
        return timeSlot(parameters, { value: () => shownTime(`${alias}.created_at`) });
      case 'lastModified':
        return timeSlot(parameters, { value: () => shownTime(`${alias}.updated_at`) });
      case 'location':
        return identifierSlot(parameters, `${alias}.id`, locations(context, type));
      case 'version':
        return textSlot(parameters, 'exact', { value: () => `('W/"' || ${alias}.version || '"')` });
      default:
        return incomparableSlot();
    }
  };
  return { kind: 'complex', part: (sub) => ({ slot: part(sub) }), filled: () => 'true' };
}
