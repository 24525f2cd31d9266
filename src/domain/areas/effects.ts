// The effects of all areas; an event without an effect does not compile.
import type { EffectTable } from '../effect.ts';
import type { AreaEvent } from './all.ts';
import { belongingEffects } from './belonging-effects.ts';
import { connectionEffects } from './connection-effects.ts';
import { erasureEffects } from './erasure-effects.ts';
import { hostEffects } from './host-effects.ts';
import { invitationEffects } from './invitation-effects.ts';
import { roleEffects } from './role-effects.ts';
import { membersEffects } from './members-effects.ts';
import { scheduleEffects } from './schedule-effects.ts';
import { settingsEffects } from './settings-effects.ts';
import { keyEffects } from './key-effects.ts';
import { webhookEffects } from './webhook-effects.ts';

/** One entry for each kind of event. */
export const areaEffects: EffectTable<AreaEvent> = { ...webhookEffects, ...belongingEffects, ...keyEffects, ...connectionEffects, ...invitationEffects, ...membersEffects, ...scheduleEffects, ...settingsEffects, ...roleEffects, ...hostEffects, ...erasureEffects };
