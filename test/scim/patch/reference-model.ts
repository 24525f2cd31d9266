// A second, naive PATCH written from the specification alone: copies everything, compares everything with everything, knows no schema tree.
import { enterprise } from './patching.ts';

/** Plain JSON of a user; the model may change it. */
export type Json = Record<string, unknown>;

/** What one operation means, before it is put into some client's words. `where` are conditions joined by and; `how` compares them. */
export interface Step {
  readonly op: 'add' | 'remove' | 'replace';
  readonly attribute: string;
  readonly sub?: string | undefined;
  readonly where?: readonly { readonly sub: string; readonly value: string | boolean }[] | undefined;
  readonly how?: 'eq' | 'ne' | undefined;
  readonly value?: unknown;
}

/** Thrown with the scimType as message. */
export class Refused extends Error {}

const lists = ['emails', 'addresses'];
const complex = ['name', 'manager'];
const inExtension = ['department', 'manager'];

/** The user after all steps. */
export function modelPatch(user: Json, steps: readonly Step[]): Json {
  const result = structuredClone(user);
  for (const step of steps) checkForm(step);
  for (const step of steps) {
    const home = inExtension.includes(step.attribute) ? ((result[enterprise] ??= {}) as Json) : result;
    const next = lists.includes(step.attribute) ? list(step, (home[step.attribute] ?? []) as Json[]) : single(step, home[step.attribute]);
    if (next === undefined || (Array.isArray(next) && next.length === 0)) delete home[step.attribute];
    else home[step.attribute] = next;
    if (home !== result && Object.keys(home).length === 0) delete result[enterprise];
  }
  return result;
}

function empty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function checkForm({ op, attribute, sub, where, value }: Step): void {
  if (attribute === 'active' && (op === 'remove' || empty(value))) throw new Refused('invalidValue');
  if (attribute === 'userName' && op === 'remove') throw new Refused('mutability');
  if (attribute === 'userName' && empty(value)) throw new Refused('invalidValue');
  if (Array.isArray(value) && where === undefined && sub === undefined) {
    const kept = collapse(value.map((one) => tidy(attribute, one as Json)).filter((one) => one !== undefined));
    if (kept.filter((one) => one['primary'] === true).length > 1) throw new Refused('invalidValue');
  }
}

function single({ op, attribute, sub, value }: Step, old: unknown): unknown {
  if (op === 'remove' && sub === undefined) return undefined;
  if (!complex.includes(attribute)) return empty(value) ? undefined : value;
  const after: Json = { ...(old as Json | undefined) };
  if (sub !== undefined) assign(after, sub, op === 'remove' ? null : value);
  else {
    if (empty(value)) return undefined;
    const parts = value as Json;
    if ('value' in parts && empty(parts['value'])) return undefined;
    for (const name of Object.keys(parts)) assign(after, name, parts[name]);
  }
  return Object.keys(after).length === 0 ? undefined : after;
}

function assign(target: Json, name: string, value: unknown): void {
  if (empty(value)) delete target[name];
  else target[name] = value;
}

/** Without the empty parts of an element; undefined when nothing is left or its value was sent empty. */
function tidy(attribute: string, element: Json): Json | undefined {
  const kept = Object.fromEntries(Object.entries(element).filter(([, part]) => !empty(part)));
  if (Object.keys(kept).length === 0) return undefined;
  return attribute === 'emails' && 'value' in element && empty(element['value']) ? undefined : kept;
}

