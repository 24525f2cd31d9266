// All reads of records on one pool.
import type { Pool } from 'pg';
import type { AuditReads, ScheduleReads, SeatReads, SettingsReads } from '../../domain/records.ts';
import { createAuditReads } from './audit-reads.ts';
import { createScheduleReads } from './schedule-reads.ts';
import { createSeatReads } from './seat-reads.ts';
import { createSettingsReads } from './settings-reads.ts';

/** The reads by what they read. */
export interface RecordReads {
  readonly schedules: ScheduleReads;
  readonly audit: AuditReads;
  readonly seats: SeatReads;
  readonly settings: SettingsReads;
}

/** Builds them. */
export function createRecordReads(pool: Pool): RecordReads {
  return { schedules: createScheduleReads(pool), audit: createAuditReads(pool), seats: createSeatReads(pool), settings: createSettingsReads(pool) };
}
