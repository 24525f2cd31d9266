// What a filter or a sort is about: users, groups, or resources of one of the operator's types.
import type { ResourceKind } from '../../domain/model/resource.ts';
import type { AttributePath } from '../../scim/schema/attribute.ts';
import { commonPlace, type FilterContext } from './common-places.ts';
import { groupPlace } from './group-places.ts';
import type { ParameterList } from './parameters.ts';
import type { Place } from './place.ts';
import { userPlace } from './user-places.ts';

/** Over the alias `m` of membership, `g` of scim_group, or `r` of scim_resource. */
export type Target = 'User' | 'Group' | ResourceKind;

/** The place of an attribute of the target. */
export function placeIn(target: Target, context: FilterContext, parameters: ParameterList, path: AttributePath): Place {
  if (target === 'User') return userPlace(context, parameters, path);
  if (target === 'Group') return groupPlace(context, parameters, path);
  return commonPlace({ alias: 'r', type: target, links: 'resource_link', linked: 'resource_id' }, context, parameters, path);
}
