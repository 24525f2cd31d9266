// Reads CSV as RFC 4180 has it and as spreadsheets write it: quoted fields, both line ends, a byte order mark; nothing else is guessed.

/** A record with the line on which it begins, counted from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

const plainField = /[^",\r\n]*/y;
const lineEnd = /\r\n|\r|\n/g;

/** What cannot be read as CSV, in a sentence for whoever made the file. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

/** The records; blank lines are passed over. Throws a CsvError that names the line of a quote that stands or is missing where it may not. */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const from = at;
    const fields: string[] = [];
    for (let more = true; more; ) {
      const end = endOfField(text, at);
      const ends = end === undefined ? 'x' : text.charAt(end);
      if (end === undefined || !['', ',', '\r', '\n'].includes(ends)) {
        throw new CsvError(`Line ${line} of the CSV has a double quote that is not closed, or that stands inside a field without quotes around it.`);
      }
      const written = text.slice(at, end);
      fields.push(written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written);
      line += written.match(lineEnd)?.length ?? 0;
      more = ends === ',';
      at = end + (more ? 1 : 0);
    }
    if (at > from) records.push({ line: start, fields });
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
  }
  return records;
}

/** Where the field that begins at a place ends, its quotes included; undefined when they are not closed. */
function endOfField(text: string, at: number): number | undefined {
  if (text.charAt(at) !== '"') {
    plainField.lastIndex = at;
    plainField.test(text);
    return plainField.lastIndex;
  }
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 2)) {
    if (text.charAt(quote + 1) !== '"') return quote + 1;
  }
  return undefined;
}
