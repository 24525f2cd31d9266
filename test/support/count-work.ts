// Counts what a synchronous function does instead of timing it: the same on every machine, and quadratic work shows as four times the steps.

type Method = (...values: never[]) => unknown;

/** What one call of a method costs; by default the elements or characters it may look at. */
type Cost = (self: unknown, values: readonly unknown[], result: unknown) => number;

const one: Cost = () => 1;
const lengthOf = (value: unknown): number => (typeof value === 'string' || Array.isArray(value) ? value.length : 1);
const own: Cost = (self) => lengthOf(self) + 1;
const made: Cost = (_, __, result) => lengthOf(result) + 1;
/** A search looks at what lies between its start and what it found. */
const searched: Cost = (self, [, from], result) => {
  const start = typeof from === 'number' ? from : 0;
  const end = typeof result === 'number' && result >= 0 ? result : lengthOf(self);
  return Math.max(0, end - start) + 1;
};

const counted: readonly (readonly [holder: object, names: readonly string[], cost: Cost])[] = [
  [String.prototype, ['charCodeAt', 'codePointAt', 'charAt', 'startsWith', 'endsWith'], one],
  [String.prototype, ['indexOf', 'lastIndexOf'], searched],
  [String.prototype, ['replace', 'replaceAll', 'split', 'normalize', 'toLowerCase', 'isWellFormed', 'trim'], own],
  [Array.prototype, ['includes', 'indexOf', 'find', 'findIndex', 'some', 'every', 'map', 'flatMap', 'filter', 'forEach', 'reduce', 'concat', 'join', 'sort'], own],
  [String.prototype, ['slice', 'substring'], made],
  [Array.prototype, ['slice', 'splice'], made],
  [Map.prototype, ['get', 'set', 'has', 'delete'], one],
  [Set.prototype, ['add', 'has', 'delete'], one],
  [WeakMap.prototype, ['get', 'set'], one],
  [Object, ['keys', 'entries', 'values', 'hasOwn', 'fromEntries'], made],
  [JSON, ['stringify'], made],
];

/** The steps of a run: calls of the built-in methods that look at texts and collections, each with the length of what it looks at. */
export function countWork(run: () => void): number {
  let work = 0;
  const undo: (() => void)[] = [];
  for (const [holder, names, cost] of counted) {
    for (const name of names) {
      const descriptor = Object.getOwnPropertyDescriptor(holder, name);
      const method = descriptor?.value as Method | undefined;
      if (descriptor === undefined || method === undefined) throw new Error(`there is no ${name} to count`);
      const counting = function (this: unknown, ...values: never[]): unknown {
        const result = Reflect.apply(method, this, values);
        work += cost(this, values, result);
        return result;
      };
      Object.defineProperty(holder, name, { ...descriptor, value: counting });
      undo.push(() => Object.defineProperty(holder, name, descriptor));
    }
  }
  try {
    run();
  } finally {
    for (const restore of undo) restore();
  }
  return work;
}

/** How many times the work grows when the size doubles: 2 where it is linear, 4 where it is quadratic, 1 where it is stopped. */
export function growthOf(size: number, run: (size: number) => () => void): number {
  // What is made once, such as an index of a schema, belongs to neither.
  run(size)();
  const [small, large] = [run(size), run(2 * size)];
  return countWork(large) / countWork(small);
}
