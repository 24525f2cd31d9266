// Freezes the prototypes and constructors of the language, so that no input can change what every object inherits; runs once, after all imports.

/**
 * Left out, each for a measured reason: RegExp.prototype (V8 then gives up its fast path and every regular expression costs ten times as
 * much; no JSON value leads there) and the function Error (libraries and Node itself set Error.stackTraceLimit).
 */
const constructors: readonly NativeConstructor[] = [
  ...[Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Date, Map, Set, WeakMap, WeakSet, WeakRef, FinalizationRegistry, Promise],
  ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError],
  ...[ArrayBuffer, SharedArrayBuffer, DataView, Object.getPrototypeOf(Uint8Array) as NativeConstructor],
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array],
  ...[async () => undefined, function* () {}, async function* () {}].map((kind) => kind.constructor as unknown as NativeConstructor),
];

/** Those that have no constructor: of iterators and generators. */
const iteratorPrototypes: readonly object[] = [
  ...[[][Symbol.iterator](), new Map()[Symbol.iterator](), new Set()[Symbol.iterator](), ''[Symbol.iterator](), ''.matchAll(/x/g)].map(prototypeOf),
  ...[function* () {}, async function* () {}].map((kind) => prototypeOf(kind.prototype as object)),
  prototypeOf(prototypeOf([][Symbol.iterator]())),
  prototypeOf(prototypeOf(prototypeOf((async function* () {})()))),
];

/**
 * Objects inherit from these all the time and get properties of the same names assigned: `error.name = …`, `Sub.prototype.constructor = …`.
 * A frozen data property would make such an assignment throw. Array.prototype must keep data properties: with accessors map() costs twenty times as much.
 */
const assignedOver: ReadonlySet<object> = new Set<object>([Object, Function, Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError].map((kind) => kind.prototype));

interface NativeConstructor {
  readonly prototype: object;
}

export function freezePrototypes(): void {
  for (const kind of constructors) {
    if (assignedOver.has(kind.prototype)) allowAssignmentOver(kind.prototype);
    Object.freeze(kind.prototype);
    if (kind !== Error) Object.freeze(kind);
  }
  for (const prototype of iteratorPrototypes) Object.freeze(prototype);
}

/** Turns data properties into accessors that give what was there and let an inheriting object, and only that, get a property of its own. */
function allowAssignmentOver(prototype: object): void {
  for (const name of Reflect.ownKeys(prototype)) {
    const { value, configurable, enumerable = false, writable } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
    if (configurable !== true || writable !== true) continue;
    Object.defineProperty(prototype, name, {
      configurable: false,
      enumerable,
      get: () => value as unknown,
      set(this: object, own: unknown) {
        if (this === prototype) throw new TypeError(`${String(name)} of a frozen prototype cannot be changed`);
        Object.defineProperty(this, name, { value: own, configurable: true, enumerable: true, writable: true });
      },
    });
  }
}

function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) as object;
}
