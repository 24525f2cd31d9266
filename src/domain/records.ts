// The ports through which records are read: booked deactivations, the audit log, seats, settings, and the answers kept for repeated requests.
import type { Call } from './model/caller.ts';
import type { WorkspacePolicy } from './model/workspace.ts';
import type { Page, PageCut } from './ports.ts';
import type { Outcome } from './refusals.ts';

/** How a booked deactivation stands: `blocked` means that a guard refused it when its time came. */
export type ScheduleStatus = 'pending' | 'done' | 'blocked' | 'cancelled' | 'replaced';

/** A booked deactivation as answers show it. `on` is a calendar day in `timeZone`, the other times are ISO 8601 in UTC with milliseconds. */
export interface ScheduleView {
  readonly id: string;
  readonly memberId: string;
  readonly userName: string;
  readonly on: string;
  readonly runsAt: string;
  readonly timeZone: string;
  readonly suspendApiKeys: boolean;
  readonly reason: string | undefined;
  readonly status: ScheduleStatus;
  readonly bookedBy: string | undefined;
  readonly bookedAt: string;
  readonly endedAt: string | undefined;
}

/** Reads of booked deactivations. Refuses `not-found` and `permission-denied` by what the caller may see. */
export interface ScheduleReads {
  /** The pending one of a member, else the one booked last. */
  ofMember(call: Call, memberId: string): Promise<Outcome<ScheduleView>>;
  /** Those of the workspace in the order of their time. */
  list(call: Call, query: PageCut & { readonly status: ScheduleStatus | undefined }): Promise<Outcome<Page<ScheduleView>>>;
}

/** Which events of the audit log are asked for; what is undefined restricts nothing. `memberId` finds what a member did or what was done to it. */
export interface AuditFilter {
  readonly actorId?: string | undefined;
  readonly targetId?: string | undefined;
  readonly memberId?: string | undefined;
  readonly actions?: readonly string[] | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** By whom: the kind of the actor. */
  readonly source?: string | undefined;
  readonly batchId?: string | undefined;
  /** From this moment on, ISO 8601. */
  readonly from?: string | undefined;
  /** Before this moment, ISO 8601. */
  readonly to?: string | undefined;
}

/** How an audited attempt ended. */
export type AuditOutcome = 'success' | 'denied' | 'withheld';

/** An event of the audit log. `seq` is there once it is sealed, `reason` unless there was none or it was erased, names while the members are there. */
export interface AuditView {
  readonly id: string;
  readonly seq: number | undefined;
  readonly at: string;
  readonly action: string;
  readonly outcome: AuditOutcome;
  readonly actor: { readonly kind: string; readonly id: string | undefined; readonly name: string | undefined };
  readonly target: { readonly id: string; readonly name: string | undefined } | undefined;
  readonly reason: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly batchId: string | undefined;
}

/** The end of the sealed part of a log. `hash` is in hex. */
export interface AuditHead {
  readonly workspaceId: string;
  readonly seq: number;
  readonly hash: string | undefined;
  readonly unsealed: number;
}

/** How the chain of a log stands, as `verifyAudit` of the storage tells it. */
export interface ChainVerdict {
  readonly sealed: number;
  readonly unsealed: number;
  readonly head: string | undefined;
  readonly fault: { readonly seq: number; readonly why: string; readonly eventId: string | undefined } | undefined;
}

/** Reads of the audit log. Refuses `permission-denied` without `audit.read`; a list counts at most 10,000 events. */
export interface AuditReads {
  list(call: Call, query: AuditFilter & PageCut): Promise<Outcome<Page<AuditView>>>;
  /** All that match, newest first, of one moment and in pieces. It holds storage's means until it is read to its end or closed; refuses `busy` when they are in use. */
  everything(call: Call, filter: AuditFilter): Promise<Outcome<AsyncIterableIterator<readonly AuditView[]>>>;
  head(call: Call): Promise<Outcome<AuditHead>>;
  verify(call: Call): Promise<Outcome<ChainVerdict>>;
}

