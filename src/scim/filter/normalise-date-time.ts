// Brings dateTime texts to one form, so that equal moments are equal texts.
import { isDateTime } from '../schema/date-time.ts';

/**
 * A dateTime (https://www.rfc-editor.org/rfc/rfc7643#section-2.3.5) in UTC as `2011-05-13T04:42:34.000Z`, with six digits of fraction
 * where the text gives microseconds; finer digits are cut off. Without an offset it is taken as UTC. undefined for texts that are none
 * and for moments outside the years 1 to 9999 in UTC.
 */
export function normaliseDateTime(text: string): string | undefined {
  if (!isDateTime(text)) return undefined;
  const [, fraction = '', offset = 'Z'] = /^.{19}(?:\.(\d+))?(.+)?$/.exec(text) ?? [];
  const moment = new Date(`${text.slice(0, 19)}${offset}`).toISOString();
  if (moment.length !== 24 || moment.startsWith('0000')) return undefined;
  const digits = fraction.slice(0, 6).padEnd(6, '0');
  return `${moment.slice(0, 20)}${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`;
}
