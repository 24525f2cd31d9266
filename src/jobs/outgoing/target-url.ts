// Which addresses may be given as the target of events, as far as the text alone tells; what a name resolves to is looked at when it is called.
import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

const longest = 2_048;
const ports: ReadonlySet<string> = new Set(['', '80', '443']);
const privateNames = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|arpa|test|invalid|onion)$/u;

/** What the operator allows beyond public addresses. */
export interface TargetRules {
  /** Plain http and any port on the machine itself, for development and tests. */
  readonly loopback: boolean;
}

/**
 * Why a target is refused, as the end of a sentence, or undefined. The WHATWG parser turns decimal, octal and hexadecimal hosts into the
 * four numbers that they mean.
 */
export function faultOfTarget(text: string, rules: TargetRules): string | undefined {
  const url = URL.parse(text);
  if (url === null) return 'must be an https address';
  const host = url.hostname.replace(/^\[|\]$/gu, '').replace(/\.$/u, '').toLowerCase();
  if (url.href.length > longest) return `must have at most ${longest} characters`;
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password';
  if (url.hash !== '') return 'must not have a fragment';
  if (rules.loopback && /^https?:$/u.test(url.protocol) && isOwnMachine(host)) return undefined;
  if (url.protocol !== 'https:') return isOwnMachine(host) ? 'must be an https address; plain http to this machine is allowed by the setting OUTGOING_LOOPBACK' : 'must be an https address';
  if (!ports.has(url.port)) return 'must use port 443 or 80';
  if (isIP(host) !== 0) return isPublicAddress(host) ? undefined : 'must be a public address';
  return host.includes('.') && !privateNames.test(host) ? undefined : 'must be a public host name';
}

function isOwnMachine(host: string): boolean {
  return host === 'localhost' || isLoopbackAddress(host);
}
