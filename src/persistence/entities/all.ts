// Every entity of the database, one for each table.
import type { EntitySchema } from '@mikro-orm/core';
import { Organization } from './organization.entity.ts';

export const entities: EntitySchema[] = [Organization];
