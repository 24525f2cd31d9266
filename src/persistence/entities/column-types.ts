// Types of columns that MikroORM would spell otherwise by itself.
import { p } from '@mikro-orm/core';

/** A moment with all digits that PostgreSQL keeps. */
export function instant() {
  return p.datetime().columnType('timestamptz');
}

export function textList() {
  return p.array<string>().columnType('text[]');
}

export function uuidList() {
  return p.array<string>().columnType('uuid[]');
}
