// What the log may tell of an error: where it arose and of what sort it is, without values that came from a request, a token or a password.

/** An error as the log writes it. `stack` holds frames only, its first line would repeat the message. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const longestMessage = 500;
const deepestCause = 3;
const sqlState = /^[0-9A-Z]{5}$/;

export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something that is no Error was thrown' };
  const type = textOf(error, 'name') ?? 'Error';
  const code = textOf(error, 'code');
  const constraint = textOf(error, 'constraint');
  const stack = framesOf(error.stack);
  return {
    type,
    message: cut(quotesValues(error, type, code) ? withoutQuotes(error.message) : withoutSecrets(error.message)),
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(stack === '' ? {} : { stack }),
    ...(error.cause === undefined || depth >= deepestCause ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** Takes out what looks like a token, a credential in an address, or a secret named as one. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\beyJ[\w-]+(\.[\w-]*){1,4}/g, '[token]')
    .replace(/\bbearer +[^\s"',;]+/gi, 'Bearer [token]')
    .replace(/:\/\/[^\s/@:]*:[^\s/@]*@/g, '://[credentials]@')
    .replace(/(password|secret|token|authorization)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi, '$1$2[hidden]');
}

/** PostgreSQL, MikroORM (which puts the whole statement in front) and JSON.parse repeat pieces of what they were given, in quotes. */
function quotesValues(error: Error, type: string, code: string | undefined): boolean {
  return error instanceof SyntaxError || (code !== undefined && sqlState.test(code)) || 'query' in error || 'severity' in error || type.endsWith('Exception');
}

function withoutQuotes(message: string): string {
  const last = message.slice(message.lastIndexOf(' - ') + 1);
  return withoutSecrets(last.replace(/"[^"]*"?/g, '"…"').replace(/'[^']*'?/g, "'…'"));
}

function framesOf(stack: unknown): string {
  if (typeof stack !== 'string') return '';
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  return frames.slice(0, 12).join('\n');
}

function textOf(error: Error, name: 'name' | 'code' | 'constraint'): string | undefined {
  const value = (error as Error & { readonly code?: unknown; readonly constraint?: unknown })[name];
  return typeof value === 'string' && value.length <= 100 ? value : undefined;
}

function cut(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`;
}
