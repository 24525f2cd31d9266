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

/** Columns under their heads, one line for each row. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, ...rows].map((row) => row.map(printable));
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))));
  return lines.map((line) => `${line.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell))).join('  ').trimEnd()}\n`).join('');
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
