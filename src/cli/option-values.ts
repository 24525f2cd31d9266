// Reads the values of options; each refuses in one sentence that says what would be right.
import { InvalidArgumentError } from 'commander';
import { isRoleKey, type RoleKey } from '../domain/model/role.ts';

const longestLineLength = 200;
const longestReasonLength = 1_000;

/** One line of text, without the spaces around it. */
export function line(text: string): string {
  return lineOf(text, longestLineLength);
}

/** A reason: a person's words, kept beside the audit log. */
export function reason(text: string): string {
  return lineOf(text, longestReasonLength);
}

function lineOf(text: string, longest: number): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new InvalidArgumentError('It must not be empty.');
  if (trimmed.length > longest) throw new InvalidArgumentError(`It must have at most ${longest} characters.`);
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(trimmed)) throw new InvalidArgumentError('It must be one line without control characters.');
  return trimmed;
}

/** The name of a workspace in commands. */
export function slug(text: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('A slug has 1 to 63 characters: small letters a to z, digits, and hyphens inside.');
}

/** A day of the calendar. */
export function day(text: string): string {
  const there = /^(20|21)\d\d-\d\d-\d\d$/.test(text) && (new Date(`${text}T00:00:00Z`).toJSON() as string | null)?.startsWith(text);
  if (there) return text;
  throw new InvalidArgumentError('It must be a day such as 2030-12-24.');
}

/** A moment that has passed, as ISO 8601 with its distance from UTC; a day stands for its beginning in UTC. */
export function pastMoment(text: string): string {
  const moment = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  const told = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(moment) ? Date.parse(moment) : Number.NaN;
  if (told <= Date.now()) return new Date(told).toISOString();
  throw new InvalidArgumentError('It must be a day or a moment that has passed, such as 2026-01-02 or 2026-01-02T03:04:05Z.');
}

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const domain = new RegExp(`^${label}(\\.${label})+$`, 'i');

/** An e-mail address as people write it: no display name, no quotes, no comments. */
export function email(text: string): string {
  const address = lineOf(text, longestLineLength);
  const at = address.lastIndexOf('@');
  const [local, host] = [address.slice(0, at), address.slice(at + 1)];
  const plain = at > 0 && local.length <= 64 && /^[^\s"(),:;<>@[\\\]]+$/u.test(local) && !/^\.|\.$|\.\./.test(local);
  if (plain && domain.test(host)) return address;
  throw new InvalidArgumentError('It must be an e-mail address such as ada@example.com.');
}

/** A whole number between two others, both included. */
export function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= smallest && value <= largest) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${smallest} to ${largest}.`);
  };
}

/** The key of a role; whether there is such a role the workspace knows. */
export function role(text: string): RoleKey {
  if (isRoleKey(text)) return text;
  throw new InvalidArgumentError('It must be the key of a role: owner, admin, member, or one that the workspace has made.');
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text has the form of our ids. */
export function isId(text: string): boolean {
  return uuid.test(text);
}

/** An id as lists print it. */
export function id(text: string): string {
  if (isId(text)) return text.toLowerCase();
  throw new InvalidArgumentError('It must be an id as the list prints it.');
}
