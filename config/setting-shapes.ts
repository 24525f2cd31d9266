// The few forms a setting can have; each takes the text of the environment, or nothing, and refuses in one readable phrase.
import { isIP } from 'node:net';
import { z } from 'zod';

export const optionalText = z.string().optional();

/** Digits only: Number() would also take 1e3, 0x10 and the empty text. */
export function wholeNumber(preset: number, smallest: number, largest: number) {
  return optionalText.transform((text, context) => {
    if (text === undefined) return preset;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= smallest && value <= largest) return value;
    context.addIssue({ code: 'custom', message: `must be a whole number from ${smallest} to ${largest}, not ${JSON.stringify(text)}` });
    return z.NEVER;
  });
}

/** Yes or no, in one spelling. */
export function trueOrFalse(preset: boolean) {
  return optionalText.transform((text, context) => {
    if (text === undefined) return preset;
    if (text === 'true' || text === 'false') return text === 'true';
    context.addIssue({ code: 'custom', message: `must be true or false, not ${JSON.stringify(text)}` });
    return z.NEVER;
  });
}

const label = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const dotted = new RegExp(`^${label}(\\.${label})*$`);

export function hostName(preset: string) {
  return optionalText.transform((text, context) => {
    const host = text ?? preset;
    if (isIP(host) !== 0 || (host.length <= 253 && dotted.test(host) && !/^[\d.]+$/.test(host))) return host;
    context.addIssue({ code: 'custom', message: `must be an IP address or a host name to listen on, not ${JSON.stringify(host)}` });
    return z.NEVER;
  });
}

/** An address that links are built from; comes out without a slash at its end. */
export const baseUrl = z.string().transform((text, context) => {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.search + url.hash + url.username + url.password === '') return url.href.replace(/\/+$/, '');
  context.addIssue({ code: 'custom', message: `must be an http or https address without user, query or fragment, not ${JSON.stringify(text)}` });
  return z.NEVER;
});

/** The text may hold a password: no message repeats it. */
export const databaseUrl = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const missing =
    url === null || !/^postgres(ql)?:$/.test(url.protocol)
      ? 'must be an address like postgresql://user:password@host:5432/database'
      : url.username === ''
        ? 'names no user'
        : url.pathname.length <= 1
          ? 'names no database'
          : decodable(url.username + url.password + url.pathname)
            ? undefined
            : 'has a % that is not followed by two hexadecimal digits; write % itself as %25';
  if (missing === undefined) return text;
  context.addIssue({ code: 'custom', message: missing });
  return z.NEVER;
});

function decodable(text: string): boolean {
  try {
    return decodeURIComponent(text).length > 0;
  } catch {
    return false;
  }
}

/** An address with one place for the token of an invitation. */
export const invitationUrl = z.string().transform((text, context) => {
  const url = URL.parse(text.replace('{token}', 'token'));
  const fits = url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === '' && text.split('{token}').length === 2 && !url.host.includes('token');
  if (fits) return text;
  context.addIssue({ code: 'custom', message: `must be an http or https address with {token} in its path, query or fragment, not ${JSON.stringify(text)}` });
  return z.NEVER;
});

/** The text may hold a password: no message repeats it. */
export const smtpUrl = z.string().transform((text, context) => {
  const url = URL.parse(text);
  if (url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '' && /^\/?$/.test(url.pathname) && url.search + url.hash === '' && decodable(`/${url.username}${url.password}`)) return text;
  context.addIssue({ code: 'custom', message: 'must be an address like smtp://user:password@host:587 or smtps://user:password@host:465, without path and query' });
  return z.NEVER;
});

/** An e-mail address, alone or behind a name in the way of `Usher <usher@example.com>`. */
export const mailbox = z.string().transform((text, context) => {
  if (/^([^<>@"\p{C}]*<[^\s<>@"]+@[^\s<>@"]+>|[^\s<>@"]+@[^\s<>@"]+)$/u.test(text)) return text;
  context.addIssue({ code: 'custom', message: `must be an e-mail address, or a name with one such as Usher <usher@example.com>, not ${JSON.stringify(text)}` });
  return z.NEVER;
});
