// Places of the attributes of groups, over a row `g` of scim_group, and of the members of one group.
import type { Attribute, AttributePath } from '../../scim/schema/attribute.ts';
import { commonPlace, locations, simple, type FilterContext, type ResourceRow } from './common-places.ts';
import { groupType, userType } from '../../scim/schema/resource-types.ts';
import type { Place } from './place.ts';
import type { ParameterList } from './parameters.ts';
import { identifierSlot, incomparableSlot, textSlot, type Slot } from './slot.ts';

const row: ResourceRow = { alias: 'g', type: groupType, links: 'group_link', linked: 'group_id' };

/** The place of an attribute of groups. */
export function groupPlace(context: FilterContext, parameters: ParameterList, path: AttributePath): Place {
  switch (path.attribute.stored) {
    case 'displayName':
      return simple({ slot: textSlot(parameters, 'keyed', { value: () => 'g.display_name_key' }) });
    case 'members': {
      const rows = { from: 'group_member x', where: 'x.workspace_id = g.workspace_id and x.group_id = g.id', order: 'x.member_id' };
      const part = memberPart(context, parameters, { id: 'x.member_id', type: 'x.member_type', display });
      return { kind: 'complex', rows, part: (sub) => ({ slot: part(sub) }), filled: () => 'true' };
    }
    default:
      return commonPlace(row, context, parameters, path);
  }
}

/** The name that a user shows where others name it: the displayName, else the userName. `alias` is a row of membership. */
export function shownName(alias: string): string {
  return `coalesce(${alias}.profile ->> 'displayName', ${alias}.user_name)`;
}

/** Expressions for a member: its id, its type and its name, which may be NULL. */
export interface MemberRow {
  readonly id: string;
  readonly type: string;
  readonly display: string;
}

/** The slots of the sub-attributes of one member. */
export function memberPart(context: Pick<FilterContext, 'baseUrl'>, parameters: ParameterList, { id, type, display }: MemberRow): (sub: Attribute) => Slot {
  const url = (): string => {
    const [users, groups] = [locations(context, userType), locations(context, groupType)].map((start) => parameters.add(start, 'text'));
    return `(case ${type} when 'User' then ${users} else ${groups} end || ${id}::text)`;
  };
  return ({ name }) => {
    switch (name) {
      case 'value':
        return identifierSlot(parameters, id);
      case 'type':
        return textSlot(parameters, 'keyed', { value: () => `lower(${type}) collate "C"` });
      case '$ref':
        return textSlot(parameters, 'exact', { value: url });
      case 'display':
        return textSlot(parameters, 'folded', { filled: () => `(${display} is not null)`, value: () => display });
      default:
        return incomparableSlot();
    }
  };
}

/** The name that a row `x` of group_member shows, NULL where the member is gone. */
const display = `(case x.member_type
  when 'User' then (select ${shownName('u')} from membership u where u.workspace_id = x.workspace_id and u.id = x.member_id)
  else (select y.display_name from scim_group y where y.workspace_id = x.workspace_id and y.id = x.member_id) end)`;
