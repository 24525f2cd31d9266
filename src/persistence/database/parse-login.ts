// Reads a login out of the address of a database as settings hold it (libpq's form).
import type { Login } from './pool.ts';

/** The login in a `postgresql://user:password@host:port/database` address; `?host=` may name a socket's folder, `?sslmode=` asks for TLS. */
export function parseLogin(address: string): Login {
  const url = new URL(address);
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent) as [string, string, string];
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname).replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.searchParams.get('port') ?? '5432'));
  const ssl = tlsOf(url.searchParams.get('sslmode'));
  return { host: host === '' ? 'localhost' : host, port, user, password, database, ...(ssl === undefined ? {} : { ssl }) };
}

/** As libpq has it: `require` encrypts without checking the certificate, `verify-ca` and `verify-full` check it. */
function tlsOf(mode: string | null): Login['ssl'] {
  if (mode === 'require') return { rejectUnauthorized: false };
  return mode === 'verify-ca' || mode === 'verify-full' ? { rejectUnauthorized: true } : undefined;
}
