// How a job stands in one process; of no tenant.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const JobStateEntity = defineEntity({
  name: 'JobState',
  tableName: 'usher_job_state',
  properties: {
    job: p.text().primary(),
    instance: p.text().primary(),
    lastRunAt: instant(),
    lastSuccessAt: instant().nullable(),
    lastErrorAt: instant().nullable(),
    lastError: p.text().nullable(),
    pieces: p.bigint(),
  },
});
