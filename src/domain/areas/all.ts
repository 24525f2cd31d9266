// The areas of the domain that stand beside members, groups and resources: one line each for events, changes and audited actions.
import type { ConnectionAction, ConnectionChange, ConnectionEvent } from './connections.ts';

/** Decisions of all areas. */
export type AreaEvent = ConnectionEvent;

/** What storage is told by all areas. */
export type AreaChange = ConnectionChange;

/** Audited actions of all areas. */
export type AreaAction = ConnectionAction;
