// The assertion operators of transcripts: each says whether a found value is as wanted.
import { isDeepStrictEqual } from 'node:util';

type Check = (found: unknown, wanted: unknown) => boolean;

export const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['eq', isDeepStrictEqual],
  ['ne', (found, wanted) => !isDeepStrictEqual(found, wanted)],
  ['ieq', (found, wanted) => String(found).toLowerCase() === String(wanted).toLowerCase()],
  ['exists', (found) => !isMissing(found) && found !== ''],
  ['absent', isMissing],
  ['empty', isEmpty],
  ['type', (found, wanted) => typeOf(found) === wanted],
  ['contains', (found, wanted) => Array.isArray(found) && found.includes(wanted)],
  ['not_contains', (found, wanted) => !Array.isArray(found) || !found.includes(wanted)],
  ['has', (found, wanted) => Array.isArray(found) && found.some((element) => holds(element, wanted))],
  ['not_has', (found, wanted) => !Array.isArray(found) || !found.some((element) => holds(element, wanted))],
  ['length', (found, wanted) => Array.isArray(found) && found.length === wanted],
  ['length_gte', (found, wanted) => Array.isArray(found) && found.length >= Number(wanted)],
  ['length_lte', (found, wanted) => Array.isArray(found) && found.length <= Number(wanted)],
  ['starts_with', (found, wanted) => typeof found === 'string' && found.startsWith(String(wanted))],
  ['matches', (found, wanted) => typeof found === 'string' && new RegExp(String(wanted), 'u').test(found)],
  ['in', (found, wanted) => Array.isArray(wanted) && wanted.includes(found)],
]);

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isEmpty(value: unknown): boolean {
  if (isMissing(value) || value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

/** Whether an element has every member of another object with the same value. */
function holds(element: unknown, members: unknown): boolean {
  if (typeof members !== 'object' || members === null) return isDeepStrictEqual(element, members);
  if (typeof element !== 'object' || element === null) return false;
  return Object.entries(members).every(([name, part]) => Object.hasOwn(element, name) && holds((element as Record<string, unknown>)[name], part));
}
