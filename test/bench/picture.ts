// Draws the ratios to the floor as one plain picture; assumes figures that have one.
import type { Figures } from './measure.ts';

const rowHeight = 28;
const left = 380;
const width = 420;
const right = 200;
const top = 56;

/** A bar for each workload: how much of the floor's rate the server reaches, the floor being the line at 1. */
export function drawFigures(figures: readonly Figures[]): string {
  const rows = figures.filter(({ ratio }) => ratio !== undefined);
  const scale = Math.max(1, ...rows.map(({ ratio }) => ratio ?? 0));
  const x = (value: number) => left + (width * value) / scale;
  const bottom = top + rows.length * rowHeight;
  const bars = rows.flatMap(({ title, ratio = 0, server }, index) => {
    const y = top + index * rowHeight;
    const p50 = server === undefined ? '' : `p50 ${server.p50 < 10 ? server.p50.toFixed(2) : Math.round(server.p50)} ms`;
    return [
      `<text x="${left - 10}" y="${y + 17}" text-anchor="end">${escape(title)}</text>`,
      `<rect x="${left}" y="${y + 4}" width="${(x(ratio) - left).toFixed(1)}" height="${rowHeight - 10}" fill="#3b6ea5"/>`,
      `<text x="${(x(ratio) + 6).toFixed(1)}" y="${y + 17}">${ratio.toFixed(2)} · ${p50}</text>`,
    ];
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((value) => [
    `<line x1="${x(value)}" y1="${top}" x2="${x(value)}" y2="${bottom}" stroke="${value === 1 ? '#a33' : '#ccc'}"/>`,
    `<text x="${x(value)}" y="${top - 8}" text-anchor="middle" fill="#555">${value}</text>`,
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + right}" height="${bottom + 16}" font-family="sans-serif" font-size="13">`,
    '<title>Usher: rate of each workload as a part of the floor</title>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${left}" y="24" font-weight="bold">Rate as a part of the floor (a bare server that checks nothing = 1)</text>`,
    ...ticks,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
