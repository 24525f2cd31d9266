// Writes a plan as a filter in one of its many spellings: random case, white space, escapes and brackets that change nothing.
import type { Plan, PlannedValue } from './plans.ts';

/** Numbers from 0 up to but not including 1, always the same for the same seed. */
export function sequence(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const binding: Record<Plan['kind'], number> = { any: 1, all: 2, no: 3, present: 3, compare: 3, element: 3 };
const shortEscapes = new Map(Array.from('"\\/\b\f\n\r\t', (unit, index) => [unit, `\\${'"\\/bfnrt'.charAt(index)}`]));

export function printPlan(plan: Plan, random: () => number): string {
  const maybe = (text: string): string => (random() < 0.15 ? text : '');
  const gap = (): string => (random() < 0.85 ? ' ' : [' \n', '\t', '   ', '\r\n'][Math.floor(random() * 4)] ?? ' ');
  const inBrackets = (text: string): string => `(${maybe(gap())}${text}${maybe(gap())})`;
  const anyCase = (text: string): string => {
    if (random() < 0.7) return text;
    return Array.from(text, (unit) => (random() < 0.5 ? unit.toUpperCase() : unit.toLowerCase())).join('');
  };
  const value = (planned: PlannedValue): string => (planned.written === 'string' ? printString(planned.text, random) : planned.text);

  const print = (each: Plan, around: number): string => {
    const text = bare(each);
    if (binding[each.kind] < around || random() < 0.1) return inBrackets(text);
    return text;
  };
  const bare = (each: Plan): string => {
    switch (each.kind) {
      case 'all':
      case 'any': {
        const [word, level] = each.kind === 'all' ? ['and', 2] : ['or', 1];
        return each.of.map((term) => print(term, level)).reduce((left, right) => `${left}${gap()}${anyCase(word)}${gap()}${right}`);
      }
      case 'no':
        return `${anyCase('not')}${maybe(' ') || ' '}${inBrackets(print(each.of, 0))}`;
      case 'present':
        return `${anyCase(each.name)}${gap()}${anyCase('pr')}`;
      case 'compare':
        return `${anyCase(each.name)}${gap()}${anyCase(each.operator)}${gap()}${value(each.value)}`;
      case 'element': {
        const behind = each.then === undefined ? '' : `.${bare(each.then)}`;
        return `${anyCase(each.name)}[${maybe(gap())}${print(each.inner, 0)}${maybe(gap())}]${behind}`;
      }
    }
  };
  return print(plan, 0);
}

function printString(text: string, random: () => number): string {
  const units = Array.from(text, (point) => {
    const short = shortEscapes.get(point);
    if (short !== undefined && (point !== '/' || random() < 0.3)) return random() < 0.8 ? short : hex(point, random);
    return point < ' ' || random() < 0.1 ? hex(point, random) : point;
  });
  return `"${units.join('')}"`;
}

function hex(point: string, random: () => number): string {
  return Array.from({ length: point.length }, (_, index) => {
    const digits = point.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${random() < 0.5 ? digits.toUpperCase() : digits}`;
  }).join('');
}
