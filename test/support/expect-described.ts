// Holds every answer of the team API that a test meets to what its operation is described to answer.
import { adminPath } from '../../src/http/admin/admin-path.ts';
import { adminEndpoints, type AdminContext } from '../../src/http/admin/endpoints.ts';
import { segmentsBehind } from '../../src/http/endpoint.ts';

const endpoints = adminEndpoints({ limitBytes: 1_048_576 } as AdminContext).map((endpoint) => ({ endpoint, names: segmentsBehind('', `http://usher.test${endpoint.template}`) }));
const isOpen = (name: string) => name.startsWith(':');

/** What is looked at of an answer. */
interface Answered {
  readonly status: number;
  readonly headers: { readonly 'content-type'?: string | undefined };
  readonly text: string;
  readonly json: unknown;
}

/** Throws when a good answer is one that the description does not tell of: another status, another media type, members too many or too few. */
export function expectDescribed(method: string, path: string, { status, headers, json, text }: Answered): void {
  if (!path.startsWith(`${adminPath}/`) || status >= 300 || method === 'OPTIONS') return;
  const segments = segmentsBehind('', `http://usher.test${path}`);
  const fitting = endpoints.filter(({ names }) => names.length === segments.length && names.every((name, at) => isOpen(name) || name === segments[at]));
  const [found] = fitting.toSorted((one, other) => one.names.filter(isOpen).length - other.names.filter(isOpen).length);
  const operation = found?.endpoint.operations.get(method === 'HEAD' ? 'GET' : method);
  const place = `${method} ${found?.endpoint.template ?? path} answered ${status}`;
  if (operation === undefined) throw new Error(`${place}, which no operation describes`);
  const answer = operation.answers[status];
  if (answer === undefined) throw new Error(`${place}; described are ${Object.keys(operation.answers).join(', ')}`);
  const types = answer.mediaTypes ?? (answer.shape === undefined ? [undefined] : ['application/json']);
  const type = headers['content-type'];
  if (!types.some((one) => one === type || (one !== undefined && type?.startsWith(`${one};`) === true))) throw new Error(`${place} as ${type ?? 'nothing'}; described is ${types.join(' or ')}`);
  if (answer.shape === undefined || method === 'HEAD' || answer.mediaTypes !== undefined) return;
  const read = answer.shape.safeParse(json);
  if (!read.success) throw new Error(`${place} with another body than described: ${read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}\n${text}`);
  const untold = undescribed(json, read.data, '');
  if (untold.length > 0) throw new Error(`${place} with members that are not described: ${untold.join(', ')}`);
}

/** Members that reading by the shape has dropped. */
function undescribed(given: unknown, read: unknown, at: string): string[] {
  if (Array.isArray(given)) return given.flatMap((one, index) => undescribed(one, (read as unknown[])[index], `${at}[]`));
  if (typeof given !== 'object' || given === null) return [];
  return Object.entries(given).flatMap(([name, value]) =>
    Object.hasOwn(read as object, name) ? undescribed(value, (read as Record<string, unknown>)[name], `${at}.${name}`) : [`${at}.${name}`],
  );
}
