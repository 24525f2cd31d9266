// Turns results into text for a terminal or a script; assumes nothing of the values, which may come from any identity provider.

/** Control characters and those that reorder or hide text: a terminal would obey them. */
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** The text with every such character spelled out. */
export function printable(text: string): string {
  return text.replace(unprintable, escaped);
}

/** JSON for people and programs alike; stays JSON, with the same characters spelled out. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replace(unprintable, (character) => (character === '\n' ? character : escaped(character)))}\n`;
}

/** A list of JSON for people and programs alike, as `json` would print it, but page by page. */
export function jsonList(out: (text: string) => void): { readonly add: (values: readonly unknown[]) => void; readonly end: () => void } {
  let before = '[\n';
  return {
    add: (values) => {
      if (values.length === 0) return;
      // Without the brackets of the page, which is one list with those before it.
      out(`${before}${json(values).slice('[\n'.length, -'\n]\n'.length)}`);
      before = ',\n';
    },
    end: () => out(before === '[\n' ? '[]\n' : '\n]\n'),
  };
}

/** Columns under their heads, one line for each row. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return tablePages(heads)(rows);
}

/** The same for rows that come page by page: the heads stand before the first page, and a column is never narrower than before. */
export function tablePages(heads: readonly string[]): (rows: readonly (readonly string[])[]) => string {
  let widths: readonly number[] = heads.map(() => 0);
  let first = true;
  return (rows) => {
    const lines = [...(first ? [heads] : []), ...rows].map((row) => row.map(printable));
    first = false;
    widths = widths.map((width, column) => lines.reduce((widest, line) => Math.max(widest, widthOf(line[column] ?? '')), width));
    return lines.map((line) => `${line.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell))).join('  ').trimEnd()}\n`).join('');
  };
}

/** A moment to the second, in UTC; a dash for none. */
export function moment(date: Date | undefined): string {
  return date === undefined ? '-' : `${date.toISOString().slice(0, 19)}Z`;
}

function widthOf(text: string): number {
  return [...text].length;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
