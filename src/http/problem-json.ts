// Errors for programs and people that speak no SCIM. https://www.rfc-editor.org/rfc/rfc9457
import { problemPages } from './problem-pages.ts';
import { problemHeaders, type Problem, type ProblemContext } from './render-refusal.ts';

/** The problem with all its blockers; `code` and each blocker's code name a page under /problems. */
export function renderProblemJson(given: Problem, context: Pick<ProblemContext, 'requestId' | 'baseUrl'>, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, code, detail, blockers = [] } = given;
  const body = {
    type: `${context.baseUrl}/problems/${code}`,
    title: problemPages[code].title,
    status,
    detail,
    code,
    requestId: context.requestId,
    blockers: blockers.map((blocker) => ({ code: blocker.rule, detail: blocker.detail, memberId: blocker.memberId ?? null })),
  };
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json', ...problemHeaders(given, context), ...headers } });
}
