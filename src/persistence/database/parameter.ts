// Turns values into the text form in which PostgreSQL takes parameters.

/** What a statement may carry; JSON goes in as text made by the caller. */
export type Parameter = string | number | bigint | boolean | Date | Buffer | null | undefined | readonly (string | number | null | undefined)[] | readonly boolean[];

/** The text of one parameter; null and undefined are NULL, arrays become array literals. */
export function toParameter(value: Parameter): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  if (Array.isArray(value)) return arrayOf(value);
  return String(value);
}

/** Lists of ids have a hundred thousand elements and nothing to escape: those are joined at once. */
function arrayOf(values: readonly unknown[]): string {
  if (values.length === 0) return '{}';
  return values.every(isPlain) ? `{"${values.join('","')}"}` : `{${values.map(arrayElement).join(',')}}`;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('"') && !value.includes('\\');
}

function arrayElement(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  return `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
