// What people read of connections: the port that storage implements.
import type { IntentAct } from '../model/blocked-intent.ts';
import type { Call } from '../model/caller.ts';
import type { ConnectionPolicy } from '../model/connection-policy.ts';
import type { HoldSource } from '../model/membership.ts';
import type { Page, PageCut } from '../ports.ts';
import type { Outcome, RefusalRule } from '../refusals.ts';

/** A live token as people see it. Times are ISO 8601 in UTC with milliseconds; null where there is none. */
export interface TokenView {
  readonly id: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

/** A connection with its live tokens; `departures` are those of the present window, up to the one that gave an alert, `openIntents` what guards refused to it and nobody has resolved. */
export interface ConnectionView {
  readonly id: string;
  readonly label: string;
  readonly paused: boolean;
  readonly policy: ConnectionPolicy;
  readonly tokens: readonly TokenView[];
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
  readonly departures: number;
  readonly trippedAt: string | null;
  readonly openIntents: number;
}

/** The states of a blocked intent. */
export const intentStatuses = ['open', 'dismissed', 'finished', 'resolved'] as const;

/** What happened to a blocked intent; one on a member who is gone is `resolved`. */
export type IntentStatus = (typeof intentStatuses)[number];

/** Something that an identity provider asked for and a guard refused; `times` counts the tries. */
export interface IntentView {
  readonly id: string;
  readonly connection: { readonly id: string; readonly label: string };
  readonly member: { readonly id: string; readonly userName: string };
  readonly act: IntentAct;
  readonly rule: RefusalRule;
  readonly times: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly status: IntentStatus;
}

/**
 * A member for whom the last word of an identity provider is not in effect: `withheld` by holds of others, `refused` by a guard, or
 * `overridden` by an owner.
 */
export interface DriftView {
  readonly memberId: string;
  readonly userName: string;
  readonly asserted: 'active' | 'inactive';
  readonly effective: 'active' | 'inactive';
  readonly why: 'withheld' | 'refused' | 'overridden';
  readonly holds: readonly HoldSource[];
  readonly rule: RefusalRule | null;
}

/** A request of a connection with its answer; bodies are masked and null unless the policy keeps them. */
export interface LoggedRequest {
  readonly id: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly problem: string | null;
  readonly durationMs: number;
  readonly requestId: string;
  readonly request: unknown;
  readonly response: unknown;
}

/** Which requests are listed; what is undefined restricts nothing. `statusClass` 4 are 400 to 499. */
export interface RequestFilter {
  readonly status?: number | undefined;
  readonly statusClass?: number | undefined;
  readonly path?: string | undefined;
  readonly method?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Reads of connections. Each checks the credential and refuses `permission-denied` without `connections.write`. */
export interface ConnectionReads {
  all(call: Call): Promise<Outcome<readonly ConnectionView[]>>;
  one(call: Call, id: string): Promise<Outcome<ConnectionView>>;
  intents(call: Call, query: PageCut & { readonly status: IntentStatus; readonly connectionId?: string | undefined; readonly memberId?: string | undefined }): Promise<Outcome<Page<IntentView>>>;
  intent(call: Call, id: string): Promise<Outcome<IntentView>>;
  drift(call: Call, id: string, cut: PageCut): Promise<Outcome<Page<DriftView>>>;
  requests(call: Call, id: string, query: PageCut & RequestFilter): Promise<Outcome<Page<LoggedRequest>>>;
  request(call: Call, id: string, requestId: string): Promise<Outcome<LoggedRequest>>;
}
