// isDateTime: which texts count as a date and time.
import { describe, expect, it } from 'vitest';
import { isDateTime } from '../../../src/scim/schema/date-time.ts';

describe('isDateTime', () => {
  it.each(['2026-01-31T08:00:00Z', '2024-02-29T23:59:59.123456Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-05:30', '2026-01-31T08:00:00'])(
    'takes %s',
    (text) => {
      expect(isDateTime(text)).toBe(true);
    },
  );

  it.each([
    '',
    '2026-01-31',
    '2026-01-31 08:00:00Z',
    '2026-1-31T08:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T08:60:00Z',
    '2026-01-31T08:00:60Z',
    '2026-01-31T08:00:00+14:01',
    '2026-01-31T08:00:00+05:60',
    '2026-01-31T08:00:00.Z',
    '2026-01-31T08:00:00Z\n',
    ' 2026-01-31T08:00:00Z',
  ])('refuses %j', (text) => {
    expect(isDateTime(text)).toBe(false);
  });
});
