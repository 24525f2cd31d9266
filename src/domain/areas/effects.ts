// The effects of all areas; an event without an effect does not compile.
import type { EffectTable } from '../effect.ts';
import type { AreaEvent } from './all.ts';
import { connectionEffects } from './connection-effects.ts';

/** One entry for each kind of event. */
export const areaEffects: EffectTable<AreaEvent> = { ...connectionEffects };
