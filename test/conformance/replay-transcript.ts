// Replays a transcript against a server and reports every step that was not answered as the client expects.
import { checks } from './checks.ts';
import { fillIn, fillInAddress, fillInText, type Variables } from './fill-in.ts';
import { readValue, type Answer } from './read-value.ts';
import type { Assertion, Transcript, TranscriptStep } from './transcript.ts';

/** Where to replay to. `baseUrl` is the SCIM base without a slash at its end; `send` takes the place of the network. */
export interface Target {
  readonly baseUrl: string;
  readonly token: string;
  readonly send?: (url: string, init: RequestInit) => Promise<Response> | Response;
}

/** A step that went wrong, with all that was wrong. */
export interface FailedStep {
  readonly id: string;
  readonly name: string;
  readonly faults: readonly string[];
}

/** `tolerated` are failed steps that the transcript itself calls optional. */
export interface Report {
  readonly client: string;
  readonly steps: number;
  readonly failed: readonly FailedStep[];
  readonly tolerated: readonly FailedStep[];
}

/** Sends the steps one after the other; a step goes on also after a failed one, so that the report is complete. */
export async function replayTranscript(transcript: Transcript, target: Target): Promise<Report> {
  const variables: Variables = new Map<string, unknown>([['baseUrl', target.baseUrl], ['token', target.token]]);
  for (const [name, text] of Object.entries(transcript.vars)) variables.set(name, fillInText(text, variables));
  const failed: FailedStep[] = [];
  const tolerated: FailedStep[] = [];
  for (const step of transcript.steps) {
    const faults = await replayStep(step, transcript.defaultHeaders, target, variables).catch((error: unknown) => [String(error)]);
    if (faults.length > 0) (step.optional ? tolerated : failed).push({ id: step.id, name: step.name, faults });
  }
  return { client: transcript.client, steps: transcript.steps.length, failed, tolerated };
}

async function replayStep(step: TranscriptStep, defaults: Readonly<Record<string, string>>, target: Target, variables: Variables): Promise<string[]> {
  const response = await send(step, defaults, target, variables);
  const text = await response.text();
  const answer: Answer = { headers: response.headers, body: parse(text) };
  const faults = step.expect.status.includes(response.status) ? [] : [`status ${response.status} instead of ${step.expect.status.join(' or ')}: ${text.slice(0, 300)}`];
  if (text !== '' || !step.expect.assert_only_if_body) faults.push(...step.expect.assert.flatMap((assertion) => check(assertion, answer, variables)));
  if (response.ok) faults.push(...capture(step, answer, variables));
  return faults;
}

async function send({ request }: TranscriptStep, defaults: Readonly<Record<string, string>>, target: Target, variables: Variables): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${target.token}` });
  for (const [name, text] of [...Object.entries(defaults), ...Object.entries(request.headers ?? {})]) headers.set(name, fillInText(text, variables));
  const body = bodyOf(fillIn(request.body, variables));
  if (body === undefined) headers.delete('content-type');
  const url = target.baseUrl + fillInAddress(request.path, variables);
  return await (target.send ?? fetch)(url, { method: request.method, headers, ...(body === undefined ? {} : { body }) });
}

/** A text that begins with `__RAW__` is sent as it is, whether it is JSON or not. */
function bodyOf(content: unknown): string | undefined {
  const raw = '__RAW__';
  if (typeof content === 'string' && content.startsWith(raw)) return content.slice(raw.length);
  return content === undefined ? undefined : JSON.stringify(content);
}

function check({ path, op, value, level }: Assertion, answer: Answer, variables: Variables): string[] {
  const holds = checks.get(op);
  if (holds === undefined) throw new Error(`there is no assertion called ${op}`);
  const [found, wanted] = [readValue(path, answer), fillIn(value, variables)];
  return holds(found, wanted) ? [] : [`${path} ${op}${wanted === undefined ? '' : ` ${JSON.stringify(wanted)}`} (${level ?? 'no level'}), found ${JSON.stringify(found) ?? 'nothing'}`];
}

function capture(step: TranscriptStep, answer: Answer, variables: Variables): string[] {
  return Object.entries(step.capture).flatMap(([name, path]) => {
    const value = readValue(path, answer);
    variables.set(name, value);
    return value === undefined ? [`nothing at ${path} to remember as ${name}`] : [];
  });
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
