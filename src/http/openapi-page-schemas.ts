// The schemas of the description as tables, one row for each member, those of lists and objects inside with their whole name.
import { escapeHtml } from './html-page.ts';
import { membersIn, objectIn, objectsIn, textIn } from './openapi-page-reading.ts';
import { textOf } from './openapi-page-text.ts';
import type { Json, JsonObject } from './openapi/json.ts';

/** All of them, each under its name as anchor. */
export function schemaSections(document: JsonObject): string {
  return membersIn(objectIn(document, 'components'), 'schemas').map(([name, schema]) => renderSchema(name, schema)).join('');
}

/** In a few words, with a link where it has a section of its own. */
export function describeType(schema: JsonObject): string {
  const name = nameOf(schema);
  if (name !== undefined) return `<a href="#${anchor(name)}">${escapeHtml(name)}</a>`;
  const choices = objectsIn(schema, 'anyOf');
  if (choices.length > 0) return choices.map((one) => describeType(one)).join(' or ');
  const type = schema['type'];
  if (type === 'array') return `list of ${describeType(objectIn(schema, 'items'))}`;
  const plain = Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'anything';
  const format = textIn(schema, 'format');
  return escapeHtml(format === '' ? plain : `${plain} (${format})`);
}

function renderSchema(name: string, schema: JsonObject): string {
  return `<h3 id="${anchor(name)}">${escapeHtml(name)}</h3><p>${textOf(textIn(schema, 'description'))}</p>${memberTable(schema)}`;
}

/** The members of an object that is described where it stands; empty for whatever has none, or has a section of its own. */
export function memberTable(schema: JsonObject): string {
  const rows = rowsOf(schema, '');
  return rows.length === 0 ? '' : `<table><tr><th>Member</th><th>Type</th><th></th></tr>${rows.join('')}</table>`;
}

function rowsOf(schema: JsonObject, prefix: string): string[] {
  const required: Json = schema['required'] ?? [];
  const own = membersIn(schema, 'properties').flatMap(([name, member]) => {
    const whole = `${prefix}${name}`;
    const must = Array.isArray(required) && required.includes(name) ? ' <b>required</b>' : '';
    const row = `<tr><td><code>${escapeHtml(whole)}</code>${must}</td><td>${describeType(member)}</td><td>${wordsOf(member)}</td></tr>`;
    return [row, ...rowsOf(member, `${whole}.`), ...rowsOf(objectIn(member, 'items'), `${whole}[].`)];
  });
  return [...own, ...objectsIn(schema, 'anyOf').flatMap((choice) => rowsOf(choice, prefix))];
}

/** The description, then what bounds the value. */
export function wordsOf(member: JsonObject): string {
  const inner = Object.hasOwn(member, 'items') ? objectIn(member, 'items') : member;
  const bounds = [
    listed('One of', inner['enum']),
    listed('Usually', inner['examples']),
    bound('Always', inner['const']),
    bound('At least', inner['minimum']),
    bound('At most', inner['maximum']),
    bound('At most', inner['maxLength'], 'characters'),
    bound('At most', member['maxItems'], 'elements'),
    bound('By default', inner['default']),
  ];
  return [textOf(textIn(member, 'description')), ...bounds].filter((words) => words !== '').join(' ');
}

function listed(words: string, values: Json | undefined): string {
  return Array.isArray(values) ? `${words} ${values.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(', ')}.` : '';
}

function bound(words: string, value: Json | undefined, unit = ''): string {
  return value === undefined ? '' : `${words} <code>${escapeHtml(String(value))}</code>${unit === '' ? '' : ` ${unit}`}.`;
}

function nameOf(schema: JsonObject): string | undefined {
  return /^#\/components\/schemas\/(.+)$/u.exec(textIn(schema, '$ref'))?.[1];
}

function anchor(name: string): string {
  return `schema-${escapeHtml(name)}`;
}
