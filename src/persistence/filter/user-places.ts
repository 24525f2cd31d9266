// Places of the attributes of users, over a row `m` of membership that is live.
import type { Attribute, AttributePath } from '../../scim/schema/attribute.ts';
import { keyOf } from '../../domain/model/keys.ts';
import { groupType, userType } from '../../scim/schema/resource-types.ts';
import { commonPlace, locations, simple, type FilterContext, type ResourceRow } from './common-places.ts';
import { documentPlace } from './document.ts';
import { shownName } from './group-places.ts';
import type { Place, Slots } from './place.ts';
import type { ParameterList } from './parameters.ts';
import { booleanSlot, identifierSlot, incomparableSlot, shownTime, textSlot, timeSlot, type Slot } from './slot.ts';

const row: ResourceRow = { alias: 'm', type: userType, links: 'membership_link', linked: 'membership_id' };

/** The place of an attribute of users. */
export function userPlace(context: FilterContext, parameters: ParameterList, path: AttributePath): Place {
  switch (path.attribute.stored) {
    case 'userName':
      return simple({ slot: textSlot(parameters, 'keyed', { value: () => 'm.user_name_key' }) });
    case 'active':
      return simple({ slot: booleanSlot({ value: () => `(m.status <> 'deactivated')` }) });
    case 'emails':
      return emailsPlace(parameters, path);
    case 'groups':
      return groupsPlace(context, parameters);
    case 'manager':
      return managerPlace(context, parameters, path);
    case 'status':
      return simple({ slot: textSlot(parameters, 'keyed', { value: () => 'm.status collate "C"' }) });
    case 'role':
      return simple({ slot: textSlot(parameters, 'keyed', { value: () => 'm.role collate "C"' }) });
    case 'roleSource':
      return simple({ slot: textSlot(parameters, 'keyed', { value: () => `(case when m.role = m.base_role then 'direct' else 'group' end) collate "C"` }) });
    case 'seatHeld':
      return simple({ slot: booleanSlot({ value: () => seatHeld }) });
    case 'scheduledDeactivation':
      return simple({ slot: timeSlot(parameters, { value: () => scheduledDeactivation, filled: () => `${scheduledDeactivation} is not null` }) });
    case 'holds':
      return holdsPlace(parameters);
    default:
      return commonPlace(row, context, parameters, path);
  }
}

const seatHeld = `exists (select from seat_claim c where c.organization_id = m.organization_id and c.account_id = m.account_id
  and c.workspace_id = m.workspace_id)`;

const scheduledDeactivation = `(select ${shownTime('s.run_at')} from scheduled_action s where s.workspace_id = m.workspace_id and s.membership_id = m.id and s.status = 'pending')`;

/**
 * The document says what the e-mails are; membership_email repeats `value_key` of each of its elements that has a value and only finds
 * them. The list of ids lets its index do so also inside `or`.
 */
function emailsPlace(parameters: ParameterList, path: AttributePath): Place {
  const place = documentPlace(parameters, 'm.profile', path);
  if (place.kind === 'simple') return place;
  return {
    ...place,
    equals: (sub, value) =>
      sub.name === 'value'
        ? `m.id = any (array(select i.membership_id from membership_email i where i.value_key = ${parameters.add(keyOf(String(value)), 'text')}))`
        : undefined,
  };
}

function groupsPlace(context: FilterContext, parameters: ParameterList): Place {
  const part = ({ name }: Attribute): Slot => {
    switch (name) {
      case 'value':
        return identifierSlot(parameters, 'x.group_id');
      case '$ref':
        return identifierSlot(parameters, 'x.group_id', locations(context, groupType));
      case 'display':
        return textSlot(parameters, 'keyed', { value: () => 'y.display_name_key' });
      case 'type':
        return textSlot(parameters, 'keyed', { value: () => `'direct'` });
      default:
        return incomparableSlot();
    }
  };
  const rows = {
    from: 'group_member x join scim_group y on y.workspace_id = x.workspace_id and y.id = x.group_id',
    where: 'x.workspace_id = m.workspace_id and x.member_id = m.id',
    order: 'x.group_id',
  };
  return { kind: 'complex', rows, part: (sub) => ({ slot: part(sub) }), filled: () => 'true' };
}

/** Only `value` is in the document; name and URL are there while the manager is a user here. */
function managerPlace(context: FilterContext, parameters: ParameterList, path: AttributePath): Place {
  const place = documentPlace(parameters, 'm.profile', path);
  if (place.kind === 'simple') return place;
  const rows = { from: 'membership x', where: 'x.workspace_id = m.workspace_id and x.id = m.manager_id and x.deleted_at is null' };
  const part = (sub: Attribute): Slots => {
    switch (sub.name) {
      case '$ref':
        return { rows, slot: identifierSlot(parameters, 'x.id', locations(context, userType)) };
      case 'displayName':
        return { rows, slot: textSlot(parameters, 'folded', { value: () => shownName('x') }) };
      default:
        return place.part(sub);
    }
  };
  return { ...place, part };
}

function holdsPlace(parameters: ParameterList): Place {
  const part = ({ name }: Attribute): Slot => {
    switch (name) {
      case 'source':
        return textSlot(parameters, 'exact', { value: () => 'x.source' });
      case 'since':
        return timeSlot(parameters, { value: () => shownTime('x.placed_at') });
      default:
        return incomparableSlot();
    }
  };
  const rows = { from: 'membership_hold x', where: 'x.workspace_id = m.workspace_id and x.membership_id = m.id', order: 'x.source' };
  return { kind: 'complex', rows, part: (sub) => ({ slot: part(sub) }), filled: () => 'true' };
}
