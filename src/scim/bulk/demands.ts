// What an operation may have in common with others beside references: names that must be unique, and rules that look at several resources.
import { foldCase } from '../filter/comparable.ts';
import type { Attribute, ResourceType } from '../schema/attribute.ts';
import { hasEndlessMarks, isObject } from '../schema/check-value.ts';
import { indexedTextLength } from '../schema/define.ts';
import type { SoundOperation } from './bulk-operation.ts';

/**
 * `alone`: the operation may free a name, end an access or meet a guard, so that its place among the others matters. Otherwise only
 * operations with a word in common have to keep their order.
 */
export interface Demands {
  readonly alone: boolean;
  readonly words: readonly string[];
}

/**
 * Creations demand the names they take. A PATCH that comes near none of the attributes that identify or admit somebody demands nothing;
 * any other change and every removal has to be alone. https://www.rfc-editor.org/rfc/rfc7644#section-3.7 ("the same stateful result")
 */
export function demandsOf({ method, place, data }: SoundOperation): Demands {
  const names = tellingNames(place.type);
  if (method === 'POST') return { alone: false, words: wordsUnder(data, names) };
  return { alone: method !== 'PATCH' || tells(data, '', names), words: [] };
}

const tellingPlaces: ReadonlySet<string | undefined> = new Set(['userName', 'externalId', 'displayName', 'emails', 'active']);
const known = new WeakMap<ResourceType, readonly string[]>();

/** In lower case: attributes that are unique, by which a person is found, or that open and close an access. */
function tellingNames(type: ResourceType): readonly string[] {
  const found = known.get(type) ?? namesOf(type);
  known.set(type, found);
  return found;
}

function namesOf({ schema, extensions }: ResourceType): string[] {
  const attributes = [schema, ...extensions.map((extension) => extension.schema)].flatMap((one) => one.attributes);
  const telling = attributes.filter(({ stored, uniqueness, mutability }: Attribute) => tellingPlaces.has(stored) || (uniqueness !== 'none' && mutability !== 'readOnly'));
  return [...new Set(['externalId', 'roles', ...telling.map(({ name }) => name)].map((name) => name.toLowerCase()))];
}

/** All texts under telling names, at the top or in the object of a schema; folded more than any comparison folds them. */
function wordsUnder(data: unknown, names: readonly string[]): string[] {
  if (!isObject(data)) return [];
  const words = new Set<string>();
  for (const [key, value] of Object.entries(data)) {
    const lower = key.toLowerCase();
    if (lower.startsWith('urn:') && isObject(value)) for (const word of wordsUnder(value, names)) words.add(word);
    if (names.some((name) => lower.includes(name))) collectWords(value, words);
  }
  return [...words];
}

/** Sub-attributes of an e-mail address that many have in common. */
const labels: ReadonlySet<string> = new Set(['type', 'display', 'primary']);

/** What cannot be stored is no name that anybody could take, and to normalise it might take minutes. */
function collectWords(value: unknown, words: Set<string>): void {
  if (typeof value === 'number') words.add(String(value));
  else if (typeof value === 'string') {
    if (value.length <= indexedTextLength && !hasEndlessMarks(value)) words.add(foldCase(value).trim());
  } else if (typeof value === 'object' && value !== null) for (const [key, part] of Object.entries(value)) if (!labels.has(key.toLowerCase())) collectWords(part, words);
}

/** Whether a PATCH names one of the attributes anywhere: in a path, in a key, or in a text that may be JSON. */
function tells(value: unknown, key: string, names: readonly string[]): boolean {
  const lower = key.toLowerCase();
  if (names.some((name) => lower.includes(name))) return true;
  if (typeof value === 'string') return lower === 'path' && names.some((name) => value.toLowerCase().includes(name));
  if (Array.isArray(value)) return value.some((element: unknown) => tells(element, '', names));
  return isObject(value) && Object.entries(value).some(([name, part]) => tells(part, name, names));
}
