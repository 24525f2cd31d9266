// Puts what zod found wrong into words for whoever wrote the request.
import type { z } from 'zod';

const mostNamed = 5;
const longestName = 40;
const mostFaults = 10;

/** One sentence with all faults; `where` is the body or the query, `known` are the names that it may have. */
export function explainFaults(issues: readonly z.core.$ZodIssue[], where: string, known: readonly string[]): string {
  const told = issues.slice(0, mostFaults).map((issue) => {
    if (issue.code === 'unrecognized_keys') return `${where} has ${listNames(issue.keys)}, which ${issue.keys.length === 1 ? 'is' : 'are'} not known here${knownOnes(known)}.`;
    return issue.path.length === 0 ? `${where} must be a JSON object.` : `${nameOf(issue.path.join('.'))} ${issue.message}.`;
  });
  return [...told, ...(issues.length > mostFaults ? [`And ${issues.length - mostFaults} more like these.`] : [])].join(' ');
}

function nameOf(name: string): string {
  return JSON.stringify(name.length <= longestName ? name : `${name.slice(0, longestName).toWellFormed()}…`);
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map(nameOf);
  return `${shown.join(', ')}${names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''}`;
}

function knownOnes(known: readonly string[]): string {
  return known.length === 0 ? '' : ` (known: ${known.join(', ')})`;
}