function sorted(element: Json): string {
  return JSON.stringify(Object.entries(element).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function collapse(elements: readonly Json[]): Json[] {
  return elements.filter((element, place) => elements.findIndex((other) => sorted(other) === sorted(element)) === place);
}

function lower(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function equal(one: unknown, other: unknown): boolean {
  return lower(one ?? false) === lower(other ?? false);
}

function sameElement(attribute: string, present: Json, added: Json): boolean {
  if (attribute === 'emails' && present['value'] !== undefined && added['value'] !== undefined) {
    return equal(present['value'], added['value']) && (added['type'] === undefined || equal(present['type'], added['type']));
  }
  if (attribute === 'emails' && (present['value'] ?? added['value']) !== undefined) return false;
  return [...Object.keys(present), ...Object.keys(added)].every((name) => name === 'primary' || equal(present[name], added[name]));
}

function isAmong(attribute: string, present: Json, listed: readonly Json[]): boolean {
  return listed.some((one) => {
    if (attribute === 'emails' && one['value'] !== undefined) {
      const types = one['type'] === undefined || present['type'] === undefined || equal(one['type'], present['type']);
      return equal(one['value'], present['value']) && types;
    }
    return Object.keys(one).every((name) => equal(one[name], present[name]));
  });
}

function list(step: Step, old: Json[]): Json[] {
  const { op, attribute, sub, where, value } = step;
  if (where === undefined && sub === undefined) {
    const given = collapse((empty(value) ? [] : (value as Json[])).map((one) => tidy(attribute, one)).filter((one) => one !== undefined));
    if (op === 'remove') return empty(value) && !Array.isArray(value) ? [] : old.filter((element) => !isAmong(attribute, element, given));
    return insert(attribute, op === 'add' ? old : [], given);
  }
  const chosen = old.filter((element) => (where ?? []).every((each) => equal(element[each.sub], each.value) === (step.how !== 'ne')));
  const clears = op === 'remove' || empty(value) || (sub === undefined && 'value' in (value as Json) && empty((value as Json)['value']) && attribute === 'emails');
  if (clears && sub === undefined) return op === 'add' ? old : old.filter((element) => !chosen.includes(element));
  if (clears) return old.flatMap((element) => (chosen.includes(element) ? strip(attribute, element, [sub ?? '']) : [element]));
  const parts: Json = sub === undefined ? (value as Json) : { [sub]: value };
  if (chosen.length === 0) return createSelected(step, old, parts);
  return writeChosen(step, old, chosen, parts);
}

function createSelected({ attribute, where, how }: Step, old: Json[], parts: Json): Json[] {
  const stated = Object.fromEntries((where ?? []).map((each) => [each.sub, each.value]));
  const possible = (where ?? []).every((each) => equal(stated[each.sub], each.value));
  if (!possible || how === 'ne') throw new Refused('noTarget');
  const element = strip(attribute, { ...stated, ...parts }, [], stated);
  return insert(attribute, old, element);
}

function writeChosen({ op, attribute, sub, where, how }: Step, old: Json[], chosen: Json[], parts: Json): Json[] {
  const stated = (how === 'ne' ? [] : (where ?? [])).map((each) => each.sub);
  const written: Json[] = [];
  const after = old.flatMap((element) => {
    if (!chosen.includes(element)) return [element];
    const anew = op === 'replace' && sub === undefined;
    const start = anew ? Object.fromEntries(Object.entries(element).filter(([name]) => stated.includes(name))) : element;
    const left = strip(attribute, { ...start, ...parts }, [], start);
    written.push(...left);
    return left;
  });
  if (parts['primary'] !== true || written.length === 0) return after;
  if (written.length > 1) throw new Refused('invalidValue');
  return after.map((element) => (!written.includes(element) && element['primary'] === true ? { ...element, primary: false } : element));
}

/** Takes parts away; an element of which only labels remain afterwards goes as a whole. `start` is what it was before nulls came. */
function strip(attribute: string, element: Json, names: readonly string[], start: Json = element): Json[] {
  const gone = [...names, ...Object.keys(element).filter((name) => empty(element[name]))].filter((name) => start[name] !== undefined);
  const left = Object.fromEntries(Object.entries(element).filter(([name, part]) => !empty(part) && !names.includes(name)));
  const labels = attribute === 'emails' && gone.includes('value') ? ['type', 'primary', 'display'] : ['type', 'primary'];
  if (Object.keys(left).length === 0) return [];
  return gone.length > 0 && Object.keys(left).every((name) => labels.includes(name)) ? [] : [left];
}

function insert(attribute: string, old: Json[], given: Json[]): Json[] {
  const after = old.map((element) => ({ ...element }));
  for (const element of given) {
    const present = after.find((each) => sameElement(attribute, each, element));
    const target = present ?? {};
    if (present === undefined) after.push(target);
    Object.assign(target, element);
    if (element['primary'] !== true) continue;
    for (const other of after) if (other !== target && other['primary'] === true) other['primary'] = false;
  }
  return after;
}
