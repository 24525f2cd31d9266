// Sends mails by SMTP, with time-outs on everything; assumes an address of a server that the settings have checked.
import { isIPv4 } from 'node:net';
import { createTransport } from 'nodemailer';
import type { RenderedMail } from './render-mail.ts';

/** How an attempt ended. `problem` names no person: an answer of a server may quote the address. */
export type Attempt = { readonly kind: 'sent' } | { readonly kind: 'refused' | 'failed'; readonly problem: string };

/** Sends one mail. `id` is the same at every attempt, so that a mail that arrives twice can be told. Never rejects. */
export type SendMail = (id: string, mail: RenderedMail) => Promise<Attempt>;

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, dnsTimeout: 10_000 };

/** A sender. `domain` is that of the ids of mails. Credentials go over TLS or not at all, but to this machine itself. */
export function createSmtpSender(server: string, from: string, domain: string): SendMail {
  const { protocol, hostname, port, username, password } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'smtps:';
  const isHere = host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
  const transport = createTransport({
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) }, requireTLS: !secure && !isHere }),
    ...timeouts,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (id, { to, subject, text, html }) => {
    try {
      await transport.sendMail({ from, to, subject, text, html, messageId: `<${id}@${domain}>`, headers: { 'Auto-Submitted': 'auto-generated' } });
      return { kind: 'sent' };
    } catch (error) {
      return failureOf(error);
    }
  };
}

/** The server's word about this mail is final; whatever stands between us and it may pass. */
function failureOf(error: unknown): Attempt {
  const { code, responseCode } = (error ?? {}) as { readonly code?: unknown; readonly responseCode?: unknown };
  const what = typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'ERROR';
  const answer = typeof responseCode === 'number' ? responseCode : undefined;
  const aboutMail = what === 'EENVELOPE' || what === 'EMESSAGE';
  const problem = answer === undefined ? what : `${what} ${answer}`;
  return { kind: aboutMail && answer !== undefined && answer >= 500 ? 'refused' : 'failed', problem };
}
