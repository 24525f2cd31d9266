// The description of a door as a page for people, written out of the OpenAPI document; may assume that its references resolve.
import { escapeHtml, htmlPage } from './html-page.ts';
import { textOf } from './openapi-page-text.ts';
import { describeType, memberTable, schemaSections, wordsOf } from './openapi-page-schemas.ts';
import { followTo, membersIn, objectIn, objectsIn, textIn } from './openapi-page-reading.ts';
import type { Json, JsonObject } from './openapi/json.ts';

/** HEAD and OPTIONS are the same everywhere and told once, in the introduction. */
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Shown {
  readonly method: string;
  readonly path: string;
  readonly operation: JsonObject;
}

/** The whole page; `source` is where the document itself is, `path` where the door is. */
export function openApiPage(document: JsonObject, { source, path }: { readonly source: string; readonly path: string }): string {
  const info = objectIn(document, 'info');
  const operations = membersIn(document, 'paths').flatMap(([address, item]) => methods.flatMap((method) => (Object.hasOwn(item, method) ? [{ method: method.toUpperCase(), path: address, operation: objectIn(item, method) }] : [])));
  const tags = objectsIn(document, 'tags').map((tag) => ({ name: textIn(tag, 'name'), description: textIn(tag, 'description') }));
  const sections = tags.map(({ name, description }) => ({ name, description, shown: operations.filter(({ operation }) => isOf(operation, name)) }));
  const body = [
    `<h1>${escapeHtml(textIn(info, 'title'))}</h1><p>${textOf(textIn(info, 'summary'))}</p>`,
    `<p>For programs: <a href="${escapeHtml(source)}">the same as an OpenAPI document</a>. All addresses are under <code>${escapeHtml(path)}</code>.</p>`,
    paragraphs(textIn(info, 'description')),
    '<h2>Operations</h2>',
    ...sections.map(({ name, shown }) => `<h3>${escapeHtml(name)}</h3><ul>${shown.map(renderLine).join('')}</ul>`),
    ...sections.map(({ name, description, shown }) => `<h2>${escapeHtml(name)}</h2>${paragraphs(description)}${shown.map((one) => renderOperation(document, one)).join('')}`),
    '<h2>Schemas</h2>',
    schemaSections(document),
  ];
  return htmlPage(textIn(info, 'title'), body.join(''), 'wide');
}

function isOf(operation: JsonObject, tag: string): boolean {
  const tags = operation['tags'];
  return Array.isArray(tags) && tags.includes(tag);
}

function renderLine({ method, path, operation }: Shown): string {
  return `<li><a href="#${escapeHtml(textIn(operation, 'operationId'))}"><code>${method} ${escapeHtml(path)}</code></a> ${textOf(textIn(operation, 'summary'))}</li>`;
}

function renderOperation(document: JsonObject, { method, path, operation }: Shown): string {
  return [
    `<h3 id="${escapeHtml(textIn(operation, 'operationId'))}"><code>${method} ${escapeHtml(path)}</code></h3>`,
    `<p>${textOf(textIn(operation, 'summary'))}.</p>`,
    paragraphs(textIn(operation, 'description')),
    renderParameters(document, objectsIn(operation, 'parameters')),
    Object.hasOwn(operation, 'requestBody') ? renderBody(objectIn(operation, 'requestBody')) : '',
    renderAnswers(document, membersIn(operation, 'responses')),
  ].join('');
}

function renderParameters(document: JsonObject, parameters: readonly JsonObject[]): string {
  const rows = parameters.map((reference) => {
    const parameter = followTo(document, reference);
    const schema = objectIn(parameter, 'schema');
    const must = parameter['required'] === true ? ' <b>required</b>' : '';
    const words = [textOf(textIn(parameter, 'description')), wordsOf(schema)].filter((text) => text !== '');
    return `<tr><td><code>${escapeHtml(textIn(parameter, 'name'))}</code>${must}</td><td>${escapeHtml(textIn(parameter, 'in'))}</td><td>${describeType(schema)}</td><td>${words.join(' ')}</td></tr>`;
  });
  return rows.length === 0 ? '' : `<table><tr><th>Parameter</th><th>In</th><th>Type</th><th></th></tr>${rows.join('')}</table>`;
}

function renderBody(body: JsonObject): string {
  return `<p>Body: ${renderContent(body)}. ${textOf(textIn(body, 'description'))}</p>${memberTable(schemaIn(body))}${renderExample(body)}`;
}

function renderAnswers(document: JsonObject, answers: readonly (readonly [string, JsonObject])[]): string {
  const rows = answers.map(([status, reference]) => {
    const answer = followTo(document, reference);
    const names = membersIn(answer, 'headers').map(([name]) => `<code>${escapeHtml(name)}</code>`);
    return `<tr><td>${status}</td><td>${textOf(textIn(answer, 'description'))}</td><td>${renderContent(answer)}</td><td>${names.join(' ')}</td></tr>`;
  });
  const good = answers.flatMap(([status, answer]) => (status.startsWith('2') ? [{ status, table: memberTable(schemaIn(answer)), example: renderExample(answer) }] : []));
  const told = good.map(({ status, table }) => (table === '' ? '' : `<p>Body of ${status}:</p>${table}`));
  return `<table><tr><th>Answer</th><th></th><th>Body</th><th>Headers</th></tr>${rows.join('')}</table>${told.join('')}${good[0]?.example ?? ''}`;
}

function renderContent(holder: JsonObject): string {
  return membersIn(holder, 'content').length === 0 ? '' : describeType(schemaIn(holder));
}

function schemaIn(holder: JsonObject): JsonObject {
  const [, media = {}] = membersIn(holder, 'content')[0] ?? [];
  return objectIn(media, 'schema');
}

function renderExample(holder: JsonObject): string {
  const example = membersIn(holder, 'content').map(([, media]): Json | undefined => media['example']).find((one) => one !== undefined);
  return example === undefined ? '' : `<pre>${escapeHtml(JSON.stringify(example, null, 2))}</pre>`;
}

function paragraphs(text: string): string {
  return text === '' ? '' : text.split('\n\n').map((one) => `<p>${textOf(one)}</p>`).join('');
}