/** The seats of an organization; no limit means any number. `free` is never below zero. */
export interface SeatCountView {
  readonly used: number;
  readonly limit: number | undefined;
  readonly free: number | undefined;
}

/** A workspace because of which somebody holds a seat. `workspace` is undefined where its name is not shown. */
export interface SeatPlace {
  readonly here: boolean;
  readonly workspace: { readonly id: string; readonly name: string } | undefined;
  readonly memberId: string | undefined;
  readonly userName: string | undefined;
  readonly status: string;
}

/** A person who holds a seat, with every workspace because of which. */
export interface SeatHolder {
  readonly accountId: string;
  readonly places: readonly SeatPlace[];
}

/** A step of the seat ledger; `balance` is there once it is sealed. */
export interface SeatStep {
  readonly id: string;
  readonly at: string;
  readonly delta: -1 | 1;
  readonly balance: number | undefined;
  readonly accountId: string;
  readonly here: boolean;
  readonly workspace: { readonly id: string; readonly name: string } | undefined;
  readonly auditId: string | undefined;
}

/** A day on which seats may become free: `change` is what happens to the count on it. */
export interface SeatProspect {
  readonly at: string;
  readonly kind: 'invitation' | 'deactivation';
  readonly accountId: string;
  readonly here: boolean;
  readonly workspace: { readonly id: string; readonly name: string } | undefined;
  readonly change: -1 | 0;
}

/** Reads of seats. Refuses `permission-denied`: the count needs `billing.read` or `members.invite`, everything else `billing.read`. */
export interface SeatReads {
  count(call: Call): Promise<Outcome<SeatCountView>>;
  holders(call: Call, cut: PageCut): Promise<Outcome<Page<SeatHolder>>>;
  ledger(call: Call, cut: PageCut): Promise<Outcome<Page<SeatStep>>>;
  forecast(call: Call): Promise<Outcome<readonly SeatProspect[]>>;
}

/** The settings of a workspace. */
export interface WorkspaceView {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly timeZone: string;
  readonly policy: WorkspacePolicy;
  readonly version: number;
}

/** The settings of an organization. `accountOwnerId` is an account. */
export interface OrganizationView {
  readonly id: string;
  readonly name: string;
  readonly seatLimit: number | undefined;
  readonly accountOwnerId: string;
  readonly version: number;
}

/** Reads of settings. The workspace's are shown to every member, the organization's need `organization.read` or the account ownership. */
export interface SettingsReads {
  workspace(call: Call): Promise<Outcome<WorkspaceView>>;
  organization(call: Call): Promise<Outcome<OrganizationView>>;
}

/** Whose key it is and of which request: the same key means the same request only with the same fingerprint. */
export interface AnswerKey {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly holder: string;
  readonly key: string;
  readonly fingerprint: Uint8Array;
  readonly requestId: string;
}

/** What a key is found to be: `mine` to be worked on now, or what somebody did with it before. `lost` is done, but its answer is not known. */
export type KeyState =
  | { readonly kind: 'mine' }
  | { readonly kind: 'other' | 'running' }
  | { readonly kind: 'lost'; readonly requestId: string }
  | { readonly kind: 'answered'; readonly sealed: string };

/** Answers of requests that must not be done twice. */
export interface AnswerMemory {
  /** Takes a key for this request, or tells what became of it, in a transaction of its own. */
  reserve(key: AnswerKey): Promise<KeyState>;
  /** Keeps the answer. */
  keep(key: AnswerKey, status: number, sealed: string): Promise<void>;
  /** Gives the key back: nothing was done. */
  release(key: AnswerKey): Promise<void>;
  /** Nobody works on it any more and nobody knows whether it was done: the next request with the key finds out. */
  abandon(key: AnswerKey): Promise<void>;
}
