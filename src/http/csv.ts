// Lines of CSV that no spreadsheet takes for formulas. https://www.rfc-editor.org/rfc/rfc4180#section-2

/** The media type of such an answer. */
export const csvType = 'text/csv; charset=utf-8; header=present';

/** One line with its end. A cell that would begin a formula gets an apostrophe in front. https://owasp.org/www-community/attacks/CSV_Injection */
export function csvLine(cells: readonly (string | number | boolean | null | undefined)[]): string {
  return `${cells.map((cell) => (typeof cell === 'string' ? quote(cell) : String(cell ?? ''))).join(',')}\r\n`;
}

function quote(text: string): string {
  const harmless = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
