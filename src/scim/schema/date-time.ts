// Recognises the dateTime texts of SCIM; what passes here is also a valid time stamp for the database.

const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,12})?(?:Z|[+-](\d\d):(\d\d))?$/u;

/**
 * Whether a text is an xsd:dateTime with date and time, years 0001 to 9999, a day that exists, offsets up to 14 hours; leap seconds and
 * the hour 24 are not taken. https://www.rfc-editor.org/rfc/rfc7643#section-2.3.5
 */
export function isDateTime(text: string): boolean {
  const found = shape.exec(text);
  if (found === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = found.slice(1).map(Number);
  if (year < 1 || hour > 23 || minute > 59 || second > 59) return false;
  if (offsetMinute > 59 || offsetHour * 60 + offsetMinute > 14 * 60) return false;
  // A day or month that does not exist carries over into another month.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1;
}
